import { describe, expect, it } from 'vitest';
import { RouteWatch } from '../../src/multiplayer/link/route-watch.js';
import { LinkRig, RELIABLE_LANE } from '../support/link-rig.js';
import { FRAME, keepBusy, transferMs } from './support/bulk.js';

const MIB = 1024 * 1024;

describe('a route that becomes longer, as with a hand-over or a VPN', () => {
  it.each([
    [0, 30, 3000],
    [10, 60, 5000],
    [30, 100, 8000],
  ])(
    'from %i to %i ms is not taken for a queue: a megabyte takes less than %i ms at once, and no more later',
    (from, to, most) => {
      const rig = new LinkRig({ conditions: { latencyMs: from, bandwidthBps: 10_000_000, queuePackets: 100 } });
      rig.run(2000, FRAME);
      rig.setConditions({ latencyMs: to });
      const first = transferMs(rig);
      expect(first).toBeLessThan(most);
      expect(transferMs(rig)).toBeLessThan(first);
    },
  );

  it('nor while data flows already', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 10, bandwidthBps: 10_000_000, queuePackets: 100 } });
    rig.run(2000, FRAME);
    transferMs(rig);
    rig.a.link.put(RELIABLE_LANE, new Uint8Array(MIB));
    rig.run(500, FRAME);
    rig.setConditions({ latencyMs: 80 });
    expect(transferMs(rig)).toBeLessThan(6000);
  });
});

it('jitter is no queue: on an uneven route much more is sent than the shortest delay would allow', () => {
  const rig = new LinkRig({ conditions: { latencyMs: 45, jitterMs: 20, bandwidthBps: 5_000_000, queuePackets: 200 } });
  rig.run(2000, FRAME);
  transferMs(rig);
  // 2 Mbit/s.
  expect(transferMs(rig)).toBeLessThan((MIB * 8) / 2000);
});

it('nor is it one when the link has been busy for a minute', () => {
  const rig = new LinkRig({ conditions: { latencyMs: 45, jitterMs: 20, bandwidthBps: 5_000_000, queuePackets: 200 } });
  rig.run(2000, FRAME);
  rig.run(55_000, FRAME, () => keepBusy(rig));
  const before = rig.a.link.takenBytes;
  rig.run(10_000, FRAME, () => keepBusy(rig));
  // In bits per millisecond.
  expect(((rig.a.link.takenBytes - before) * 8) / 10_000).toBeGreaterThan(2500);
});

it('a longer route that is uneven, seen under load alone, is known within half a minute', () => {
  const rig = new LinkRig({
    conditions: { latencyMs: 20, jitterMs: 15, bandwidthBps: 10_000_000, queuePackets: 1000 },
  });
  rig.run(2000, FRAME);
  rig.run(3000, FRAME, () => keepBusy(rig));
  rig.setConditions({ latencyMs: 80 });
  rig.run(20_000, FRAME, () => keepBusy(rig));
  const before = rig.a.link.takenBytes;
  rig.run(10_000, FRAME, () => keepBusy(rig));
  expect(((rig.a.link.takenBytes - before) * 8) / 10_000).toBeGreaterThan(2500);
});

describe('the watch', () => {
  const late = { now: 1000, standingMs: 100, targetMs: 20, windowBytes: 40_000, rate: 100, loopMs: 150 };

  /** 40 KB are halved at 1200; then a queue would need 200 ms to drain, and the report 200 to come. */
  function afterHalf(now: number, standingMs: number): boolean {
    const watch = new RouteWatch();
    expect(watch.isLonger(late)).toBe(false);
    expect(watch.isLonger({ ...late, now: 1200, windowBytes: 20_000 })).toBe(false);
    return watch.isLonger({ ...late, now, standingMs, windowBytes: 20_000 });
  }

  it('calls it the route when half of the window changed next to nothing', () => {
    expect([afterHalf(1600, 100), afterHalf(1600, 80)]).toEqual([true, true]);
  });

  it('calls it a queue when that made it shorter, and when it is too early to tell', () => {
    expect([afterHalf(1600, 70), afterHalf(1600, 10), afterHalf(1599, 100)]).toEqual([false, false, false]);
  });

  it('compares with what was when messages began to be late', () => {
    const watch = new RouteWatch();
    expect([watch.isLate, watch.lateSince]).toEqual([false, Number.NaN]);
    watch.isLonger(late);
    expect([watch.isLate, watch.lateSince, watch.windowBytes]).toEqual([true, 1000, 40_000]);
    watch.isLonger({ ...late, now: 1100, standingMs: 20 });
    expect(watch.isLate).toBe(false);
  });

  it('tells one from the other also when no rate was known at first', () => {
    const watch = new RouteWatch();
    watch.isLonger({ ...late, rate: 0 });
    watch.isLonger({ ...late, now: 1200, windowBytes: 20_000 });
    expect(watch.isLonger({ ...late, now: 1600, windowBytes: 20_000 })).toBe(true);
  });

  it('leaves a window alone that can hardly become smaller', () => {
    const watch = new RouteWatch();
    watch.isLonger({ ...late, windowBytes: 4000 });
    expect(watch.isLate).toBe(false);
  });
});
