import { describe, expect, it } from 'vitest';
import type { PropertyBinding } from '../../src/multiplayer/scene/scene-host.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { Quaternion, Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { SendClock } from '../../src/nodes/motion/send-clock.js';
import { Smoothing } from '../../src/nodes/motion/smoothing.js';
import { SnapshotTrack } from '../../src/nodes/motion/snapshot-track.js';

class Target implements PropertyBinding {
  readonly values: Variant[] = [];

  get(): Variant | undefined {
    return this.values.at(-1);
  }

  set(value: Variant): boolean {
    this.values.push(
      typeof value === 'object' && value !== null
        ? Object.assign(Object.create(Object.getPrototypeOf(value)), value)
        : value,
    );
    return true;
  }
}

describe('SendClock', () => {
  it('tells when states were sent from their counters, over the wrap, and however late they come', () => {
    const clock = new SendClock();
    let last = 0;
    for (let n = 0; n < 400; n += 1) {
      const late = (n * 37) % 60;
      clock.arrived({ counter: (65_400 + n * 3) & 0xffff, sentMs: Number.NaN, timeMs: n * 50 + 100 + late });
      const sent = clock.timeMs;
      if (n > 100) expect(sent - last).toBeCloseTo(50, -1);
      last = sent;
    }
    expect(clock.isTold).toBe(false);
  });

  it('takes what the sender tells, and fills in what it does not', () => {
    const clock = new SendClock();
    for (let n = 0; n < 100; n += 1) {
      const sentMs = 5_000_000 + n * 40;
      const toldMs = n % 5 === 4 ? Number.NaN : sentMs;
      const late = (n * 37) % 60;
      clock.arrived({ counter: (65_500 + n * 2) & 0xffff, sentMs: toldMs, timeMs: n * 40 + late });
      const sent = clock.timeMs;
      if (n % 5 !== 4) expect(sent).toBe(sentMs);
      else if (n > 10) expect(sent).toBeCloseTo(sentMs, 6);
    }
    expect(clock.isTold).toBe(true);
  });
});

describe('Smoothing', () => {
  /** 20 states per second, shown 60 times per second, for two seconds. */
  const run = (
    smoothing: Smoothing,
    binding: PropertyBinding,
    path: string,
    state: (seconds: number) => Variant,
    told: (nowMs: number) => number = (nowMs) => nowMs,
  ): boolean => {
    let isTaken = false;
    for (let frame = 0; frame < 120; frame += 1) {
      const nowMs = (frame * 1000) / 60;
      if (frame % 3 === 0) {
        smoothing.arrived({ counter: frame, sentMs: told(nowMs), timeMs: nowMs + 40 });
        isTaken = smoothing.take(path, state(nowMs / 1000), binding);
      }
      smoothing.show({ timeMs: nowMs + 40 });
    }
    return isTaken;
  };

  it('moves a place evenly, a few units per frame, and late by one interval', () => {
    const target = new Target();
    const smoothing = new Smoothing({ position: 'lerp' });
    expect(run(smoothing, target, 'position', (s) => new Vector3(s * 60, 0, 0))).toBe(true);
    const steps = target.values
      .slice(60)
      .map((value, at, all) => (at === 0 ? 1 : (value as Vector3).x - (all[at - 1] as Vector3).x));
    for (const step of steps) expect(step).toBeCloseTo(1, 6);
    expect(smoothing.delayMs).toBeGreaterThan(45);
    expect(smoothing.delayMs).toBeLessThan(70);
  });

  it('leaves what has no motion to be set as it comes, and what cannot move', () => {
    const smoothing = new Smoothing({ name: 'lerp' });
    expect(run(smoothing, new Target(), 'position', () => new Vector3())).toBe(false);
    expect(run(smoothing, new Target(), 'name', () => 'Ann')).toBe(false);
  });

  it('turns rotations on their arc, whatever the motion is called', () => {
    const target = new Target();
    run(
      new Smoothing({ quaternion: 'lerp' }),
      target,
      'quaternion',
      (s) => new Quaternion(0, Math.sin(s), 0, Math.cos(s)),
    );
    for (const value of target.values) {
      const { x, y, z, w } = value as Quaternion;
      expect(Math.hypot(x, y, z, w)).toBeCloseTo(1, 12);
    }
  });

  it('does not set what stands still', () => {
    const target = new Target();
    run(new Smoothing({ position: 'curve' }), target, 'position', () => new Vector3(1, 2, 3));
    expect(target.values).toEqual([new Vector3(1, 2, 3)]);
  });

  it('goes over to the clock of the sender as soon as it tells: nothing stands still for that', () => {
    const target = new Target();
    const smoothing = new Smoothing({ position: 'lerp' });
    run(
      smoothing,
      target,
      'position',
      (s) => new Vector3(s, 0, 0),
      () => Number.NaN,
    );
    const before = target.values.length;
    run(
      smoothing,
      target,
      'position',
      (s) => new Vector3(s, 0, 0),
      (nowMs) => nowMs - 40_000,
    );
    expect(target.values.length - before).toBeGreaterThan(95);
    // And to that of one who takes its place.
    run(
      smoothing,
      target,
      'position',
      (s) => new Vector3(s, 0, 0),
      (nowMs) => nowMs - 80_000,
    );
    expect(target.values.length - before).toBeGreaterThan(190);
  });

  it('begins anew when a property changes its type, and when it is cleared', () => {
    const target = new Target();
    const smoothing = new Smoothing({ aim: 'lerp' });
    run(smoothing, target, 'aim', (s) => new Vector3(s, s, s));
    run(smoothing, target, 'aim', () => 7);
    expect(target.values.at(-1)).toBe(7);
    smoothing.clear();
    const before = target.values.length;
    smoothing.show({ timeMs: 9999 });
    expect(target.values).toHaveLength(before);
  });
});

it('angles take the shorter way round', () => {
  const track = new SnapshotTrack('angle', 1);
  const out = [0];
  track.push({ timeMs: 0 }, [3]);
  track.push({ timeMs: 100 }, [-3]);
  track.sample({ timeMs: 50 }, out);
  expect(Math.cos(out[0] as number)).toBeCloseTo(-1, 6);
});
