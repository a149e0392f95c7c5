import { describe, expect, it } from 'vitest';
import {
  LINK_PRESETS,
  type LinkConditions,
  linkConditions,
  PERFECT_LINK,
} from '../../src/extension/loopback/link-conditions.js';
import { Random } from '../../src/extension/loopback/random.js';
import { DATAGRAM_OVERHEAD_BYTES, SimulatedLink } from '../../src/extension/loopback/simulated-link.js';

const SEED = 7;

/** The arrival times of `count` datagrams of 100 bytes, one every `everyMs`. */
function arrivals(link: SimulatedLink, count: number, everyMs = 1): (readonly number[])[] {
  return Array.from({ length: count }, (_, i) => link.transmit(100, i * everyMs));
}

/** The lengths of all runs of lost datagrams. */
function bursts(fates: (readonly number[])[]): number[] {
  const runs = fates.map((fate) => (fate.length === 0 ? 'x' : '.')).join('');
  return (runs.match(/x+/g) ?? []).map((run) => run.length);
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Random (D18)', () => {
  it('gives the sequence of its seed and stream, in every engine', () => {
    const random = new Random(1234);
    const first = Array.from({ length: 4 }, () => random.float() * 2 ** 32);
    expect(first).toEqual([2507136737, 2193782320, 837609140, 601588910]);
  });

  it('gives other sequences for other seeds, also above 32 bits, and for other streams', () => {
    const firsts = [new Random(1), new Random(2), new Random(1 + 2 ** 32), new Random(1, 1), new Random(-1)];
    expect(new Set(firsts.map((random) => random.float())).size).toBe(firsts.length);
  });

  it('stays in its ranges and is even', () => {
    const random = new Random(SEED);
    const floats = Array.from({ length: 10_000 }, () => random.float());
    expect(floats.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(floats)).toBeCloseTo(0.5, 1);
    const between = Array.from({ length: 1000 }, () => random.between(-3, 5));
    expect(between.every((value) => value >= -3 && value < 5)).toBe(true);
    expect(Array.from({ length: 100 }, () => random.chance(0))).not.toContain(true);
    expect(Array.from({ length: 100 }, () => random.chance(1))).not.toContain(false);
  });
});

describe('link conditions (D18)', () => {
  it('are perfect by default', () => {
    expect(new SimulatedLink(SEED).conditions).toEqual({
      latencyMs: 0,
      jitterMs: 0,
      lossRate: 0,
      lossBurst: 1,
      duplicateRate: 0,
      reorderRate: 0,
      reorderByMs: 0,
      bandwidthBps: Number.POSITIVE_INFINITY,
      queuePackets: 100,
      partitioned: false,
    });
  });

  it('of every preset are complete and can be used', () => {
    for (const preset of Object.values(LINK_PRESETS)) {
      expect(Object.keys(preset).sort()).toEqual(Object.keys(PERFECT_LINK).sort());
      expect(new SimulatedLink(SEED, preset).conditions).toEqual(preset);
    }
  });

  it.each<[string, unknown]>([
    ['latencyMs', Number.NaN],
    ['latencyMs', -1],
    ['latencyMs', Number.POSITIVE_INFINITY],
    ['latencyMs', '20'],
    ['jitterMs', -0.5],
    ['lossRate', 1.01],
    ['lossBurst', 0],
    ['duplicateRate', Number.NaN],
    ['reorderRate', 2],
    ['reorderByMs', Number.NEGATIVE_INFINITY],
    ['bandwidthBps', 0],
    ['bandwidthBps', Number.NaN],
    ['queuePackets', 0],
    ['partitioned', 1],
    ['lossRate', undefined],
    ['loss', 0.1],
    ['constructor', 1],
  ])('refuse %s %s, and keep what they were', (name, value) => {
    const change = { [name]: value } as Partial<LinkConditions>;
    expect(() => linkConditions(change)).toThrow(RangeError);
    const link = new SimulatedLink(SEED, { latencyMs: 5 });
    expect(() => link.setConditions(change)).toThrow(RangeError);
    expect(link.conditions).toEqual({ ...PERFECT_LINK, latencyMs: 5 });
  });

  it('can be changed one by one, and what was given before stays', () => {
    const link = new SimulatedLink(SEED, { latencyMs: 5 });
    link.setConditions({ lossRate: 0.5 });
    expect(link.conditions).toEqual({ ...PERFECT_LINK, latencyMs: 5, lossRate: 0.5 });
  });
});

describe('SimulatedLink (D18)', () => {
  it('delivers at once and loses nothing when it is perfect', () => {
    const link = new SimulatedLink(SEED);
    expect(arrivals(link, 1000)).toEqual(Array.from({ length: 1000 }, (_, i) => [i]));
    const bytes = 1000 * (100 + DATAGRAM_OVERHEAD_BYTES);
    expect(link.stats).toEqual({
      sent: 1000,
      lost: 0,
      queueDropped: 0,
      duplicated: 0,
      reordered: 0,
      delivered: 1000,
      bytes,
    });
  });

  it('has the same fate for every datagram with the same seed, and another with another seed', () => {
    const run = (seed: number) => arrivals(new SimulatedLink(seed, LINK_PRESETS.bad), 1000, 20);
    expect(run(SEED)).toEqual(run(SEED));
    expect(run(SEED)).not.toEqual(run(SEED + 1));
  });

  it('keeps every delay within latency ± jitter, uses all of that range, and never reorders by jitter', () => {
    const delays = arrivals(new SimulatedLink(SEED, { latencyMs: 50, jitterMs: 20 }), 10_000, 50).map(
      (fate, i) => fate[0]! - i * 50,
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...delays)).toBeLessThanOrEqual(70);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(39);
    expect(mean(delays)).toBeCloseTo(50, 0);

    const dense = arrivals(new SimulatedLink(SEED, { latencyMs: 50, jitterMs: 20 }), 10_000, 1).map(([at]) => at!);
    expect(dense).toEqual([...dense].sort((a, b) => a - b));
    expect(dense.every((at, i) => at - i >= 30 && at - i <= 70)).toBe(true);
  });

  it('never delivers before the datagram was sent, however large the jitter', () => {
    const fates = arrivals(new SimulatedLink(SEED, { latencyMs: 5, jitterMs: 50 }), 1000, 100);
    expect(fates.every(([at], i) => at! >= i * 100)).toBe(true);
  });

  it.each([0.01, 0.1, 0.5])('loses a share of %s within three sigma over 10^4 datagrams', (lossRate) => {
    const link = new SimulatedLink(SEED, { lossRate });
    arrivals(link, 10_000);
    const sigma = Math.sqrt(10_000 * lossRate * (1 - lossRate));
    expect(Math.abs(link.stats.lost - 10_000 * lossRate)).toBeLessThan(3 * sigma);
    expect(link.stats.delivered).toBe(10_000 - link.stats.lost);
  });

  it('loses everything at a loss rate of 1', () => {
    expect(arrivals(new SimulatedLink(SEED, { lossRate: 1 }), 1000).flat()).toEqual([]);
  });

  it('loses in bursts of the given mean length, at the same overall share', () => {
    const fates = arrivals(new SimulatedLink(SEED, { lossRate: 0.1, lossBurst: 5 }), 50_000);
    expect(mean(bursts(fates))).toBeGreaterThan(4.5);
    expect(mean(bursts(fates))).toBeLessThan(5.5);
    const share = fates.filter((fate) => fate.length === 0).length / fates.length;
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.11);
  });

  it('loses independently with a burst of 1: a run is as long as chance makes it', () => {
    const fates = arrivals(new SimulatedLink(SEED, { lossRate: 0.5, lossBurst: 1 }), 20_000);
    expect(mean(bursts(fates))).toBeCloseTo(2, 1);
  });

  it('stops losing at once when the loss rate is set to 0 in the middle of a burst', () => {
    const link = new SimulatedLink(SEED, { lossRate: 1, lossBurst: 1000 });
    arrivals(link, 10);
    link.setConditions({ lossRate: 0 });
    expect(arrivals(link, 10).every((fate) => fate.length === 1)).toBe(true);
  });

  it('duplicates the given share, and the copies take bandwidth', () => {
    const link = new SimulatedLink(SEED, { duplicateRate: 0.1 });
    const fates = arrivals(link, 10_000);
    expect(Math.abs(link.stats.duplicated - 1000)).toBeLessThan(3 * 30);
    expect(fates.filter((fate) => fate.length === 2)).toHaveLength(link.stats.duplicated);
    expect(link.stats.bytes).toBe((10_000 + link.stats.duplicated) * (100 + DATAGRAM_OVERHEAD_BYTES));
  });

  it('holds back the given share, so that later datagrams overtake', () => {
    const link = new SimulatedLink(SEED, { latencyMs: 20, reorderRate: 0.1, reorderByMs: 15 });
    const delays = arrivals(link, 10_000).map(([at], i) => at! - i);
    expect(Math.abs(link.stats.reordered - 1000)).toBeLessThan(3 * 30);
    expect(delays.filter((delay) => delay === 35)).toHaveLength(link.stats.reordered);
    expect(delays.filter((delay) => delay === 20)).toHaveLength(10_000 - link.stats.reordered);
  });

  it('carries the given bandwidth within 5 %, headers included, and delays by the time on the wire', () => {
    const link = new SimulatedLink(SEED, { bandwidthBps: 1_000_000, queuePackets: 50 });
    const fates = arrivals(link, 40_000, 0.25).flat();
    const bits = fates.length * (100 + DATAGRAM_OVERHEAD_BYTES) * 8;
    expect(bits / 10).toBeGreaterThan(950_000);
    expect(bits / 10).toBeLessThan(1_050_000);
    expect(fates[0]).toBeCloseTo(((100 + DATAGRAM_OVERHEAD_BYTES) * 8) / 1000, 6);
  });

  it('drops what finds the queue full, and takes datagrams again as the queue drains', () => {
    // A datagram of 1000 bits takes 1 ms.
    const bytes = 125 - DATAGRAM_OVERHEAD_BYTES;
    const link = new SimulatedLink(SEED, { bandwidthBps: 1_000_000, queuePackets: 3 });
    const burst = Array.from({ length: 5 }, () => link.transmit(bytes, 0));
    expect(burst).toEqual([[1], [2], [3], [], []]);
    expect(link.stats.queueDropped).toBe(2);
    expect(link.queueDelayMs(0)).toBe(3);
    expect(link.transmit(bytes, 1)).toEqual([4]);
    expect(link.transmit(bytes, 1)).toEqual([]);
    expect(link.queueDelayMs(100)).toBe(0);
    expect(link.transmit(bytes, 100)).toEqual([101]);
  });

  it('lets nothing through while it is partitioned, and everything afterwards', () => {
    const link = new SimulatedLink(SEED, { latencyMs: 10 });
    expect(link.transmit(1, 0)).toEqual([10]);
    link.setConditions({ partitioned: true });
    expect(arrivals(link, 100).flat()).toEqual([]);
    expect(link.stats.lost).toBe(100);
    link.setConditions({ partitioned: false });
    expect(link.transmit(1, 200)).toEqual([210]);
  });

  it('sends on the new route after a change of latency: nobody waits for those on the old one', () => {
    const link = new SimulatedLink(SEED, { latencyMs: 500 });
    expect(link.transmit(1, 0)).toEqual([500]);
    link.setConditions({ latencyMs: 10 });
    expect(link.transmit(1, 1)).toEqual([11]);
  });

  it('begins with an empty queue after a change of bandwidth, and only then', () => {
    const bytes = 125 - DATAGRAM_OVERHEAD_BYTES;
    const link = new SimulatedLink(SEED, { bandwidthBps: 1000, queuePackets: 2 });
    expect(link.transmit(bytes, 0)).toEqual([1000]);
    link.setConditions({ lossBurst: 2 });
    expect(link.transmit(bytes, 0)).toEqual([2000]);
    link.setConditions({ bandwidthBps: 1_000_000 });
    expect(link.transmit(bytes, 5)).toEqual([6]);
  });

  it('rolls the same delays whatever the other conditions are', () => {
    const calm = { latencyMs: 50, jitterMs: 20 };
    const run = (extra: Partial<LinkConditions>) => arrivals(new SimulatedLink(SEED, { ...calm, ...extra }), 2000, 100);
    const plain = run({});
    for (const extra of [{ lossRate: 0.3, lossBurst: 4 }, { duplicateRate: 0.5 }, { reorderRate: 0, reorderByMs: 9 }]) {
      const other = run(extra);
      for (const [i, fate] of other.entries()) if (fate.length > 0) expect(fate[0]).toBe(plain[i]![0]);
    }
  });

  it('tells its user before it changes, until that is ended', () => {
    const link = new SimulatedLink(SEED);
    const seen: number[] = [];
    const end = link.onBeforeChange(() => seen.push(link.conditions.latencyMs));
    link.setConditions({ latencyMs: 5 });
    link.setConditions({ latencyMs: 9 });
    end();
    link.setConditions({ latencyMs: 20 });
    expect(seen).toEqual([0, 5]);
  });
});
