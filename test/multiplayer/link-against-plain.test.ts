import { describe, expect, it } from 'vitest';
import { LinkRig, percentile, putAt, RELIABLE_LANE, stamped, UNRELIABLE_LANE } from '../support/link-rig.js';
import { FRAME, keepBusy, linkRate, plainRate, transferMs } from './support/bulk.js';

const SEEDS = [1, 2, 3];
const PLAY_MS = 12_000;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a link carries nearly what the channels below it do', () => {
  it.each([
    [0.01, 20, 3, 0.8],
    [0.01, 50, 3, 0.8],
    [0.01, 100, 10, 0.7],
    [0.05, 20, 3, 0.8],
    [0.05, 50, 10, 0.75],
    [0.05, 100, 10, 0.75],
    [0.1, 20, 10, 0.75],
    [0.1, 50, 10, 0.75],
    [0.1, 100, 10, 0.75],
  ])(
    'when a share of %d is lost at %i ms of round trip and %i Mbit/s: %d of it at least',
    (lossRate, rtt, mbit, share) => {
      const conditions = { latencyMs: rtt / 2, lossRate, bandwidthBps: mbit * 1e6, queuePackets: 100 };
      const [linked, plain] = [linkRate, plainRate].map((rate) =>
        mean(SEEDS.map((seed) => rate(conditions, seed, PLAY_MS))),
      );
      expect(linked! / plain!).toBeGreaterThan(share);
    },
  );

  it.each([
    [45, 20, 10, 0.7],
    [45, 20, 5, 0.7],
    [22, 10, 10, 0.8],
  ])('on a route of %i ± %i ms and %i Mbit/s: %d of it at least', (latencyMs, jitterMs, mbit, share) => {
    const conditions = { latencyMs, jitterMs, bandwidthBps: mbit * 1e6, queuePackets: 200 };
    const [linked, plain] = [linkRate, plainRate].map((rate) =>
      mean(SEEDS.map((seed) => rate(conditions, seed, PLAY_MS))),
    );
    expect(linked! / plain!).toBeGreaterThan(share);
  });
});

it.each([
  [0, 60, 1.5],
  [30, 80, 1.5],
  [30, 150, 1.5],
  [30, 200, 1.75],
  [60, 200, 1.75],
])(
  'the first megabyte after the round trip went from %i to %i ms takes at most %d times as long as on a fresh link',
  (from, to, most) => {
    const timeFrom = (rtt: number): number => {
      const rig = new LinkRig({ conditions: { latencyMs: rtt / 2, bandwidthBps: 10_000_000, queuePackets: 100 } });
      rig.run(2000, FRAME);
      rig.setConditions({ latencyMs: to / 2 });
      return transferMs(rig);
    };
    expect(timeFrom(from)).toBeLessThan(most * timeFrom(to));
  },
);

describe('with a queue as deep as a home router has it', () => {
  /** Ages of 20 states per second beside what never ends, in the last `countMs` of each phase. */
  function statesBeside(rig: LinkRig, ms: number, countMs: number, putMore = keepBusy): number[] {
    const ages: number[] = [];
    const countFrom = rig.clock.now() + ms - countMs;
    rig.b.onPacket = ({ at, lane, packet }) => {
      if (lane === UNRELIABLE_LANE && at >= countFrom) ages.push(at - putAt(packet));
    };
    let putLast = 0;
    rig.run(ms, FRAME, (now) => {
      putMore(rig);
      if (now - putLast < 49) return;
      putLast = now;
      rig.a.link.put(UNRELIABLE_LANE, stamped(now, 60));
    });
    return ages;
  }

  it('a link that becomes five times slower gives way to the queue, which is not taken for a longer route', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, bandwidthBps: 10_000_000, queuePackets: 1000 } });
    rig.run(2000, FRAME);
    expect(percentile(statesBeside(rig, 4000, 2000), 0.95)).toBeLessThan(100);
    rig.setConditions({ bandwidthBps: 2_000_000 });
    expect(percentile(statesBeside(rig, 6000, 3000), 0.95)).toBeLessThan(180);
  });

  it('a transfer of 35 seconds leaves the queue as short as it was at first', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, bandwidthBps: 10_000_000, queuePackets: 1000 } });
    rig.run(2000, FRAME);
    expect(percentile(statesBeside(rig, 35_000, 5000), 0.95)).toBeLessThan(75);
  });

  it('a route that becomes shorter during a transfer leaves no queue for the difference', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 80, bandwidthBps: 5_000_000, queuePackets: 1000 } });
    rig.run(2000, FRAME);
    statesBeside(rig, 4000, 1);
    rig.setConditions({ latencyMs: 20 });
    expect(percentile(statesBeside(rig, 6000, 2000), 0.5)).toBeLessThan(75);
  });

  it('states come through beside a transfer that losses keep in the transport, and fresh', () => {
    const conditions = { latencyMs: 25, lossRate: 0.05, bandwidthBps: 1_000_000, queuePackets: 1000 };
    const rig = new LinkRig({ conditions });
    rig.run(2000, FRAME);
    const ages = statesBeside(rig, 12_000, 12_000);
    // 20 per second are put; a plain channel, whose transport is never empty, lets next to none through.
    expect(ages.length).toBeGreaterThan(100);
    expect(percentile(ages, 0.95)).toBeLessThan(200);
  });

  it('and beside thousands of small reliable packets, which make way as large ones do', () => {
    const rig = new LinkRig({
      conditions: { latencyMs: 25, lossRate: 0.05, bandwidthBps: 1_000_000, queuePackets: 1000 },
    });
    rig.run(2000, FRAME);
    const ages = statesBeside(rig, 12_000, 12_000, ({ a: { link } }) => {
      while (link.queuedBytes < 64 * 1024) link.put(RELIABLE_LANE, new Uint8Array(100));
    });
    expect(ages.length).toBeGreaterThan(60);
    expect(percentile(ages, 0.95)).toBeLessThan(200);
  });
});
