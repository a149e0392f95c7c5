import { describe, expect, it } from 'vitest';
import { SeenNonces } from '../../../src/media/identity/seen-nonces.js';

describe('what was taken once', () => {
  it('is not taken again while it would be valid, and forgotten then', () => {
    const seen = new SeenNonces();
    expect([seen.take('a', 100, 0), seen.take('a', 100, 100), seen.take('b', 300, 100)]).toEqual([true, false, true]);
    expect(seen.take('a', 400, 101)).toBe(true);
    expect(seen.size).toBe(2);
  });

  it('stays bounded in a flood: the oldest go first', () => {
    const seen = new SeenNonces();
    for (let at = 0; at < 30_000; at += 1) seen.take(`n ${at}`, 1000, 0);
    expect(seen.size).toBe(10_000);
    expect([seen.take('n 29999', 1000, 0), seen.take('n 20001', 1000, 0)]).toEqual([false, false]);
  });
});
