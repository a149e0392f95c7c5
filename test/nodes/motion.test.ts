import { describe, expect, it } from 'vitest';
import type { Moment } from '../../src/nodes/motion/moment.js';
import { PlayoutClock } from '../../src/nodes/motion/playout-clock.js';
import { slerp } from '../../src/nodes/motion/slerp.js';
import { SnapshotTrack } from '../../src/nodes/motion/snapshot-track.js';
import { playGeckos, playOurs } from './support/motion-players.js';
import { type MotionFigures, measure, record } from './support/motion-recording.js';

const at = (timeMs: number): Moment => ({ timeMs });

const sampled = (track: SnapshotTrack, timeMs: number, width: number): number[] => {
  const out = new Array<number>(width).fill(Number.NaN);
  expect(track.sample(at(timeMs), out)).toBe(true);
  return out;
};

describe('SnapshotTrack', () => {
  it('shows nothing before the first state, and the first state until there is a second', () => {
    const track = new SnapshotTrack('lerp', 1);
    expect(track.sample(at(0), [])).toBe(false);
    track.push(at(100), [7]);
    expect(sampled(track, 50, 1)).toEqual([7]);
    expect(sampled(track, 150, 1)).toEqual([7]);
  });

  it('goes straight from state to state with lerp, and through them with curve', () => {
    for (const motion of ['lerp', 'curve'] as const) {
      const track = new SnapshotTrack(motion, 2);
      for (let n = 0; n <= 4; n += 1) track.push(at(n * 50), [n, n * 10]);
      expect(sampled(track, 75, 2)[0]).toBeCloseTo(1.5, 9);
      expect(sampled(track, 75, 2)[1]).toBeCloseTo(15, 9);
      expect(sampled(track, 100, 2)).toEqual([2, 20]);
    }
  });

  it('holds each state until the next one with none', () => {
    const track = new SnapshotTrack('none', 1);
    track.push(at(0), [1]);
    track.push(at(100), [2]);
    expect(sampled(track, 99, 1)).toEqual([1]);
    expect(sampled(track, 100, 1)).toEqual([2]);
    expect(sampled(track, 900, 1)).toEqual([2]);
  });

  it('goes on for a while when the next state is late, and no further', () => {
    const track = new SnapshotTrack('lerp', 1, { maxExtrapolationMs: 60 });
    track.push(at(0), [0]);
    track.push(at(100), [10]);
    expect(sampled(track, 150, 1)[0]).toBeCloseTo(15, 9);
    expect(sampled(track, 160, 1)[0]).toBeCloseTo(16, 9);
    expect(sampled(track, 500, 1)[0]).toBeCloseTo(16, 9);
  });

  it('takes a wrong guess back over a few frames, not at once', () => {
    const track = new SnapshotTrack('lerp', 1);
    track.push(at(0), [0]);
    track.push(at(100), [10]);
    expect(sampled(track, 200, 1)[0]).toBeCloseTo(20, 9);
    track.push(at(200), [10]);
    track.push(at(300), [10]);
    const back = [201, 220, 240, 260, 280, 300].map((timeMs) => sampled(track, timeMs, 1)[0] as number);
    expect(back[0]).toBeGreaterThan(19.5);
    for (let n = 1; n < back.length; n += 1) expect(back[n]).toBeLessThan(back[n - 1] as number);
    expect(sampled(track, 305, 1)[0]).toBeCloseTo(10, 5);
  });

  it('does not draw a teleport as a movement, nor guess behind one', () => {
    const track = new SnapshotTrack('lerp', 3, { snapDistance: 5 });
    track.push(at(0), [0, 0, 0]);
    track.push(at(50), [1, 0, 0]);
    track.push(at(100), [100, 0, 0]);
    expect(sampled(track, 99, 3)).toEqual([1, 0, 0]);
    expect(sampled(track, 100, 3)).toEqual([100, 0, 0]);
    expect(sampled(track, 150, 3)).toEqual([100, 0, 0]);
  });

  it('ignores a state that is not newer than the last', () => {
    const track = new SnapshotTrack('lerp', 1);
    track.push(at(100), [1]);
    track.push(at(100), [5]);
    track.push(at(50), [9]);
    expect(track.size).toBe(1);
    expect(sampled(track, 100, 1)).toEqual([1]);
  });

  it('turns on the shorter arc, at an even pace, and stays a rotation', () => {
    const half = Math.SQRT1_2;
    const track = new SnapshotTrack('slerp', 4);
    track.push(at(0), [0, 0, 0, 1]);
    // A quarter turn about y, written with the other sign.
    track.push(at(90), [0, -half, 0, -half]);
    for (const degrees of [10, 30, 45, 80]) {
      const [x, y, z, w] = sampled(track, degrees, 4) as [number, number, number, number];
      expect(Math.hypot(x, y, z, w)).toBeCloseTo(1, 12);
      expect((2 * Math.atan2(y, w) * 180) / Math.PI).toBeCloseTo(degrees, 9);
    }
  });

  it('keeps the last states only', () => {
    const track = new SnapshotTrack('lerp', 1);
    for (let n = 0; n < 100; n += 1) track.push(at(n), [n]);
    expect(track.size).toBe(32);
    expect(sampled(track, 3, 1)).toEqual([68]);
    expect(sampled(track, 80.5, 1)).toEqual([80.5]);
    track.clear();
    expect(track.sample(at(80), [])).toBe(false);
  });
});

it('slerp of two equal rotations is that rotation', () => {
  const values = new Float64Array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  const out = [0, 0, 0, 0];
  slerp(values, { from: 0, to: 4, share: 0.3 }, out);
  for (const value of out) expect(value).toBeCloseTo(0.5, 12);
});

describe('PlayoutClock', () => {
  /** States every 50 ms that take 80 ms each, plus what `extra` says. */
  const feed = (clock: PlayoutClock, fromMs: number, count: number, extra: (n: number) => number): number => {
    for (let n = 0; n < count; n += 1) clock.arrived(at(fromMs + n * 50), at(fromMs + n * 50 + 80 + extra(n)));
    return fromMs + count * 50;
  };

  it('waits one interval on an even link, and more on an uneven one', () => {
    const even = new PlayoutClock();
    feed(even, 0, 100, () => 0);
    for (let now = 5000; now < 8000; now += 16) even.advance(at(now));
    expect(even.delayMs).toBeCloseTo(50, 0);
    const uneven = new PlayoutClock();
    feed(uneven, 0, 100, (n) => (n % 4) * 20);
    for (let now = 5000; now < 8000; now += 16) uneven.advance(at(now));
    expect(uneven.delayMs).toBeGreaterThan(100);
    expect(uneven.delayMs).toBeLessThan(130);
  });

  it('never runs backwards nor jumps while the delay changes', () => {
    const clock = new PlayoutClock();
    let sent = feed(clock, 0, 50, () => 0);
    clock.advance(at(sent + 80));
    let last = clock.timeMs;
    for (let now = sent + 96; now < sent + 4000; now += 16) {
      if (now % 48 === 0) sent = feed(clock, sent, 1, () => (now % 7) * 15);
      clock.advance(at(now));
      const time = clock.timeMs;
      expect(time - last).toBeGreaterThan(14);
      expect(time - last).toBeLessThan(18);
      last = time;
    }
  });

  it('begins anew after a long pause', () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 50, () => 0);
    clock.advance(at(2580));
    // The sender's clock began anew, too.
    feed(clock, 60_000, 10, () => 5000);
    clock.advance(at(65_600));
    const time = clock.timeMs;
    expect(time).toBeGreaterThan(60_200);
    expect(time).toBeLessThan(60_600);
  });
});

describe('a thing on a winding way, 20 states per second over 100 ± 50 ms with 5 % loss', () => {
  const seeds = [1, 2, 3, 4, 5];
  const sum = (figures: readonly MotionFigures[], key: keyof MotionFigures): number =>
    figures.reduce((total, figure) => total + figure[key], 0) / figures.length;

  it('is shown nearer to its way, steadier and earlier than @geckos.io/snapshot-interpolation shows it', () => {
    const ours = seeds.map((seed) => measure(playOurs(record({ seed }))));
    const lerp = seeds.map((seed) => measure(playOurs(record({ seed }), 'lerp')));
    const theirs = seeds.map((seed) => measure(playGeckos(record({ seed }))));
    expect(sum(ours, 'pathError')).toBeLessThan(sum(theirs, 'pathError') * 0.8);
    expect(sum(lerp, 'pathError')).toBeLessThanOrEqual(sum(theirs, 'pathError'));
    for (const figures of [ours, lerp]) {
      expect(sum(figures, 'jerk')).toBeLessThan(sum(theirs, 'jerk') / 4);
      expect(sum(figures, 'delayMs')).toBeLessThan(sum(theirs, 'delayMs'));
      expect(Math.max(...figures.map((figure) => figure.frozenMs))).toBeLessThan(100);
      // Less than 5 % of what the thing moves between two states.
      expect(sum(figures, 'pathError')).toBeLessThan(0.05 * 0.3);
    }
  });
});
