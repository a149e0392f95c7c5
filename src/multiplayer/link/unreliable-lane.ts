import type { Clock } from '../../core/clock.js';
import type { DropCounts, Flow } from './link-counters.js';
import { MAX_HELD_MESSAGES, MAX_HELD_MS } from './link-limits.js';
import { MessageKind, UNRELIABLE_HEADER_BYTES, writeSequence, writeStamp } from './message-header.js';
import type { Outlet } from './outlet.js';
import { Packer } from './packer.js';

/** A message that found no room. */
interface Held {
  readonly message: Uint8Array;
  readonly packets: number;
  /** When its first packet was put. */
  readonly putAt: number;
  readonly frame: number;
}

export interface LaneSetup {
  readonly clock: Clock;
  readonly lane: number;
  readonly outlet: Outlet;
  readonly flow: Flow;
  readonly drops: DropCounts;
}

/**
 * The sending end of an unreliable lane. What finds no room waits here and not in the network: of several frames the
 * newest goes first, and what became too old is dropped.
 */
export class UnreliableLane {
  readonly #setup: LaneSetup;
  readonly #ordered: boolean;
  readonly #packer = new Packer(UNRELIABLE_HEADER_BYTES);
  readonly #held: Held[] = [];
  #putAt = 0;
  #frame = 0;
  #sequence = 0;
  #turn = 0;

  constructor(ordered: boolean, setup: LaneSetup) {
    this.#ordered = ordered;
    this.#setup = setup;
  }

  /** Messages that wait for room. */
  get held(): number {
    return this.#held.length;
  }

  /** PERF: the time is asked for once per message, not for each packet in it. */
  put(packet: Uint8Array): void {
    const packer = this.#packer;
    const { clock } = this.#setup;
    if (!packer.takes(packet.length)) {
      const now = clock.now();
      this.#sendStaged(now);
      this.#dispatch(single(packet), 1, now, now);
      return;
    }
    if (!packer.fits(packet.length)) this.#sendStaged(clock.now());
    if (packer.packets === 0) this.#putAt = clock.now();
    packer.add(packet);
    if (packer.isFull) this.#sendStaged(clock.now());
  }

  /** The frame ends: what it put is sent or held. */
  flush(now: number): void {
    this.#sendStaged(now);
    this.#frame += 1;
  }

  /** Sends a message of this layer itself, window or not. */
  sendControl(message: Uint8Array, now: number): boolean {
    return this.#transmit(message, 0, now, now);
  }

  /** Sends one of the held messages; returns its bytes, 0 when there is none or no room for it. */
  sendHeld(now: number): number {
    const held = this.#held;
    const newest = held[held.length - 1];
    const { outlet, lane } = this.#setup;
    if (newest === undefined || !outlet.hasRoom(lane)) return 0;
    let first = held.length - 1;
    while (first > 0 && held[first - 1]!.frame === newest.frame) first -= 1;
    // Within a frame in turns: else with every frame the same objects, the last ones, would be seen to move.
    const index = first + (this.#turn % (held.length - first));
    this.#turn += 1;
    const { message, packets, putAt } = held[index]!;
    if (!this.#transmit(message, packets, putAt, now)) return 0;
    held.splice(index, 1);
    if (this.#ordered) this.#dropFirst(index, 'held-overtaken');
    return message.length;
  }

  dropStale(now: number): void {
    const held = this.#held;
    let stale = 0;
    while (stale < held.length && now - held[stale]!.putAt > MAX_HELD_MS) stale += 1;
    if (stale > 0) this.#dropFirst(stale, 'held-too-long');
  }

  clear(): void {
    this.#held.length = 0;
    this.#packer.clear();
  }

  #sendStaged(now: number): void {
    const packer = this.#packer;
    if (packer.packets === 0) return;
    this.#dispatch(packer.view(), packer.packets, this.#putAt, now);
    packer.clear();
  }

  #dispatch(message: Uint8Array, packets: number, putAt: number, now: number): void {
    const { outlet, lane } = this.#setup;
    if (outlet.hasRoom(lane) && this.#transmit(message, packets, putAt, now)) {
      if (this.#ordered) this.#dropFirst(this.#held.length, 'held-overtaken');
      return;
    }
    this.#held.push({ message: message.slice(), packets, putAt, frame: this.#frame });
    if (this.#held.length > MAX_HELD_MESSAGES) this.#dropFirst(1, 'held-too-many');
  }

  #transmit(message: Uint8Array, packets: number, putAt: number, now: number): boolean {
    const { outlet, lane, flow } = this.#setup;
    writeSequence(message, this.#sequence + 1);
    writeStamp(message, putAt);
    if (!outlet.send(lane, message, now)) return false;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    flow.add(packets, message.length, now);
    return true;
  }

  #dropFirst(count: number, reason: 'held-overtaken' | 'held-too-long' | 'held-too-many'): void {
    if (count === 0) return;
    for (let i = 0; i < count; i += 1) this.#setup.drops.add(reason, this.#held[i]!.packets);
    this.#held.splice(0, count);
  }
}

function single(packet: Uint8Array): Uint8Array {
  const message = new Uint8Array(UNRELIABLE_HEADER_BYTES + packet.length);
  message[0] = MessageKind.SINGLE;
  message.set(packet, UNRELIABLE_HEADER_BYTES);
  return message;
}
