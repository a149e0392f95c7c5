import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { FRAME_MS, RTT_MS, runLateJoin } from './support/late-join.js';

const RUNS = 100;
const BATCH = 10;
/** On a machine that does other things as well. */
const TIMEOUT_MS = 60_000;
/** What is sent and what has come are looked at once in a frame. */
const LIMIT_MS = 1000 + 2 * RTT_MS + 2 * FRAME_MS;

describe('a player who joins 200 live objects at a random moment, at 5 % loss (R-162)', () => {
  const reported = recordErrors();
  const batches = Array.from({ length: RUNS / BATCH }, (_, at) => at * BATCH + 1);

  it.each(batches)(
    'has the state of the authority within 1 s and 2 round trips: ten seeds from %i on',
    (first) => {
      const runs = Array.from({ length: BATCH }, (_, at) => runLateJoin(first + at, { lossRate: 0.05, jitterMs: 10 }));
      expect(runs.filter(({ ms }) => ms > LIMIT_MS)).toEqual([]);
      expect(runs.every(({ objects }) => objects === 200)).toBe(true);
      expect(reported).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('has it as soon after loading its level for ten seconds', () => {
    const run = runLateJoin(1, { lossRate: 0.05, jitterMs: 10 }, 10_000);
    expect(run.ms).toBeLessThan(LIMIT_MS);
    expect(run.objects).toBe(200);
    expect(reported).toEqual([]);
  });
});
