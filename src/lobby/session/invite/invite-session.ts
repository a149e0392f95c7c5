import { type Clock, realClock } from '../../../core/clock.js';
import { Err } from '../../../core/err.js';
import { WebRTCPeerConnection } from '../../../extension/webrtc-peer-connection.js';
import type { ExtensionClass } from '../../../extension/webrtc-peer-connection-extension.js';
import type { RtcConfiguration } from '../../../extension/webrtc-types.js';
import type { MultiplayerPeer } from '../../../multiplayer/multiplayer-peer.js';
import { ConnectionStatus, type TransferMode } from '../../../multiplayer/multiplayer-types.js';
import type {
  WebRTCMultiplayerPeer,
  WebRTCMultiplayerPeerOptions,
} from '../../../multiplayer/webrtc-multiplayer-peer.js';
import { SelfPoll } from '../../client/self-poll.js';
import { type PeerOwner, SessionPeer } from '../session-peer.js';
import { InviteError } from './invite-error.js';
import { InviteExchange, type InviteTiming } from './invite-exchange.js';
import { readInvite, writeInvite } from './invite-text.js';

export interface InviteSessionOptions {
  clock?: Clock | undefined;
  /** Modes of channels from 1 up, the same for everybody. */
  channels?: readonly TransferMode[] | undefined;
  link?: WebRTCMultiplayerPeerOptions['link'] | undefined;
  /** Of every connection, ICE servers among it: without a lobby there is nobody else to name some. */
  configuration?: RtcConfiguration | undefined;
  extension?: ExtensionClass | undefined;
  /** Polls itself while nobody else does. Default: true. */
  autoPoll?: boolean | undefined;
  timing?: Partial<InviteTiming> | undefined;
}

/** STUN answers within a second, or not at all. */
export const DEFAULT_INVITE_TIMING: InviteTiming = Object.freeze({ gatherMs: 3000, connectMs: 15_000 });

const HOST = 1;
const { CONNECTION_DISCONNECTED: DISCONNECTED } = ConnectionStatus;

/**
 * A game without any server: players hand each other two short texts, by a messenger or as QR codes. The host makes an
 * invitation for each guest, the guest a reply to it. The host is peer 1, and everybody is connected to the host.
 * @example
 * ```ts run
 * import { InviteSession } from 'scenewire/lobby';
 *
 * const [host, guest] = [new InviteSession(), new InviteSession()];
 * const invitation = await host.createInvite(); // goes to the guest, in a chat or as a QR code
 * const reply = await guest.acceptInvite(invitation); // and comes back
 * console.log(`${await host.complete(reply)}` === `${guest.peer?.getUniqueId()}`); // → true
 * for (const session of [host, guest]) session.close();
 * ```
 */
export class InviteSession implements PeerOwner {
  readonly #clock: Clock;
  readonly #options: InviteSessionOptions;
  readonly #timing: InviteTiming;
  readonly #selfPoll: SelfPoll | null;
  #peer: SessionPeer;
  #exchanges: readonly InviteExchange[] = [];

  constructor(options: InviteSessionOptions = {}) {
    const { clock = realClock, autoPoll = true, timing } = options;
    this.#clock = clock;
    this.#options = options;
    this.#timing = { ...DEFAULT_INVITE_TIMING, ...timing };
    this.#selfPoll = autoPoll ? new SelfPoll(clock, () => this.#pollAlone()) : null;
    this.#peer = this.#makePeer();
  }

  /** For `multiplayer.multiplayerPeer`, after the first invitation was made or accepted. Each game has a new one. */
  get peer(): WebRTCMultiplayerPeer {
    return this.#peer;
  }

  /** The host's: a text for one guest. */
  async createInvite(): Promise<string> {
    if (this.#peer.getConnectionStatus() === DISCONNECTED) {
      this.#peer = this.#makePeer();
      this.#peer.createServer(this.#options.channels ?? []);
    } else if (!this.#peer.isServer()) {
      throw new InviteError('already_in_game');
    }
    const exchange = this.#begin(this.#peer.generateUniqueId());
    exchange.attempt.connection.createOffer();
    const sdp = await exchange.description;
    return writeInvite({ kind: 'invite', id: exchange.id, sdp });
  }

  /** The guest's: a text that goes back to the host. It connects as soon as the host has it. */
  async acceptInvite(text: string): Promise<string> {
    const { kind, id, sdp: offer } = readInvite(text);
    if (kind !== 'invite') throw new InviteError('not_an_invite');
    if (this.#peer.getConnectionStatus() !== DISCONNECTED) throw new InviteError('already_in_game');
    this.#peer = this.#makePeer();
    this.#peer.createClient(id, this.#options.channels ?? []);
    const exchange = this.#begin(id, HOST);
    if (!exchange.take('offer', offer)) {
      this.close();
      throw new InviteError('bad_invite');
    }
    const sdp = await exchange.description;
    return writeInvite({ kind: 'reply', id, sdp });
  }

  /** The host's: the guest's reply. Gives the guest's id when it is connected. */
  async complete(text: string): Promise<number> {
    const { kind, id, sdp } = readInvite(text);
    if (kind !== 'reply') throw new InviteError('not_a_reply');
    const exchange = this.#exchanges.find((open) => open.id === id && open.isOpen);
    if (exchange === undefined) throw new InviteError('unknown_invite');
    if (!exchange.take('answer', sdp)) throw new InviteError('bad_invite');
    await exchange.connection;
    return id;
  }

  /** At once and in any state. The session may be used again. */
  close(): void {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    this.#selfPoll?.stop();
    this.#peer.abandon();
    for (const exchange of exchanges) exchange.end(new InviteError('closed'));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The same as polling the peer, for games without a multiplayer. */
  poll(): void {
    this.#peer.poll();
  }

  /** @internal */
  beforePoll(): void {
    this.#selfPoll?.polled();
    const now = this.#clock.now();
    for (const exchange of this.#exchanges) if (!exchange.poll(now)) this.#finish(exchange);
  }

  /** @internal */
  peerClosed(peer: MultiplayerPeer): void {
    if (peer === this.#peer) this.close();
  }

  /** A connection that is a peer of the game from the beginning, so that the game has it when it stands. */
  #begin(id: number, gameId = id): InviteExchange {
    const { extension, configuration } = this.#options;
    const connection = new WebRTCPeerConnection({ extension, configuration });
    if (this.#peer.addPeer(connection, gameId) !== Err.OK) {
      connection.destroy();
      throw new InviteError('refused');
    }
    const channels = this.#peer.getPeer(gameId)?.channels ?? [];
    const exchange = new InviteExchange(id, { connection, channels }, this.#timing, this.#clock.now());
    this.#exchanges = [...this.#exchanges, exchange];
    this.#selfPoll?.start();
    return exchange;
  }

  #finish(exchange: InviteExchange): void {
    this.#exchanges = this.#exchanges.filter((other) => other !== exchange);
    const isHost = this.#peer.isServer();
    if (exchange.attempt.isReady) return;
    if (!isHost) this.#peer.abandon();
    else if (this.#peer.hasPeer(exchange.id)) this.#peer.removePeer(exchange.id);
  }

  /** Nobody polls the game. It hears of nothing before it does, but the connections get ready. */
  #pollAlone(): void {
    const isPending = this.#exchanges.length > 0;
    for (const { attempt } of this.#exchanges) attempt.connection.poll();
    this.beforePoll();
    if (!isPending) this.#selfPoll?.stop();
  }

  #makePeer(): SessionPeer {
    const { link } = this.#options;
    return new SessionPeer(this, { clock: this.#clock, ...(link !== undefined && { link }) });
  }
}
