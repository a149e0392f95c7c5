import type { Clock } from '../../core/clock.js';
import { IdentityError } from '../../extension/identity-error.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import type { GameIdentity, Meeting } from '../../multiplayer/game-identity.js';

/** Between the code of a room and the hash of its host's key: a room's name cannot have it. */
const SEPARATOR = '#';
const KEY = /^[\w-]{43}$/;

export interface Invitation {
  readonly code: string;
  /** The hash of the host's key. */
  readonly key: string | undefined;
}

export const writeInvitation = (code: string, key: string): string => `${code}${SEPARATOR}${key}`;

/** Throws an IdentityError for half an invitation: without the key it would prove nothing any more. */
export function readInvitation(text: string): Invitation {
  const at = text.indexOf(SEPARATOR);
  if (at < 0) return { code: text, key: undefined };
  const key = text.slice(at + 1).trim();
  if (!KEY.test(key)) throw new IdentityError('invalid', 'The key in the invitation is not whole');
  return { code: text.slice(0, at), key };
}

/** Who this side of a game is, and what it knows of the others before it meets them. */
export class Introduction {
  readonly identity: GameIdentity;
  /** Of the host that the room had when it was entered. */
  readonly #hostKey: string | undefined;
  #hostId = 0;

  constructor(identity: GameIdentity, hostKey: string | undefined) {
    this.identity = identity;
    this.#hostKey = hostKey;
  }

  /** The hash of a key that others can be invited with: that of this side as the host, or that of who invited it. */
  keyOf(host: number, self: number): string | undefined {
    if (host === self) return this.identity.fingerprint;
    return host === this.#hostId ? this.#hostKey : undefined;
  }

  /** The seat is taken: whoever is the host now is who invited. */
  entered(host: number): void {
    this.#hostId = host;
  }

  /** Before a new connection is used. */
  introduce(connection: WebRTCPeerConnection, { room, self, peer }: Meeting, clock: Clock): void {
    const key = peer === this.#hostId ? this.#hostKey : undefined;
    const provider = this.identity.providerFor({ room, self, peer, key });
    const required = this.identity.policy !== 'prefer' || key !== undefined;
    connection.setIdentityProvider(provider, { required, clock });
  }
}
