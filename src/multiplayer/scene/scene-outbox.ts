import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import type { TransferMode } from '../multiplayer-types.js';

/** Bytes that may wait for one peer; the last packet may go beyond. Whoever is behind by more can't keep up. */
const MAX_WAITING_BYTES = 1 << 20;
/** A peer that takes nothing of what waits for so long never will. */
const GIVE_UP_MS = 10_000;
/** Without a link, ERR_OUT_OF_MEMORY says that the queue is full, or that a packet is too large, which these never are. */
const SMALL_BYTES = 16_384;

interface Waiting {
  readonly packet: Uint8Array;
  readonly mode: TransferMode;
  readonly channel: number;
  /** Who it is passed on for; 0 for this side's own. */
  readonly source: number;
}

class Backlog {
  readonly packets: Waiting[] = [];
  bytes = 0;
  /** Since when it takes nothing. */
  stuckSince: number;

  constructor(now: number) {
    this.stuckSince = now;
  }
}

/** Hands a packet to the transport. */
export type Put = (peer: number, packet: Uint8Array, mode: TransferMode, channel: number) => Err;

/**
 * Reliable packets that a peer had no room for and that nobody will send again: what the protocol itself says, what is
 * passed on for others, and what goes to several. In order; nothing reliable overtakes them.
 */
export class SceneOutbox {
  readonly #put: Put;
  readonly #clock: Clock;
  readonly #backlogs = new Map<number, Backlog>();

  constructor(clock: Clock, put: Put) {
    this.#clock = clock;
    this.#put = put;
  }

  /** Whether something still waits, after what there is room for by now was sent. */
  isWaiting(peer: number): boolean {
    const backlog = this.#backlogs.get(peer);
    return backlog !== undefined && !this.#flushOne(peer, backlog);
  }

  /** Whether more may wait. */
  hasRoom(peer: number): boolean {
    return (this.#backlogs.get(peer)?.bytes ?? 0) < MAX_WAITING_BYTES;
  }

  /** Sends it now or later. `ERR_BUSY` when too much is waiting: the peer has lost a packet. */
  put(peer: number, packet: Uint8Array, mode: TransferMode, channel: number, source = 0): Err {
    const err = this.isWaiting(peer) ? Err.ERR_BUSY : this.#put(peer, packet, mode, channel);
    if (!isFull(err, packet)) return err;
    if (!this.hasRoom(peer)) return Err.ERR_BUSY;
    const backlog = this.#backlogs.get(peer) ?? new Backlog(this.#clock.now());
    this.#backlogs.set(peer, backlog);
    backlog.packets.push({ packet: packet.slice(), mode, channel, source });
    backlog.bytes += packet.length;
    return Err.OK;
  }

  /** Whose packets are more than half of what waits; 0 for this side's own, and when nobody's are. */
  heaviest(peer: number): number {
    const backlog = this.#backlogs.get(peer);
    const bytesOf = new Map<number, number>();
    for (const { source, packet } of backlog?.packets ?? []) {
      const bytes = (bytesOf.get(source) ?? 0) + packet.length;
      bytesOf.set(source, bytes);
      if (bytes * 2 > (backlog?.bytes ?? 0)) return source;
    }
    return 0;
  }

  /** Sends what there is room for by now. Tells of peers that take nothing any more. */
  flush(isStuck: (peer: number) => void): void {
    if (this.#backlogs.size === 0) return;
    const now = this.#clock.now();
    for (const [peer, backlog] of this.#backlogs) {
      if (!this.#flushOne(peer, backlog) && now - backlog.stuckSince >= GIVE_UP_MS) isStuck(peer);
    }
  }

  forget(peer: number): void {
    this.#backlogs.delete(peer);
  }

  clear(): void {
    this.#backlogs.clear();
  }

  /** Whether all of it has left. */
  #flushOne(peer: number, backlog: Backlog): boolean {
    let sent = 0;
    for (const { packet, mode, channel } of backlog.packets) {
      if (isFull(this.#put(peer, packet, mode, channel), packet)) break;
      sent += 1;
      backlog.bytes -= packet.length;
    }
    backlog.packets.splice(0, sent);
    if (sent > 0) backlog.stuckSince = this.#clock.now();
    if (backlog.packets.length === 0) this.#backlogs.delete(peer);
    return backlog.packets.length === 0;
  }
}

const isFull = (err: Err, packet: Uint8Array): boolean =>
  err === Err.ERR_BUSY || (err === Err.ERR_OUT_OF_MEMORY && packet.length <= SMALL_BYTES);
