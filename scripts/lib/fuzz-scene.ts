import { fuzzScenePackets } from '../../test/support/scene-packet-fuzz.js';
import { SCENE_ENTRIES } from '../../test/support/scene-victim.js';
import { fuzzSituations } from '../../test/support/situation-fuzz.js';

const DEFAULT_CASES = 1_000_000;

/** Packets of scenes as a stranger might send them, in this process: it opens no socket. */
export async function runSceneFuzz(seed: number, cases = DEFAULT_CASES): Promise<number> {
  let problems = 0;
  const report = (what: string, sum: string, found: readonly string[]): void => {
    problems += found.length;
    console.log(`${what.padEnd(12)} ${cases} cases: ${sum}`);
    for (const problem of found.slice(0, 5)) console.log(`  ${problem} (seed ${seed})`);
  };
  for (const entry of SCENE_ENTRIES) {
    const { effects, dropped, problems: found } = await fuzzScenePackets(entry, seed, cases);
    const { calls, spawns, states, others } = effects;
    report(entry, `${calls} calls, ${spawns} spawns, ${states} states, ${others} others, ${dropped} drops`, found);
  }
  const situations = await fuzzSituations(seed, cases);
  report('situations', `${situations.events} events, ${situations.dropped} drops`, situations.problems);
  return problems === 0 ? 0 : 1;
}
