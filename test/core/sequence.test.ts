import { describe, expect, it } from 'vitest';
import { Sequence } from '../../src/core/sequence.js';

describe.each([16, 32] as const)('a sequence of %i bits', (bits) => {
  const sequence = new Sequence(bits);
  const range = 2 ** bits;
  const half = range / 2;

  it('counts up and wraps to 0', () => {
    expect(sequence.bits).toBe(bits);
    expect([0, 1, half - 1, range - 2].map((n) => sequence.next(n))).toEqual([1, 2, half, range - 1]);
    expect(sequence.next(range - 1)).toBe(0);
  });

  it('measures the shorter way, positive forward and negative back', () => {
    expect(sequence.distance(7, 7)).toBe(0);
    expect(sequence.distance(7, 10)).toBe(3);
    expect(sequence.distance(10, 7)).toBe(-3);
    expect(sequence.distance(0, half - 1)).toBe(half - 1);
    expect(sequence.distance(0, half + 1)).toBe(1 - half);
  });

  it('measures across the wrap in both directions', () => {
    expect(sequence.distance(range - 2, 3)).toBe(5);
    expect(sequence.distance(3, range - 2)).toBe(-5);
    expect(sequence.distance(range - 1, 0)).toBe(1);
    expect(sequence.distance(0, range - 1)).toBe(-1);
  });

  it('orders across the wrap in both directions', () => {
    expect(sequence.isNewer(0, range - 1)).toBe(true);
    expect(sequence.isNewer(range - 1, 0)).toBe(false);
    expect(sequence.isNewer(half - 2, range - 1)).toBe(true);
    expect(sequence.isNewer(range - 1, half - 2)).toBe(false);
    expect(sequence.isNewer(5, 5)).toBe(false);
  });

  it('calls neither newer at exactly half the range, from either side of the wrap', () => {
    for (const from of [0, 1, half - 1, half, range - 1]) {
      const to = (from + half) % range;
      expect([sequence.isNewer(to, from), sequence.isNewer(from, to)]).toEqual([false, false]);
      expect(sequence.distance(from, to)).toBe(half);
    }
  });

  it('never calls two numbers newer than each other', () => {
    const samples = [0, 1, 2, half - 1, half, half + 1, range - 2, range - 1];
    const both = samples.flatMap((a) => samples.filter((b) => sequence.isNewer(a, b) && sequence.isNewer(b, a)));
    expect(both).toEqual([]);
  });
});
