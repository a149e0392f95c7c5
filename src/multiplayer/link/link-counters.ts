import { SlidingSum } from './sliding-window.js';

/** Rates are those of the last two seconds: steady beside a frame, quick beside a player who reads them. */
const RATE_WINDOW_MS = 2000;
const RATE_BUCKETS = 20;

/** Why something was not sent or not handed out. */
export const DROP_REASONS = [
  // What arrived.
  'malformed',
  'oversized',
  'unknown-kind',
  'unknown-lane',
  'repeated',
  'overtaken',
  'stale',
  'flood',
  'inbox-full',
  'broken-piece',
  'too-large-piece',
  'bad-echo',
  'ended',
  // What was to be sent.
  'held-too-long',
  'held-too-many',
  'held-overtaken',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Counted in packets; in messages where nobody can tell their packets. */
export class DropCounts {
  readonly #counts: Record<DropReason, number>;

  constructor() {
    this.#counts = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  }

  add(reason: DropReason, count = 1): void {
    this.#counts[reason] += count;
  }

  get(reason: DropReason): number {
    return this.#counts[reason];
  }

  total(): number {
    return DROP_REASONS.reduce((sum, reason) => sum + this.#counts[reason], 0);
  }

  copy(): Record<DropReason, number> {
    return { ...this.#counts };
  }
}

/** What went one way on one lane. */
export interface FlowStats {
  /** The packets of the game. */
  readonly packets: number;
  /** What they travelled in, pulses included. */
  readonly messages: number;
  /** Of the messages, headers of this layer included and those below not. */
  readonly bytes: number;
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
}

export class Flow {
  readonly #packetRate = new SlidingSum(RATE_WINDOW_MS, RATE_BUCKETS);
  readonly #byteRate = new SlidingSum(RATE_WINDOW_MS, RATE_BUCKETS);
  #packets = 0;
  #messages = 0;
  #bytes = 0;

  add(packets: number, bytes: number, now: number): void {
    this.#packets += packets;
    this.#messages += 1;
    this.#bytes += bytes;
    // PERF: with nothing in it a message leaves the packet rate alone, which then knows by itself what is past.
    if (packets > 0) this.#packetRate.add(packets, now);
    this.#byteRate.add(bytes, now);
  }

  read(now: number): FlowStats {
    return {
      packets: this.#packets,
      messages: this.#messages,
      bytes: this.#bytes,
      packetsPerSecond: this.#packetRate.perSecond(now),
      bytesPerSecond: this.#byteRate.perSecond(now),
    };
  }
}

export function sumFlows(flows: readonly FlowStats[]): FlowStats {
  const sum = (of: keyof FlowStats): number => flows.reduce((total, flow) => total + flow[of], 0);
  return {
    packets: sum('packets'),
    messages: sum('messages'),
    bytes: sum('bytes'),
    packetsPerSecond: sum('packetsPerSecond'),
    bytesPerSecond: sum('bytesPerSecond'),
  };
}
