import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ReceiveRate } from '../../src/multiplayer/link/receive-rate.js';
import { LinkRig } from '../support/link-rig.js';
import { FRAME, keepBusy } from './support/bulk.js';

describe('the rate at which a peer receives', () => {
  it('is that between reports a while apart, at best that of the last second', () => {
    const rate = new ReceiveRate();
    rate.add(5000, 100, 100);
    rate.add(15_000, 200, 200);
    expect([rate.lately, rate.best(200)]).toEqual([100, 100]);
    rate.add(20_000, 300, 300);
    expect([rate.lately, rate.best(300), rate.best(1500)]).toEqual([75, 100, 0]);
  });

  it.each([90, 210, 240])('a report from %i ms that a later one overtook makes it no other', (peerTime) => {
    const rate = new ReceiveRate();
    for (const time of [100, 220, 270]) rate.add(time * 100, time, time);
    rate.add(peerTime * 100, peerTime, 300);
    for (const time of [320, 440]) rate.add(time * 100, time, time);
    expect([rate.lately, rate.best(440)]).toEqual([100, 100]);
  });

  it('goes on where the count of the peer begins anew', () => {
    const rate = new ReceiveRate();
    rate.add(2 ** 32 - 3000, 100, 100);
    rate.add(7000, 200, 200);
    expect(rate.lately).toBe(100);
  });
});

it('a link whose reports overtake each other believes in no rate that the route does not have', () => {
  const add = vi.spyOn(ReceiveRate.prototype, 'add');
  onTestFinished(() => add.mockRestore());
  const conditions = { latencyMs: 25, bandwidthBps: 5_000_000, queuePackets: 1000 };
  const rig = new LinkRig({ conditions, back: { latencyMs: 25, reorderRate: 0.1, reorderByMs: 40 } });
  let best = 0;
  rig.run(8000, FRAME, () => {
    keepBusy(rig);
    const [rate, now] = [add.mock.contexts.at(-1), rig.clock.now()];
    if (rate instanceof ReceiveRate) best = Math.max(best, rate.best(now), rate.lately);
  });
  const times = add.mock.calls.map(([, peerTime]) => peerTime);
  expect(times.filter((time, i) => time < times[i - 1]!).length).toBeGreaterThan(20);
  // In bytes per millisecond.
  expect(best).toBeGreaterThan(400);
  expect(best).toBeLessThan(1300);
});
