/** What one direction of a link does to the datagrams that travel on it. */
export interface LinkConditions {
  /** One way; a ping sees the sum of both directions. */
  readonly latencyMs: number;
  /**
   * Each datagram's latency is drawn evenly from `latencyMs` ± this, and is never below 0. Jitter alone never
   * reorders: in real networks it is a queue of changing length, in which nobody overtakes.
   */
  readonly jitterMs: number;
  /** The share of datagrams that is lost, 0 to 1. */
  readonly lossRate: number;
  /**
   * How many datagrams are lost in a row, on average; `lossRate` stays the overall share. 1 makes losses independent
   * of each other (as does any value below 1 / (1 - lossRate), the average that chance gives by itself).
   */
  readonly lossBurst: number;
  /** The share of datagrams that arrives twice, 0 to 1. The copy takes bandwidth too. */
  readonly duplicateRate: number;
  /** The share of datagrams that is held back by `reorderByMs`, so that later ones overtake it, 0 to 1. */
  readonly reorderRate: number;
  readonly reorderByMs: number;
  /** Bits per second, headers included. Infinity is unlimited. */
  readonly bandwidthBps: number;
  /** Datagrams that may wait for a limited bandwidth, the one on the wire included. What finds it full is dropped. */
  readonly queuePackets: number;
  /** Nothing gets through. What is under way already still arrives. */
  readonly partitioned: boolean;
}

/** No delay, no loss, no limit. */
export const PERFECT_LINK: LinkConditions = Object.freeze({
  latencyMs: 0,
  jitterMs: 0,
  lossRate: 0,
  lossBurst: 1,
  duplicateRate: 0,
  reorderRate: 0,
  reorderByMs: 0,
  bandwidthBps: Number.POSITIVE_INFINITY,
  // A small home router's buffer: 100 full datagrams are 1 s at 1 Mbit/s.
  queuePackets: 100,
  partitioned: false,
});

/** Lowest and highest value that makes sense. */
const RANGES: Record<Exclude<keyof LinkConditions, 'partitioned'>, readonly [number, number]> = {
  latencyMs: [0, Number.MAX_SAFE_INTEGER],
  jitterMs: [0, Number.MAX_SAFE_INTEGER],
  lossRate: [0, 1],
  lossBurst: [1, Number.MAX_SAFE_INTEGER],
  duplicateRate: [0, 1],
  reorderRate: [0, 1],
  reorderByMs: [0, Number.MAX_SAFE_INTEGER],
  bandwidthBps: [1, Number.POSITIVE_INFINITY],
  queuePackets: [1, Number.POSITIVE_INFINITY],
};

/**
 * `base` with the given members replaced, checked and frozen. Throws RangeError for NaN, a value out of range and a
 * name that is none: conditions come from tests and tools, where a mistake must not pass as a good link.
 */
export function linkConditions(change: Partial<LinkConditions>, base: LinkConditions = PERFECT_LINK): LinkConditions {
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(PERFECT_LINK, name)) throw new RangeError(`There is no link condition ${name}`);
    if (!isInRange(name as keyof LinkConditions, value)) throw new RangeError(`${name} can't be ${String(value)}`);
  }
  return Object.freeze({ ...base, ...change });
}

function isInRange(name: keyof LinkConditions, value: unknown): boolean {
  if (name === 'partitioned') return typeof value === 'boolean';
  const [low, high] = RANGES[name];
  return typeof value === 'number' && value >= low && value <= high;
}

const MEGABIT = 1_000_000;

/** Ready-made links, each for one direction: give both directions the same one. */
export const LINK_PRESETS = Object.freeze({
  perfect: PERFECT_LINK,
  lan: linkConditions({ latencyMs: 0.5, jitterMs: 0.2, bandwidthBps: 1000 * MEGABIT, queuePackets: 1000 }),
  fibre: linkConditions({
    latencyMs: 8,
    jitterMs: 1,
    lossRate: 0.0005,
    bandwidthBps: 100 * MEGABIT,
    queuePackets: 500,
  }),
  wifi: linkConditions({
    latencyMs: 20,
    jitterMs: 10,
    lossRate: 0.01,
    lossBurst: 2,
    reorderRate: 0.001,
    reorderByMs: 10,
    bandwidthBps: 20 * MEGABIT,
    queuePackets: 200,
  }),
  mobile4g: linkConditions({
    latencyMs: 45,
    jitterMs: 20,
    lossRate: 0.01,
    lossBurst: 3,
    reorderRate: 0.005,
    reorderByMs: 20,
    bandwidthBps: 5 * MEGABIT,
    queuePackets: 200,
  }),
  mobile3g: linkConditions({
    latencyMs: 120,
    jitterMs: 50,
    lossRate: 0.02,
    lossBurst: 3,
    reorderRate: 0.005,
    reorderByMs: 40,
    bandwidthBps: 0.75 * MEGABIT,
  }),
  intercontinental: linkConditions({ latencyMs: 140, jitterMs: 15, lossRate: 0.01, bandwidthBps: 20 * MEGABIT }),
  satellite: linkConditions({ latencyMs: 300, jitterMs: 20, lossRate: 0.01, bandwidthBps: 10 * MEGABIT }),
  /** Everything goes wrong at once, and a game should still be playable. */
  bad: linkConditions({
    latencyMs: 150,
    jitterMs: 75,
    lossRate: 0.1,
    lossBurst: 3,
    duplicateRate: 0.02,
    reorderRate: 0.05,
    reorderByMs: 80,
    bandwidthBps: 0.5 * MEGABIT,
    queuePackets: 50,
  }),
}) satisfies Readonly<Record<string, LinkConditions>>;

export type LinkPreset = keyof typeof LINK_PRESETS;
