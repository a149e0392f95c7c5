import { expect } from 'vitest';

/** What a process takes to end when nothing keeps it. */
const MAX_USUAL_MS = 1000;
/** A busy machine holds one of them up; a thread or a handle that is left does so for ten seconds or for ever. */
const MAX_MS = 5000;

/** The processes ended by themselves, at once. */
export function expectNoLingering(lingeredMs: readonly number[]): void {
  expect(Math.max(...lingeredMs)).toBeLessThan(MAX_MS);
  const sorted = [...lingeredMs].sort((a, b) => a - b);
  if (sorted.length > 2) expect(sorted[sorted.length >> 1]).toBeLessThan(MAX_USUAL_MS);
}
