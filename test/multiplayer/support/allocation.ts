import { GCProfiler } from 'node:v8';

const ROUNDS = 12;

/**
 * Bytes that one call allocates, in the best of some rounds of so many: the engine itself compiles in the others. The first
 * round below `enough` is the last. Rounds in which garbage was collected say nothing about what was made; Infinity when
 * that were all of them.
 */
export function allocatedBy(work: () => void, calls: number, enough: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && least >= enough; round += 1) {
    const collections = new GCProfiler();
    collections.start();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i += 1) work();
    const used = process.memoryUsage().heapUsed - before;
    if (collections.stop().statistics.length === 0) least = Math.min(least, used / calls);
  }
  return least;
}
