import { describe, expect, it } from 'vitest';
import { ManualClock, realClock } from '../../src/core/clock.js';

describe('ManualClock (D18)', () => {
  it('starts at 0 or where it is told to, and stands still', () => {
    expect(new ManualClock().now()).toBe(0);
    const clock = new ManualClock(250);
    expect([clock.now(), clock.now()]).toEqual([250, 250]);
  });

  it('adds up what it is advanced by', () => {
    const clock = new ManualClock(10);
    clock.advance(0);
    clock.advance(16.5);
    clock.advance(3.5);
    expect(clock.now()).toBe(30);
  });

  it.each([-1, Number.NaN])('refuses to be advanced by %d and stays where it is', (ms) => {
    const clock = new ManualClock(5);
    expect(() => clock.advance(ms)).toThrow(RangeError);
    expect(clock.now()).toBe(5);
  });
});

describe('realClock (D18)', () => {
  it('is the monotonic time of the machine', () => {
    const before = performance.now();
    const now = realClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(performance.now());
  });
});
