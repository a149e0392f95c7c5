import { describe, expect, it } from 'vitest';
import { type OverflowRule, PacketQueue } from '../../src/core/packet-queue.js';

const packet = (first: number, size = 1): Uint8Array => new Uint8Array(size).fill(first);

function queueOf(rule: OverflowRule, maxPackets = 1000, maxBytes = 1e6): PacketQueue {
  return new PacketQueue({ maxPackets, maxBytes }, rule);
}

/** First bytes of all that can be taken. */
function takeAll(queue: PacketQueue): number[] {
  const taken: number[] = [];
  for (let p = queue.take(); p !== undefined; p = queue.take()) taken.push(p[0] ?? -1);
  return taken;
}

describe('PacketQueue', () => {
  it('starts empty', () => {
    const queue = queueOf('refuse');
    expect([queue.available, queue.size, queue.bytes, queue.dropped, queue.lastWasText]).toEqual([0, 0, 0, 0, false]);
    expect(queue.take()).toBeUndefined();
  });

  it('makes a packet available only by publish (D4)', () => {
    const queue = queueOf('refuse');
    queue.push(packet(1), false);
    expect([queue.size, queue.available, queue.take()]).toEqual([1, 0, undefined]);
    expect(queue.publish()).toBe(1);
    queue.push(packet(2), false);
    expect(takeAll(queue)).toEqual([1]);
    expect(queue.size).toBe(1);
  });

  it('tells what a publish added, not what waited already', () => {
    const queue = queueOf('refuse');
    queue.push(packet(1), false);
    expect(queue.publish()).toBe(1);
    queue.push(packet(2), false);
    queue.push(packet(3), false);
    expect([queue.publish(), queue.publish(), queue.available]).toEqual([2, 0, 3]);
  });

  it('hands out the arrays it was given and tells which were text', () => {
    const queue = queueOf('refuse');
    const [one, two] = [packet(1), packet(2)];
    queue.push(one, true);
    queue.push(two, false);
    queue.publish();
    expect([queue.take() === one, queue.lastWasText]).toEqual([true, true]);
    expect([queue.take() === two, queue.lastWasText]).toEqual([true, false]);
    queue.take();
    expect(queue.lastWasText).toBe(false);
  });

  it('keeps the order, the text marks and the sums while its ring grows and wraps', () => {
    const queue = queueOf('refuse');
    const expected: number[] = [];
    let next = 0;
    let bytes = 0;
    const push = (count: number): void => {
      for (let i = 0; i < count; i += 1, next += 1) {
        expected.push(next);
        bytes += 4;
        expect(queue.push(new Uint8Array(new Uint32Array([next]).buffer), next % 3 === 0)).toBe(true);
      }
      queue.publish();
    };
    const take = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        const taken = queue.take() as Uint8Array;
        const number = new DataView(taken.buffer).getUint32(0, true);
        bytes -= 4;
        expect(number).toBe(expected.shift());
        expect(queue.lastWasText).toBe(number % 3 === 0);
      }
      expect([queue.size, queue.bytes, queue.available]).toEqual([expected.length, bytes, expected.length]);
    };
    for (const [pushed, taken] of [
      [5, 3],
      [6, 2],
      [3, 8],
      [40, 17],
      [90, 113],
    ] as const) {
      push(pushed);
      take(taken);
    }
    expect(queue.size).toBe(1);
  });

  it('clear forgets the packets and keeps the count of the dropped', () => {
    const queue = queueOf('drop-oldest', 2);
    for (let i = 0; i < 3; i += 1) queue.push(packet(i), false);
    queue.publish();
    queue.clear();
    expect([queue.available, queue.size, queue.bytes, queue.dropped]).toEqual([0, 0, 0, 1]);
    queue.push(packet(7), false);
    queue.publish();
    expect(takeAll(queue)).toEqual([7]);
  });
});

describe('PacketQueue with the rule refuse (D4: reliable)', () => {
  it('refuses the packet above the number of packets, and takes one again when there is room', () => {
    const queue = queueOf('refuse', 2);
    expect([1, 2, 3].map((n) => queue.push(packet(n), false))).toEqual([true, true, false]);
    queue.publish();
    queue.take();
    expect(queue.push(packet(4), false)).toBe(true);
    queue.publish();
    expect(takeAll(queue)).toEqual([2, 4]);
    expect(queue.dropped).toBe(0);
  });

  it('refuses the byte above the number of bytes and takes the last that fits', () => {
    const queue = queueOf('refuse', 100, 10);
    expect(queue.push(packet(1, 6), false)).toBe(true);
    expect(queue.push(packet(2, 5), false)).toBe(false);
    expect(queue.push(packet(3, 4), false)).toBe(true);
    expect(queue.push(packet(4, 1), false)).toBe(false);
    expect([queue.size, queue.bytes]).toEqual([2, 10]);
  });

  it('counts packets that are not published yet', () => {
    const queue = queueOf('refuse', 1);
    queue.push(packet(1), false);
    expect(queue.push(packet(2), false)).toBe(false);
  });
});

describe('PacketQueue with the rule drop-oldest (D4: unreliable)', () => {
  it('makes room in packets by dropping the oldest, and counts them', () => {
    const queue = queueOf('drop-oldest', 3);
    for (let i = 1; i <= 5; i += 1) expect(queue.push(packet(i), false)).toBe(true);
    expect([queue.publish(), queue.dropped]).toEqual([3, 2]);
    expect(takeAll(queue)).toEqual([3, 4, 5]);
  });

  it('makes room in bytes by dropping as many as it takes', () => {
    const queue = queueOf('drop-oldest', 100, 10);
    for (const n of [1, 2, 3, 4, 5]) queue.push(packet(n, 2), false);
    expect(queue.push(packet(6, 5), false)).toBe(true);
    queue.publish();
    expect([queue.bytes, queue.dropped]).toEqual([9, 3]);
    expect(takeAll(queue)).toEqual([4, 5, 6]);
  });

  it('tells of the packet last taken whether it was text, whatever was dropped since', () => {
    const queue = queueOf('drop-oldest', 2);
    queue.push(packet(1), true);
    queue.push(packet(2), false);
    queue.publish();
    queue.take();
    queue.push(packet(3), true);
    queue.push(packet(4), false);
    expect([queue.dropped, queue.lastWasText]).toEqual([1, true]);
    queue.push(packet(5), false);
    queue.publish();
    expect([queue.dropped, queue.lastWasText]).toEqual([2, true]);
    expect([takeAll(queue), queue.lastWasText]).toEqual([[4, 5], false]);
  });

  it('drops published packets too, and says that fewer are available', () => {
    const queue = queueOf('drop-oldest', 2);
    queue.push(packet(1), false);
    queue.push(packet(2), false);
    queue.publish();
    queue.push(packet(3), false);
    expect([queue.available, queue.size]).toEqual([1, 2]);
    expect(takeAll(queue)).toEqual([2]);
    expect(queue.publish()).toBe(1);
    expect(takeAll(queue)).toEqual([3]);
  });

  it('refuses a packet that could never fit, and drops nothing for it', () => {
    const queue = queueOf('drop-oldest', 100, 10);
    queue.push(packet(1, 4), false);
    expect(queue.push(packet(2, 11), false)).toBe(false);
    expect([queue.size, queue.bytes]).toEqual([1, 4]);
  });
});
