import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { FixedLoop, type FixedLoopOptions } from '../../src/nodes/headless/fixed-loop.js';
import { recordErrors } from '../core/support/errors.js';

/** Timers that run when the clock is moved to them, each a little late. */
function setUp(tick: (delta: number, tick: number) => void, options: FixedLoopOptions = {}) {
  const clock = new ManualClock();
  let waiting: { at: number; fn: () => void } | null = null;
  const loop = new FixedLoop(tick, {
    clock,
    wait: (fn, ms) => {
      const timer = { at: clock.now() + ms, fn };
      waiting = timer;
      return {
        cancel: () => {
          if (waiting === timer) waiting = null;
        },
      };
    },
    ...options,
  });
  const runTo = (ms: number, lateMs: number): void => {
    while (waiting !== null && waiting.at + lateMs <= ms) {
      const { at, fn } = waiting;
      waiting = null;
      clock.advance(Math.max(0, at + lateMs - clock.now()));
      fn();
    }
  };
  return { clock, loop, runTo, isWaiting: () => waiting !== null };
}

describe('FixedLoop', () => {
  const errors = recordErrors();

  it('does not drift: timers that are 3 ms late change nothing in the long run', () => {
    const ticks: number[] = [];
    const { loop, runTo } = setUp((delta, tick) => ticks.push(tick) && expect(delta).toBe(1 / 30), { hz: 30 });
    loop.start();
    runTo(10_000, 3);
    expect(ticks).toEqual([...ticks.keys()]);
    expect(ticks.length).toBeGreaterThanOrEqual(299);
    expect(ticks.length).toBeLessThanOrEqual(300);
  });

  it('makes up for five ticks after a stall and lets the rest go', () => {
    let count = 0;
    const { clock, loop, runTo } = setUp(() => count++, { hz: 100 });
    loop.start();
    runTo(100, 0);
    expect(count).toBe(10);
    clock.advance(1000);
    runTo(1100, 0);
    expect(count).toBe(15);
    expect(loop.skipped).toBe(95);
    runTo(1200, 0);
    expect(count).toBe(25);
  });

  it('goes on after a tick that throws, and reports it', () => {
    let count = 0;
    const { loop, runTo } = setUp(
      () => {
        count++;
        throw new Error('tick');
      },
      { hz: 10 },
    );
    loop.start();
    runTo(1000, 0);
    expect(count).toBe(10);
    expect(errors).toHaveLength(10);
  });

  it('ends when it is stopped, inside a tick too', () => {
    let count = 0;
    const set = setUp(() => {
      count++;
      set.loop.stop();
    });
    set.loop.start();
    set.clock.advance(60);
    set.runTo(1000, 0);
    expect(count).toBe(1);
    expect(set.isWaiting()).toBe(false);
    expect(set.loop.running).toBe(false);
  });

  it('refuses a rate that is none', () => {
    for (const hz of [0, -1, Number.NaN, 2000]) expect(() => new FixedLoop(() => {}, { hz })).toThrow(RangeError);
  });
});
