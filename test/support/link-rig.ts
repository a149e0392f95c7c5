import { type Clock, ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import type { LinkConditions } from '../../src/extension/loopback/link-conditions.js';
import type { StreamReliability } from '../../src/extension/loopback/path-message.js';
import { SimulatedLink } from '../../src/extension/loopback/simulated-link.js';
import { SimulatedPath } from '../../src/extension/loopback/simulated-path.js';
import type { LinkEvent } from '../../src/multiplayer/link/link-events.js';
import type { LinkOptions } from '../../src/multiplayer/link/link-limits.js';
import { PeerLink } from '../../src/multiplayer/link/peer-link.js';
import { TransferMode } from '../../src/multiplayer/multiplayer-types.js';

export const RELIABLE_LANE = 0;
export const ORDERED_LANE = 1;
export const UNRELIABLE_LANE = 2;
/** A second reliable lane, as a channel that was configured has it. */
export const EXTRA_LANE = 3;

export const LANES: readonly TransferMode[] = [
  TransferMode.TRANSFER_MODE_RELIABLE,
  TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED,
  TransferMode.TRANSFER_MODE_UNRELIABLE,
  TransferMode.TRANSFER_MODE_RELIABLE,
];

/** What the channels of a connection are made with. */
const RELIABILITY: Readonly<Record<TransferMode, StreamReliability>> = {
  [TransferMode.TRANSFER_MODE_UNRELIABLE]: { ordered: false, maxRetransmits: null, maxPacketLifeTime: 1 },
  [TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED]: { ordered: true, maxRetransmits: null, maxPacketLifeTime: 1 },
  [TransferMode.TRANSFER_MODE_RELIABLE]: { ordered: true, maxRetransmits: null, maxPacketLifeTime: null },
};

export interface Taken {
  readonly at: number;
  readonly lane: number;
  readonly packet: Uint8Array;
}

/** One of the two ends, with what it sends on and what it got. */
export class LinkEnd {
  readonly link: PeerLink;
  readonly network: SimulatedLink;
  readonly taken: Taken[] = [];
  readonly events: { at: number; event: LinkEvent }[] = [];
  /** Messages as they were sent, when somebody wants them. */
  sent: { lane: number; message: Uint8Array }[] | null = null;
  /** What a stalled end has not looked at, and how long it stalls. */
  stalledUntil = 0;
  isDead = false;
  /** Called with each packet instead of keeping it. */
  onPacket: ((taken: Taken) => void) | null = null;
  path!: SimulatedPath;
  readonly waiting: { lane: number; message: Uint8Array }[] = [];
  readonly #clock: ManualClock;

  constructor(clock: ManualClock, own: Clock, network: SimulatedLink, options: Partial<LinkOptions>) {
    this.#clock = clock;
    this.network = network;
    const send = (lane: number, message: Uint8Array): Err => {
      this.sent?.push({ lane, message: message.slice() });
      if (!this.isDead) this.path.send(lane, message, false);
      return Err.OK;
    };
    const transport = { send, buffered: (lane: number): number => this.path.bufferedAmount(lane) };
    this.link = new PeerLink({ clock: own, lanes: LANES, transport, options });
  }

  /** A frame of this end: reads, judges, sends. */
  frame(): void {
    if (this.isDead || this.#clock.now() < this.stalledUntil) return;
    const { link } = this;
    // What finds no budget waits in its channel, as it would there.
    const rest = this.waiting.splice(0);
    for (const one of rest) {
      if (link.hasInboundRoom(one.lane)) link.receive(one.lane, one.message);
      else this.waiting.push(one);
    }
    link.poll();
    for (let event = link.nextEvent(); event; event = link.nextEvent()) {
      this.events.push({ at: this.#clock.now(), event });
    }
    for (let lane = link.nextLane; lane >= 0; lane = link.nextLane) {
      const taken = { at: this.#clock.now(), lane, packet: link.take(lane)! };
      if (this.onPacket) this.onPacket(taken);
      else this.taken.push(taken);
    }
  }

  get kinds(): string[] {
    return this.events.map(({ event }) => event.kind);
  }
}

export interface RigOptions {
  readonly conditions?: Partial<LinkConditions>;
  /** Of the way from b to a, if it differs. */
  readonly back?: Partial<LinkConditions>;
  readonly seed?: number;
  readonly options?: Partial<LinkOptions>;
  /** How far ahead the clock of b is. */
  readonly offsetMs?: number;
}

/** Two links over a simulated network, in one process and one time. */
export class LinkRig {
  readonly clock = new ManualClock(1000);
  readonly a: LinkEnd;
  readonly b: LinkEnd;
  offsetMs: number;

  constructor({ conditions = {}, back = conditions, seed = 1, options = {}, offsetMs = 0 }: RigOptions = {}) {
    this.offsetMs = offsetMs;
    const there = new SimulatedLink(seed, conditions);
    const backLink = new SimulatedLink(seed + 1000, back);
    this.a = new LinkEnd(this.clock, this.clock, there, options);
    const ahead: Clock = { now: () => this.clock.now() + this.offsetMs };
    this.b = new LinkEnd(this.clock, ahead, backLink, options);
    this.a.path = this.#path(there, backLink, this.b);
    this.b.path = this.#path(backLink, there, this.a);
  }

  setConditions(change: Partial<LinkConditions>): void {
    this.a.network.setConditions(change);
    this.b.network.setConditions(change);
  }

  /** Lets time pass in frames. Each time the network is pumped, then `during` puts, then both ends have their frame. */
  run(ms: number, frameMs = 1, during: (now: number) => void = () => {}): void {
    for (let left = ms; left > 0.0001; left -= frameMs) {
      this.clock.advance(Math.min(frameMs, left));
      this.a.path.pump();
      this.b.path.pump();
      this.a.frame();
      this.b.frame();
      during(this.clock.now());
      if (!this.a.isDead && this.clock.now() >= this.a.stalledUntil) this.a.link.flush();
      if (!this.b.isDead && this.clock.now() >= this.b.stalledUntil) this.b.link.flush();
    }
  }

  /** The machine of b sleeps: it does nothing, and its clock stands still. */
  sleepB(ms: number): void {
    this.b.stalledUntil = this.clock.now() + ms;
    const wakesAt = this.b.stalledUntil;
    const offsetMs = this.offsetMs - ms;
    this.run(ms - 20, 1000 / 60);
    this.offsetMs = offsetMs;
    this.b.stalledUntil = wakesAt;
  }

  #path(link: SimulatedLink, reverse: SimulatedLink, to: LinkEnd): SimulatedPath {
    const deliver = (lane: number, message: Uint8Array): void => void to.waiting.push({ lane, message });
    const path = new SimulatedPath({ clock: this.clock, link, reverse, deliver });
    for (const mode of LANES) path.openStream(RELIABILITY[mode]);
    return path;
  }
}

/** A packet that tells when it was put and which one it is. */
export function stamped(now: number, size: number, index = 0): Uint8Array {
  const packet = new Uint8Array(size);
  const view = new DataView(packet.buffer);
  view.setFloat64(0, now);
  if (size >= 12) view.setUint32(8, index);
  return packet;
}

export const putAt = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getFloat64(0);
export const indexOf = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getUint32(8);

/** The value below which the share lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
