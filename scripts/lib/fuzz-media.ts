import { fuzzMedia } from '../../test/support/media-fuzz.js';

const DEFAULT_CASES = 2_000_000;

/** Packets of tracks, of their control, and words about them, as a forwarder gets them: it opens no socket. */
export function runMediaFuzz(seed: number, cases = DEFAULT_CASES): number {
  const { problems, sent, sentAgain, malformed } = fuzzMedia(seed, cases);
  console.log(`${cases} cases: ${sent} packets sent, ${sentAgain} of them once more; ${malformed} were none`);
  for (const problem of problems) console.log(`  ${problem} (seed ${seed})`);
  return problems.length === 0 ? 0 : 1;
}
