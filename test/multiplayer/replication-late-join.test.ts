import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { RTT_MS, runLateJoin } from './support/late-join.js';

const RUNS = 100;
const BATCH = 10;

describe('a player who joins 200 live objects at a random moment, at 5 % loss (R-162)', () => {
  const reported = recordErrors();
  const batches = Array.from({ length: RUNS / BATCH }, (_, at) => at * BATCH + 1);

  it.each(batches)('has the state of the authority within 1 s and 2 round trips: ten seeds from %i on', (first) => {
    const runs = Array.from({ length: BATCH }, (_, at) => runLateJoin(first + at, { lossRate: 0.05, jitterMs: 10 }));
    expect(runs.filter(({ ms }) => ms > 1000 + 2 * RTT_MS)).toEqual([]);
    expect(runs.every(({ objects }) => objects === 200)).toBe(true);
    expect(reported).toEqual([]);
  });
});
