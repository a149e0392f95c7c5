import { describe, expect, it } from 'vitest';
import type { LinkConditions } from '../../src/extension/loopback/link-conditions.js';
import { PeerClock } from '../../src/multiplayer/link/peer-clock.js';
import { SlidingMean, SlidingMin, SlidingSum } from '../../src/multiplayer/link/sliding-window.js';
import { LinkRig, ORDERED_LANE, RELIABLE_LANE, stamped, UNRELIABLE_LANE } from '../support/link-rig.js';

const FRAME = 1000 / 60;

const within = (value: number, truth: number, share: number): void => {
  expect(Math.abs(value - truth)).toBeLessThanOrEqual(truth * share);
};

describe('stats against the simulated network', () => {
  it('round-trip time within 5 %, with any clock', () => {
    const cases: [Partial<LinkConditions>, number][] = [
      [{ latencyMs: 50 }, 100],
      [{ latencyMs: 20, jitterMs: 5 }, 40],
      [{ latencyMs: 120, jitterMs: 20, lossRate: 0.05 }, 240],
    ];
    for (const [conditions, truth] of cases) {
      // Frames of both ends at the same instants would all be off by the same part of a frame.
      for (const frameMs of [1, 7.3]) {
        const rig = new LinkRig({ conditions, offsetMs: 1_000_000 });
        rig.run(20_000, frameMs, (now) => void rig.a.link.put(UNRELIABLE_LANE, stamped(now, 50)));
        // Nobody overtakes on a link, so jitter makes the later ones wait for the late: the truth is a little more.
        within(rig.a.link.stats().rttMs, truth, 0.05);
        within(rig.b.link.stats().rttMs, truth, 0.05);
        expect(rig.a.link.stats().shortestRttMs).toBeLessThanOrEqual(rig.a.link.stats().rttMs);
      }
    }
  });

  it('jitter within 5 % of what the arrivals show', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 100, jitterMs: 30 } });
    const delays: number[] = [];
    rig.run(2000, 1);
    let putAt = 0;
    rig.b.onPacket = ({ at, lane, packet }) => {
      if (lane === ORDERED_LANE) delays.push(at - new DataView(packet.buffer, packet.byteOffset).getFloat64(0));
    };
    rig.run(10_000, 1, (now) => {
      if (now - putAt < 50) return;
      putAt = now;
      // The delay of a frame counts once, however many messages it has.
      for (const lane of [UNRELIABLE_LANE, ORDERED_LANE]) rig.a.link.put(lane, stamped(now, 50));
    });
    const steps = delays.slice(1).map((delay, i) => Math.abs(delay - delays[i]!));
    const truth = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    within(rig.b.link.stats().jitterMs, truth, 0.05);
  });

  it('loss within 5 % of what the network lost, seen from both ends and for each lane', () => {
    for (const lossRate of [0.02, 0.2]) {
      const rig = new LinkRig({ conditions: { latencyMs: 30, lossRate }, back: { latencyMs: 30 } });
      const play = (now: number): void => {
        for (let i = 0; i < 3; i += 1) {
          for (const lane of [ORDERED_LANE, UNRELIABLE_LANE]) rig.a.link.put(lane, stamped(now, 50));
          rig.a.link.flush();
        }
      };
      const counts = (): number[] => [
        ...rig.a.link.stats().lanes.map(({ sent }) => sent.messages),
        ...rig.b.link.stats().lanes.map(({ received }) => received.messages),
      ];
      rig.run(5000, FRAME, play);
      // The window of ten seconds is made of half seconds: it begins and ends with one, with nothing under way.
      rig.run(1000, FRAME);
      const before = counts();
      rig.run(9000, FRAME, play);
      rig.run(990, FRAME);
      const [, ordered = 0, unreliable = 0, , , orderedThere = 0, unreliableThere = 0] = counts().map(
        (count, i) => count - before[i]!,
      );
      const { lanes, lossIn } = rig.b.link.stats();
      within(lanes[ORDERED_LANE]!.lossRate, 1 - orderedThere / ordered, 0.05);
      within(lanes[UNRELIABLE_LANE]!.lossRate, 1 - unreliableThere / unreliable, 0.05);
      const truth = 1 - (orderedThere + unreliableThere) / (ordered + unreliable);
      within(lossIn, truth, 0.05);
      within(rig.a.link.stats().lossOut, truth, 0.05);
      expect([rig.a.link.stats().lossIn, lanes[RELIABLE_LANE]!.lossRate]).toEqual([0, 0]);
      within(lanes[ORDERED_LANE]!.lostMessages + lanes[UNRELIABLE_LANE]!.lostMessages, rig.a.network.stats.lost, 0.05);
    }
  });

  it('packets and bytes per second within 5 %, for each lane and in sum, and 0 afterwards', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30 } });
    rig.run(1000, FRAME);
    rig.run(5000, FRAME, (now) => {
      for (let i = 0; i < 3; i += 1) rig.a.link.put(UNRELIABLE_LANE, stamped(now, 90));
      rig.a.link.put(RELIABLE_LANE, stamped(now, 40));
    });
    const { lanes, sent } = rig.a.link.stats();
    within(lanes[UNRELIABLE_LANE]!.sent.packetsPerSecond, 180, 0.05);
    within(lanes[RELIABLE_LANE]!.sent.packetsPerSecond, 60, 0.05);
    within(lanes[RELIABLE_LANE]!.sent.bytesPerSecond, 60 * 44, 0.05);
    within(sent.packetsPerSecond, 240, 0.05);
    const received = rig.b.link.stats();
    within(received.received.packetsPerSecond, 240, 0.05);
    within(received.received.bytesPerSecond, sent.bytesPerSecond, 0.05);
    expect(received.received.packets + 4).toBeGreaterThanOrEqual(sent.packets - 8);
    rig.run(3000, FRAME);
    expect(rig.a.link.stats().lanes[RELIABLE_LANE]!.sent.packetsPerSecond).toBe(0);
    expect(rig.b.link.stats().lanes[RELIABLE_LANE]!.received.packets).toBe(
      rig.a.link.stats().lanes[RELIABLE_LANE]!.sent.packets,
    );
  });

  it('a message that comes late is not lost', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, reorderRate: 0.1, reorderByMs: 40 } });
    rig.run(5000, FRAME, (now) => {
      for (const lane of [ORDERED_LANE, UNRELIABLE_LANE]) rig.a.link.put(lane, stamped(now, 50));
    });
    rig.run(500, FRAME);
    expect(rig.a.network.stats.lost).toBe(0);
    const { lanes, lossIn } = rig.b.link.stats();
    expect([lossIn, ...lanes.map(({ lostMessages }) => lostMessages)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('a large packet counts as one, however many pieces it came in', () => {
    const rig = new LinkRig();
    rig.run(500, FRAME);
    rig.a.link.put(RELIABLE_LANE, new Uint8Array(300_000));
    rig.run(2000, FRAME);
    const [sent, received] = [rig.a.link.stats().sent, rig.b.link.stats().received];
    expect([sent.packets, received.packets, rig.b.taken.length]).toEqual([1, 1, 1]);
    expect(Math.min(sent.messages, received.messages)).toBeGreaterThan(20);
    expect(Math.min(sent.bytes, received.bytes)).toBeGreaterThan(300_000);
  });

  it('bytes sent are those that entered the network, without the headers below', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30 } });
    rig.run(5000, FRAME, (now) => void rig.a.link.put(UNRELIABLE_LANE, stamped(now, 400)));
    const { bytes, sent } = rig.a.network.stats;
    expect(rig.a.link.stats().sent.bytes).toBe(bytes - 93 * sent);
    expect(rig.a.link.stats().sent.messages).toBe(sent);
  });

  it('nothing is known at first', () => {
    const { link } = new LinkRig().a;
    const { rttMs, jitterMs, lossIn, lossOut } = link.stats();
    expect([rttMs, jitterMs, lossIn, lossOut]).toEqual([Number.NaN, Number.NaN, 0, 0]);
    expect(link.clockEstimate()).toBeNull();
  });
});

describe("the peer's clock (users 28)", () => {
  it('is known to 10 ms within 5 s at 100 ± 30 ms and 5 % loss', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const rig = new LinkRig({
        conditions: { latencyMs: 100, jitterMs: 30, lossRate: 0.05 },
        offsetMs: 12_345.6,
        seed,
      });
      rig.run(5000, FRAME);
      const { offsetMs, errorMs } = rig.a.link.clockEstimate()!;
      expect(Math.abs(offsetMs - 12_345.6)).toBeLessThan(Math.min(10, errorMs));
      expect(Math.abs(rig.b.link.clockEstimate()!.offsetMs + 12_345.6)).toBeLessThan(10);
    }
  });

  it('is off by half of the asymmetry of the route at most, and says so', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 70 }, back: { latencyMs: 30 }, offsetMs: -5000 });
    rig.run(5000, 1);
    const { offsetMs, errorMs } = rig.a.link.clockEstimate()!;
    expect(Math.abs(offsetMs + 5000)).toBeLessThanOrEqual(21);
    expect(Math.abs(offsetMs + 5000)).toBeLessThanOrEqual(errorMs);
  });

  it('is found again within 2 s after one of the machines slept', () => {
    const options = { unresponsiveAfterMs: 100_000, goneAfterMs: 100_000 };
    const rig = new LinkRig({ conditions: { latencyMs: 50 }, options });
    rig.run(3000, FRAME);
    rig.sleepB(60_000);
    rig.run(2000, FRAME);
    for (const [link, truth] of [
      [rig.a.link, -60_000],
      [rig.b.link, 60_000],
    ] as const) {
      const { offsetMs, errorMs } = link.clockEstimate()!;
      expect(Math.abs(offsetMs - truth)).toBeLessThan(20);
      expect(errorMs).toBeLessThan(100);
    }
  });

  it('is known less well with time, as two clocks run apart: by 0.1 ms each second', () => {
    const clock = new PeerClock();
    const learn = (now: number, delayMs: number): void => {
      clock.heard(now + 500 - delayMs, now);
      clock.echoed(now - 2 * delayMs, now + 500 - delayMs, now);
    };
    learn(1000, 5);
    expect([clock.offsetMs, clock.errorMs]).toEqual([500, 6]);
    // What comes late teaches nothing.
    learn(61_000, 400);
    expect(clock.offsetMs).toBeCloseTo(500);
    expect(clock.errorMs).toBeCloseTo(12);
    learn(62_000, 5);
    expect(clock.errorMs).toBeCloseTo(6);
  });

  it('completes a stamp across its wrap', () => {
    const clock = new PeerClock();
    expect(clock.unwrap(5, 0)).toBeNaN();
    const wrap = 2 ** 32;
    clock.heard(wrap * 3 - 100, 1000);
    clock.echoed(1000, wrap * 3 - 80, 1000);
    expect(clock.unwrap(wrap - 50, 1000)).toBe(wrap * 3 - 50);
    expect(clock.unwrap(30, 1200)).toBe(wrap * 3 + 30);
    expect(clock.ageOf(wrap - 190, 1000)).toBe(100);
    expect(clock.ageOf(10, 1200)).toBe(100);
    expect(clock.offsetMs).toBeCloseTo(wrap * 3 - 1090);
    expect(clock.errorMs).toBeCloseTo(11, 0);
  });
});

describe('sliding windows', () => {
  it('sum and rate forget what is older', () => {
    const sum = new SlidingSum(1000, 10);
    for (let now = 5000; now < 10_000; now += 10) sum.add(2, now);
    within(sum.perSecond(9999), 200, 0.02);
    expect(sum.sum(10_500)).toBeGreaterThan(70);
    expect(sum.sum(12_000)).toBe(0);
    expect(new SlidingSum(1000, 10).perSecond(500)).toBe(0);
  });

  it('a rate is right from the start', () => {
    const sum = new SlidingSum(2000, 20);
    for (let now = 0; now <= 500; now += 10) sum.add(1, now);
    within(sum.perSecond(500), 102, 0.01);
  });

  it('min and mean', () => {
    const least = new SlidingMin(1000, 10);
    expect(least.min(0)).toBe(Number.POSITIVE_INFINITY);
    least.add(5, 0);
    least.add(7, 500);
    expect([least.min(600), least.min(1100), least.min(3000)]).toEqual([5, 7, Number.POSITIVE_INFINITY]);
    const mean = new SlidingMean(1000, 10);
    expect(mean.mean(0)).toBeNaN();
    mean.add(2, 0);
    mean.add(4, 10);
    expect(mean.mean(20)).toBe(3);
  });
});
