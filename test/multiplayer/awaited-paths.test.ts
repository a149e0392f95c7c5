import { ManualClock } from 'scenewire/testing';
import { describe, expect, it } from 'vitest';
import { AwaitedPaths } from '../../src/multiplayer/scene/awaited-paths.js';

describe('paths that lead to no node yet', () => {
  it('are 1024 of one peer at most', () => {
    const paths = new AwaitedPaths(new ManualClock());
    const taken = Array.from({ length: 1100 }, (_, id) => paths.add(2, id, 'World/Hero', ''));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(1024);
    expect(paths.add(3, 1, 'World/Hero', '')).toBe(true);
  });

  it('have 65536 characters together at most, which come free with them', () => {
    const paths = new AwaitedPaths(new ManualClock());
    const long = 'x'.repeat(4000);
    for (let id = 0; id < 16; id += 1) expect(paths.add(2, id, long, '')).toBe(true);
    expect(paths.add(2, 16, long, '')).toBe(false);
    paths.delete(2, 3);
    paths.delete(2, 3);
    expect([paths.add(2, 16, long, ''), paths.add(2, 17, long, '')]).toEqual([true, false]);
    paths.forget(2);
    expect([paths.get(2, 16), paths.add(2, 17, long, '')]).toEqual([undefined, true]);
  });
});
