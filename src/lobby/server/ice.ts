import { createHmac, randomBytes } from 'node:crypto';
import { messageOf } from '../../core/fail.js';
import type { IceServer, IceState } from '../protocol/server-messages.js';
import type { LobbyLog } from './lobby-log.js';
import { within } from './patience.js';

/** A TURN server that knows the same secret: coturn's `use-auth-secret` and `static-auth-secret`. */
export interface TurnOptions {
  readonly urls: readonly string[];
  readonly secret: string;
  /** How long credentials hold. Default: an hour. */
  readonly ttlMs?: number;
}

export interface IceOptions {
  /** Handed out as they are: STUN servers, or TURN servers whose credentials never change. */
  readonly servers?: readonly IceServer[];
  readonly turn?: TurnOptions;
}

/** Asked for each member that announced itself, and again before the credentials expire. */
export type IceProvider = () => IceState | Promise<IceState>;

const DEFAULT_TTL_MS = 3_600_000;
const NAME_BYTES = 9;

/** A player waits for it. */
const PROVIDER_MS = 5000;
const TRY_AGAIN_MS = 30_000;

export const NO_ICE: IceState = { servers: [], ttlMs: 0 };

/** A provider that fails or hangs keeps nobody out: there are no servers then, for a short time. */
export function dependable(provider: IceProvider, log: LobbyLog): () => Promise<IceState> {
  return async () => {
    try {
      return await within(PROVIDER_MS, Promise.resolve().then(provider));
    } catch (thrown) {
      log.write('error', 'ice_failed', { error: messageOf(thrown) });
      return { servers: [], ttlMs: TRY_AGAIN_MS };
    }
  };
}

/** `now` in milliseconds since 1970, which the TURN server has to agree with. */
export function iceProvider({ servers = [], turn }: IceOptions, now: () => number = Date.now): IceProvider {
  if (turn === undefined) return () => ({ servers, ttlMs: 0 });
  const { urls, secret, ttlMs = DEFAULT_TTL_MS } = turn;
  return () => ({ servers: [...servers, { urls, ...turnCredentials(secret, now() + ttlMs) }], ttlMs });
}

/** The scheme of draft-uberti-behave-turn-rest. The name says nothing about the player. */
export function turnCredentials(
  secret: string,
  expiresAt: number,
  name = randomBytes(NAME_BYTES).toString('base64url'),
): { username: string; credential: string } {
  const username = `${Math.floor(expiresAt / 1000)}:${name}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
