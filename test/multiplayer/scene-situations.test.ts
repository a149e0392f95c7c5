import { describe, expect, it } from 'vitest';
import { fuzzSituations } from '../support/situation-fuzz.js';

const CASES = 20_000;

describe('packets with something wrong, in recorded situations', () => {
  it('R-135 R-138 do no harm: no throw, no hang, nothing outside of the root, and drops are counted', async () => {
    const outcome = await fuzzSituations(1, CASES);
    expect(outcome.problems).toEqual([]);
    expect(outcome.dropped).toBeGreaterThan(CASES / 4);
    expect(outcome.events).toBeGreaterThan(CASES / 20);
  }, 60_000);

  it('are the same for the same seed', async () => {
    expect(await fuzzSituations(2, 2000)).toEqual(await fuzzSituations(2, 2000));
  });
});
