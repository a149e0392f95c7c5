import { fuzzVariant, VARIANT_FUZZ_KINDS } from '../../test/support/variant-fuzz.js';

const DEFAULT_CASES = 1_000_000;

/** Values as a stranger might send them, in this process: it opens no socket. */
export function runVariantFuzz(seed: number, cases = DEFAULT_CASES): number {
  let problems = 0;
  for (const kind of VARIANT_FUZZ_KINDS) {
    const outcome = fuzzVariant(kind, seed, cases);
    problems += outcome.problems.length;
    console.log(`${kind.padEnd(12)} ${cases} cases: ${outcome.read} values, ${outcome.refused} refused`);
    for (const problem of outcome.problems.slice(0, 5)) console.log(`  ${problem} (seed ${seed})`);
  }
  return problems === 0 ? 0 : 1;
}
