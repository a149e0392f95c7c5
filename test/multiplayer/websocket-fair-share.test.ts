import { describe, expect, it } from 'vitest';
import { FairShare } from '../../src/multiplayer/websocket/fair-share.js';

const everybody = (): boolean => true;
const itemsOf = (share: FairShare<number>): number[] => [...share].map(({ item }) => item);

describe('FairShare', () => {
  it('one source may have everything, and no more', () => {
    const share = new FairShare<number>(3);
    for (const item of [1, 2, 3]) {
      expect(share.admits('a')).toBe(true);
      expect(share.add('a', item)).toBeUndefined();
    }
    expect([share.admits('a'), share.size]).toEqual([false, 3]);
  });

  it('makes room for another source at the cost of the one that has most, until both have as many', () => {
    const share = new FairShare<number>(4);
    for (const item of [1, 2, 3, 4]) share.add('a', item);
    expect([share.admits('b'), share.add('b', 5)]).toEqual([true, 1]);
    expect([share.admits('b'), share.add('b', 6)]).toEqual([true, 2]);
    expect([share.admits('b'), share.admits('a')]).toEqual([false, false]);
    // A third one that has nothing yet may still come.
    expect([share.admits('c'), share.add('c', 7)]).toEqual([true, 3]);
    expect([share.size, itemsOf(share).toSorted()]).toEqual([4, [4, 5, 6, 7]]);
  });

  it('gives the oldest of each source in turn, and of welcome ones only', () => {
    const share = new FairShare<number>(10);
    for (const item of [1, 2, 3]) share.add('a', item);
    for (const item of [4, 5]) share.add('b', item);
    expect(share.take((source) => source === 'b')).toEqual({ source: 'b', item: 4 });
    const order = Array.from({ length: 4 }, () => share.take(everybody)?.item);
    expect([order, share.take(everybody), share.size]).toEqual([[1, 5, 2, 3], null, 0]);
  });

  it('forgets what is deleted, whoever asks twice', () => {
    const share = new FairShare<number>(2);
    share.add('a', 1);
    for (let i = 0; i < 2; i += 1) share.delete('a', 1);
    share.delete('b', 1);
    expect([share.size, itemsOf(share)]).toEqual([0, []]);
    share.add('a', 2);
    share.clear();
    expect([share.size, share.take(everybody)]).toEqual([0, null]);
  });
});
