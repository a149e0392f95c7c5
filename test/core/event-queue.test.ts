import { describe, expect, it, vi } from 'vitest';
import { EventQueue } from '../../src/core/event-queue.js';

function queueOf(...events: number[]): EventQueue<number> {
  const queue = new EventQueue<number>();
  for (const event of events) queue.push(event);
  return queue;
}

function drained(queue: EventQueue<number>): number[] {
  const seen: number[] = [];
  queue.drain((event) => seen.push(event));
  return seen;
}

describe('EventQueue', () => {
  it('starts empty and drains nothing', () => {
    const queue = new EventQueue<number>();
    expect([queue.size, drained(queue)]).toEqual([0, []]);
  });

  it('hands out what was pushed, in order and once', () => {
    const queue = queueOf(1, 2, 3);
    expect(queue.size).toBe(3);
    expect([drained(queue), queue.size, drained(queue)]).toEqual([[1, 2, 3], 0, []]);
  });

  it('leaves what is pushed during a drain to the next one (D3)', () => {
    const queue = queueOf(1, 2);
    const seen: number[] = [];
    queue.drain((event) => {
      seen.push(event);
      queue.push(event * 10);
    });
    expect([seen, queue.size]).toEqual([[1, 2], 2]);
    expect(drained(queue)).toEqual([10, 20]);
  });

  it('hands out what is due with the drain that is running, before what else is pushed', () => {
    const queue = queueOf(1, 2);
    queue.pushDue(3);
    const seen: number[] = [];
    queue.drain((event) => {
      seen.push(event);
      queue.push(event * 10);
      if (event === 1) for (const due of [4, 5]) queue.pushDue(due);
    });
    expect([seen, drained(queue)]).toEqual([
      [1, 2, 3, 4, 5],
      [10, 20, 30, 40, 50],
    ]);
  });

  it('cannot be kept busy for ever by a sink that always pushes (D3)', () => {
    const queue = queueOf(1);
    const sink = vi.fn((event: number) => queue.push(event));
    for (const drains of [1, 2, 3]) {
      queue.drain(sink);
      expect([sink.mock.calls.length, queue.size]).toEqual([drains, 1]);
    }
  });

  it('ends a drain that clears it, and keeps what is pushed after that', () => {
    const queue = queueOf(1, 2, 3);
    const seen: number[] = [];
    queue.drain((event) => {
      seen.push(event);
      queue.clear();
      queue.push(9);
    });
    expect([seen, queue.size]).toEqual([[1], 1]);
    expect(drained(queue)).toEqual([9]);
  });

  it('hands out nothing in a drain inside a drain', () => {
    const queue = queueOf(1, 2);
    const seen: number[] = [];
    queue.drain((event) => {
      seen.push(event);
      queue.drain((stolen) => seen.push(-stolen));
    });
    expect([seen, queue.size]).toEqual([[1, 2], 0]);
  });

  it('after a sink that throws keeps the rest, once each, and can be drained again', () => {
    const queue = queueOf(1, 2, 3);
    expect(() =>
      queue.drain((event) => {
        if (event === 2) throw new Error('sink');
      }),
    ).toThrow('sink');
    expect(queue.size).toBe(1);
    queue.push(4);
    expect(drained(queue)).toEqual([3, 4]);
  });

  it('forgets everything at clear', () => {
    const queue = queueOf(1, 2);
    queue.clear();
    expect([queue.size, drained(queue)]).toEqual([0, []]);
  });
});
