import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from './end.js';

/** A sender that has more than this waiting puts nothing more in this frame. */
const HIGH_WATER = 1024 * 1024;
export const WARM_UP_MS = 100;
const QUIET_MS = 50;

export interface Load {
  readonly name: string;
  readonly bytes: number;
  /** Packets put in each frame. */
  readonly batch: number;
}

/** Frames of put, poll and get for a while; gives the bytes that arrived. */
export async function transfer(pair: Pair, load: Load, ms: number): Promise<number> {
  const packet = new Uint8Array(load.bytes).fill(1);
  const end = performance.now() + ms;
  let bytes = 0;
  while (performance.now() < end) {
    if (pair.a.buffered() < HIGH_WATER) pair.a.send(packet, load.batch);
    pair.poll();
    bytes += pair.b.take();
    await nextTurn();
  }
  return bytes;
}

/** What is still under way must not burden the next run. */
export async function drain(pair: Pair): Promise<void> {
  let got = 1;
  while (got > 0 || pair.a.buffered() > 0) {
    await sleep(QUIET_MS);
    pair.poll();
    got = pair.b.take();
  }
}
