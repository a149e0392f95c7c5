import { fuzzLink, LINK_FUZZ_KINDS } from '../../test/support/link-fuzz.js';

const DEFAULT_CASES = 1_000_000;

/** Every message kind of the link between scenewire peers, in this process: it opens no socket. */
export function runLinkFuzz(seed: number, cases = DEFAULT_CASES): number {
  let problems = 0;
  for (const kind of LINK_FUZZ_KINDS) {
    const outcome = fuzzLink(kind, seed, cases);
    problems += outcome.problems.length;
    const { taken, dropped, ended } = outcome;
    console.log(`${kind.padEnd(12)} ${cases} cases: ${taken} packets, ${dropped} drops, ${ended} links ended`);
    for (const problem of outcome.problems.slice(0, 5)) console.log(`  ${problem} (seed ${seed})`);
  }
  return problems === 0 ? 0 : 1;
}
