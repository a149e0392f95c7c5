import { fuzzRpc, RPC_FUZZ_KINDS } from '../../test/support/rpc-fuzz.js';

const DEFAULT_CASES = 500_000;

/** Packets about calls as a stranger might send them, in this process: it opens no socket. */
export async function runRpcFuzz(seed: number, cases = DEFAULT_CASES): Promise<number> {
  let problems = 0;
  for (const kind of RPC_FUZZ_KINDS) {
    const outcome = await fuzzRpc(kind, seed, cases);
    problems += outcome.problems.length;
    const { called, dropped, settled } = outcome;
    console.log(`${kind.padEnd(12)} ${cases} cases: ${called} calls, ${dropped} drops, ${settled} questions settled`);
    for (const problem of outcome.problems.slice(0, 5)) console.log(`  ${problem} (seed ${seed})`);
  }
  return problems === 0 ? 0 : 1;
}
