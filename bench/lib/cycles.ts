/**
 * A program that connects and closes again and again and then has nothing left to do. It has to end by itself soon after
 * the last close, and prints one line of JSON when it does. Started with --expose-gc, it forces collections.
 *
 * Arguments: connections in all (500), at once (25), and when the memory is read first (100).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { everyMillisecond, gameChannels, time } from './attempts.js';
import { Pair } from './end.js';
import { ScenewireEnd } from './scenewire-end.js';

export interface CyclesReport {
  readonly connections: number;
  readonly failures: number;
  /** Megabytes of the process when the memory was read first, and at its end. */
  readonly rss: readonly [number, number];
  /** Date.now() at the last close. */
  readonly closedAt: number;
}

/** The library underneath frees in threads of its own, which on a busy machine takes a while. */
const SETTLING_MS = 300;

const [connections = 500, atOnce = 25, firstReading = 100] = process.argv.slice(2).map(Number);

/** Both ends close in the same turn, which is the harder case for the library underneath. */
async function cycle(): Promise<boolean> {
  const pair = new Pair((channels, post) => new ScenewireEnd(channels, post), gameChannels);
  pair.a.offer();
  const { outcome } = await time(pair.settled(), () => pair.poll(), everyMillisecond);
  pair.a.close();
  pair.b.close();
  return outcome === 'open';
}

function readMemory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1024 / 1024;
}

let failures = 0;
let first = 0;
for (let made = 0; made < connections; made += atOnce) {
  if (made >= firstReading && first === 0) {
    await sleep(SETTLING_MS);
    first = readMemory();
  }
  const opened = await Promise.all(Array.from({ length: Math.min(atOnce, connections - made) }, cycle));
  failures += opened.filter((isOpen) => !isOpen).length;
  globalThis.gc?.();
}
const closedAt = Date.now();
process.on('exit', () => {
  console.log(JSON.stringify({ connections, failures, rss: [first, readMemory()], closedAt } satisfies CyclesReport));
});
