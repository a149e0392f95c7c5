import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { FrameLoop, type FrameLoopOptions } from '../../src/nodes/frame-loop.js';
import type { Heartbeat } from '../../src/nodes/heartbeat.js';
import { recordErrors } from '../core/support/errors.js';

class HandHeartbeat implements Heartbeat {
  beat: () => void = () => {};
  running = false;

  start(_periodMs: number, beat: () => void): void {
    this.beat = beat;
    this.running = true;
  }

  stop(): void {
    this.running = false;
  }
}

function setUp(client: { poll?(delta: number): void; flush?(): void } = {}, options: FrameLoopOptions = {}) {
  const calls: string[] = [];
  const clock = new ManualClock(1000);
  const heartbeat = new HandHeartbeat();
  const loop = new FrameLoop(
    {
      poll: (delta) => {
        calls.push(`poll ${delta.toFixed(3)}`);
        client.poll?.(delta);
      },
      flush: () => {
        calls.push('flush');
        client.flush?.();
      },
    },
    { clock, heartbeat, heartbeatMs: 50, ...options },
  );
  loop.start();
  return { calls, clock, heartbeat, loop };
}

describe('FrameLoop', () => {
  const errors = recordErrors();

  it('polls when a frame begins, with the time since the last poll, and flushes when it ends', () => {
    const { calls, clock, loop } = setUp();
    clock.advance(16);
    loop.begin();
    loop.end();
    clock.advance(20);
    loop.tick();
    expect(calls).toEqual(['poll 0.016', 'flush', 'poll 0.020', 'flush']);
  });

  it('leaves the heartbeat idle while frames come, and polls and flushes by it when they stay away', () => {
    const { calls, clock, heartbeat, loop } = setUp();
    clock.advance(50);
    loop.tick();
    clock.advance(50);
    heartbeat.beat();
    expect(calls).toHaveLength(2);
    clock.advance(50);
    heartbeat.beat();
    expect(calls.slice(2)).toEqual(['poll 0.100', 'flush']);
    expect(loop.gapMs).toBe(100);
    // From now on with each beat, until a frame comes.
    clock.advance(48);
    heartbeat.beat();
    expect(calls.slice(4)).toEqual(['poll 0.048', 'flush']);
    clock.advance(30);
    loop.tick();
    clock.advance(30);
    heartbeat.beat();
    expect(calls).toHaveLength(8);
  });

  it('does nothing before start and after stop, and stops its heartbeat', () => {
    const { calls, heartbeat, loop } = setUp();
    loop.stop();
    loop.tick();
    heartbeat.beat();
    expect(calls).toEqual([]);
    expect(heartbeat.running).toBe(false);
    loop.start();
    loop.tick();
    expect(calls).toHaveLength(2);
  });

  it('keeps what user code throws out of the engine: one report, the next frame comes as usual', () => {
    const broken = new Error('user code');
    const { calls, loop } = setUp({
      poll: () => {
        throw broken;
      },
    });
    expect(() => loop.tick()).not.toThrow();
    expect(errors.map((error) => error.cause)).toEqual([broken]);
    loop.tick();
    expect(calls).toEqual(['poll 0.000', 'flush', 'poll 0.000', 'flush']);
  });

  it('does not poll inside a poll: a listener may render a frame by itself', () => {
    const set = setUp({ poll: () => set.loop.tick() });
    set.loop.tick();
    expect(set.calls).toEqual(['poll 0.000', 'flush']);
  });
});
