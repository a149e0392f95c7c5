import { Err } from '../../core/err.js';
import type { TransferMode } from '../multiplayer-types.js';

/** Bytes that may wait for one peer; one packet may go beyond. Whoever is behind by more can't keep up with the game. */
const MAX_WAITING_BYTES = 1 << 20;

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
}

/** Hands a packet to the transport. */
export type Put = (peer: number, packet: Uint8Array, mode: TransferMode, channel: number) => Err;

/**
 * Reliable packets that a peer had no room for and that nobody will send again: what the protocol itself says, what is
 * passed on for others, and what goes to everybody. In order; nothing reliable overtakes them.
 */
export class SceneOutbox {
  readonly #put: Put;
  readonly #backlogs = new Map<number, Backlog>();

  constructor(put: Put) {
    this.#put = put;
  }

  isWaiting(peer: number): boolean {
    return this.#backlogs.has(peer);
  }

  /** Whether this much more may wait. */
  hasRoom(peer: number, bytes: number): boolean {
    const waiting = this.#backlogs.get(peer)?.bytes ?? 0;
    return waiting === 0 || waiting + bytes <= MAX_WAITING_BYTES;
  }

  /** Sends it now or later. `ERR_OUT_OF_MEMORY` when too much is waiting: the peer has lost a packet. */
  put(peer: number, packet: Uint8Array, mode: TransferMode, channel: number, source = 0): Err {
    const err = this.isWaiting(peer) ? Err.ERR_BUSY : this.#put(peer, packet, mode, channel);
    if (err !== Err.ERR_BUSY) return err;
    if (!this.hasRoom(peer, packet.length)) return Err.ERR_OUT_OF_MEMORY;
    const backlog = this.#backlogs.get(peer) ?? new Backlog();
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

  /** Sends what there is room for by now. */
  flush(): void {
    if (this.#backlogs.size === 0) return;
    for (const [peer, backlog] of this.#backlogs) {
      const { packets } = backlog;
      let sent = 0;
      for (const { packet, mode, channel } of packets) {
        if (this.#put(peer, packet, mode, channel) === Err.ERR_BUSY) break;
        sent += 1;
        backlog.bytes -= packet.length;
      }
      packets.splice(0, sent);
      if (packets.length === 0) this.#backlogs.delete(peer);
    }
  }

  forget(peer: number): void {
    this.#backlogs.delete(peer);
  }

  clear(): void {
    this.#backlogs.clear();
  }
}
