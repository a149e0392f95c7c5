import type { Clock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { ByeReason } from './link/bye-message.js';
import type { LinkEndCause, LinkEvent } from './link/link-events.js';
import type { LinkOptions } from './link/link-limits.js';
import { Patience } from './link/patience.js';
import { PeerLink } from './link/peer-link.js';
import { DisconnectReason, TransferMode } from './multiplayer-types.js';
import type { PacketRoute } from './packet-route.js';

/** What the messages of a link travel on, one channel for each lane. Must not throw. */
export interface LaneChannels {
  /** How each lane travels; both sides have the same ones. */
  readonly lanes: readonly TransferMode[];
  /** Messages that `take` hands out. */
  available(lane: number): number;
  take(lane: number): Uint8Array;
  /** The buffer belongs to the caller again when this returns. */
  send(lane: number, message: Uint8Array): Err;
  /** Bytes given to `send` that wait in this process. */
  buffered(lane: number): number;
  /** The transport stumbles, which may pass. */
  readonly isTroubled: boolean;
}

/** What a link is made with, besides its channels. */
export interface LinkTerms {
  readonly clock: Clock;
  readonly options: Partial<LinkOptions>;
  /** Nobody sees this page now. */
  isHidden: boolean;
}

/** Time to take what was put before a goodbye. */
const FAREWELL_MS = 3000;

const REASONS: Record<LinkEndCause['kind'], DisconnectReason> = {
  left: DisconnectReason.LEFT,
  timeout: DisconnectReason.TIMEOUT,
  misbehaved: DisconnectReason.MISBEHAVED,
  closed: DisconnectReason.CLOSED,
};

/** Whoever reads one of these did not leave, and was not left. */
const PUT_OUT: readonly number[] = [ByeReason.KICKED, ByeReason.MISBEHAVED, ByeReason.TIMEOUT];

/** The channels of a peer that speaks our protocol too, with the link in front of them. */
export class LinkedRoute implements PacketRoute {
  /** A transport that stumbles makes the peer unresponsive; whether it is gone the link decides. */
  readonly outlivesDisconnected = true;
  readonly link: PeerLink;
  readonly #clock: Clock;
  readonly #channels: LaneChannels;
  readonly #patience = new Patience();
  /** Why it is to be told to go, when what was put has left. */
  #dismissal: ByeReason | null = null;
  #overBy = Number.POSITIVE_INFINITY;

  constructor(channels: LaneChannels, { clock, options, isHidden }: LinkTerms) {
    this.#clock = clock;
    this.#channels = channels;
    this.link = new PeerLink({ clock, lanes: channels.lanes, options, transport: channels });
    if (isHidden) this.link.setHidden(true);
  }

  get available(): number {
    return this.link.availablePackets;
  }

  get nextLane(): number {
    return this.link.nextLane;
  }

  get nextPutTime(): number {
    return this.link.nextPutTime;
  }

  get ended(): DisconnectReason | null {
    const cause = this.link.ended;
    // Closed here: the connection is about to follow.
    if (cause === null || cause.kind === 'closed') return null;
    const wasPutOut = cause.kind === 'left' && PUT_OUT.includes(cause.reason);
    return wasPutOut ? DisconnectReason.KICKED : REASONS[cause.kind];
  }

  objection(lane: number, packet: Uint8Array): Err {
    const { link } = this;
    if (link.ended !== null || link.isUnresponsive || this.#dismissal !== null) return Err.OK;
    if (packet.length > link.ownMaxPacketBytes(lane)) return Err.ERR_OUT_OF_MEMORY;
    if (this.#channels.lanes[lane] !== TransferMode.TRANSFER_MODE_RELIABLE || !link.checkBusy()) return Err.OK;
    return this.#patience.isOver(link, this.#clock.now()) ? Err.OK : Err.ERR_BUSY;
  }

  poll(): void {
    const { link } = this;
    for (let lane = 0; lane < this.#channels.lanes.length; lane += 1) this.#receive(lane);
    if (this.#channels.isTroubled) link.suspect();
    link.poll();
    this.#leaveIfDone();
  }

  flush(): void {
    this.link.flush();
  }

  send(lane: number, packet: Uint8Array): Err {
    return this.#dismissal === null ? this.link.put(lane, packet) : Err.ERR_UNCONFIGURED;
  }

  take(): Uint8Array | Err {
    return this.link.take() ?? Err.ERR_UNAVAILABLE;
  }

  nextEvent(): LinkEvent | undefined {
    return this.link.nextEvent();
  }

  dismiss(reason: ByeReason): boolean {
    this.#dismissal ??= reason;
    this.#overBy = Math.min(this.#overBy, this.#clock.now() + FAREWELL_MS);
    this.link.flush();
    this.#leaveIfDone();
    return true;
  }

  leave(reason: ByeReason): boolean {
    this.#overBy = Math.min(this.#overBy, this.#clock.now() + FAREWELL_MS);
    this.link.leave(this.#dismissal ?? reason);
    return true;
  }

  get isOver(): boolean {
    if (this.#clock.now() >= this.#overBy) return true;
    return this.link.ended !== null && this.#channels.lanes.every((_, lane) => this.#channels.buffered(lane) === 0);
  }

  #leaveIfDone(): void {
    if (this.#dismissal === null || this.link.ended !== null) return;
    if (this.link.queuedBytes === 0 || this.#clock.now() >= this.#overBy) this.leave(this.#dismissal);
  }

  /** What is over the budget of a frame stays in the channel, which has limits of its own. */
  #receive(lane: number): void {
    const channels = this.#channels;
    while (channels.available(lane) > 0 && this.link.hasInboundRoom(lane)) {
      this.link.receive(lane, channels.take(lane));
    }
  }
}
