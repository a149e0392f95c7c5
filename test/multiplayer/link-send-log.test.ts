import { expect, it } from 'vitest';
import { SendLog } from '../../src/multiplayer/link/send-log.js';

const WRAP = 2 ** 16;

it('knows when each of the last messages was sent, and how many bytes had been by then, however many wait for an echo', () => {
  const log = new SendLog();
  // Across the wrap of the serials, too.
  for (let i = 1; i <= WRAP - 500; i += 1) {
    log.record(10, i);
    log.echoed(i);
  }
  const first = WRAP - 499;
  for (let i = first; i < first + 900; i += 1) log.record(10, i);
  for (let i = first; i < first + 900; i += 1) {
    expect(log.knows(i % WRAP)).toBe(true);
    expect(log.sentAt(i % WRAP)).toBe(i);
    expect(log.echoed(i % WRAP)).toBe(10);
  }
  expect(log.bytesUnderWay).toBe(0);
});

it('knows neither what was never sent nor what was long ago', () => {
  const log = new SendLog();
  expect(log.knows(0)).toBe(false);
  for (let i = 1; i <= 5000; i += 1) log.record(10, i);
  expect(log.knows(5001)).toBe(false);
  expect(log.knows(5000)).toBe(true);
  expect(log.knows(5000 - 1024)).toBe(false);
});

it('is full before the oldest one that waits for its echo would be forgotten', () => {
  const log = new SendLog();
  let sent = 0;
  for (; !log.isFull; sent += 1) log.record(10, sent);
  expect(sent).toBeGreaterThan(800);
  expect(log.knows(1)).toBe(true);
});

it('of a link whose echoes come it remembers a hundred messages and no thousand', () => {
  const log = new SendLog();
  for (let i = 1; i <= 5000; i += 1) {
    log.record(10, i);
    if (i % 10 === 0) log.echoed(i);
  }
  expect(log.knows(5000 - 100)).toBe(true);
  expect(log.knows(5000 - 200)).toBe(false);
});
