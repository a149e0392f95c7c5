import { expect, it } from 'vitest';
import { fuzzMedia } from '../support/media-fuzz.js';

it('R-068 whatever senders and listeners send, nothing throws, and what goes on is a packet of this side', () => {
  const { problems, sent, sentAgain, malformed } = fuzzMedia(11, 20_000);
  expect(problems).toEqual([]);
  // It was not refused at the door.
  expect(Math.min(sent, malformed)).toBeGreaterThan(1000);
  expect(sentAgain).toBeGreaterThan(20);
});

it('a flood leaves little behind', () => {
  fuzzMedia(12, 5000);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  expect(fuzzMedia(13, 40_000).problems).toEqual([]);
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40 << 20);
});
