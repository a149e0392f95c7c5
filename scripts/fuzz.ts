/**
 * `npm run fuzz -- TARGET [--seed N] [--cases N] [--case K]`: seeded random programs of calls against one back end:
 * loopback, native, chromium or firefox; or messages of the link between scenewire peers: link; or packets of tracks:
 * media; or packets of a scene: scene, and of its calls with answers: rpc; or encoded values: variant; or a lobby whose
 * store fails: lobby. Without a seed it takes a fresh one, and says which; --case replays one case.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { FUZZ_TARGETS } from '../test/support/fuzz/settings.js';
import { runLinkFuzz } from './lib/fuzz-link.js';
import { runLobbyFuzz } from './lib/fuzz-lobby.js';
import { runMediaFuzz } from './lib/fuzz-media.js';
import { runRpcFuzz } from './lib/fuzz-rpc.js';
import { runSceneFuzz } from './lib/fuzz-scene.js';
import { runVariantFuzz } from './lib/fuzz-variant.js';
import { canMakeNamespace, makeNamespace } from './lib/namespace.js';
import { browsers } from './lib/needs.js';
import { tools } from './lib/paths.js';
import { run } from './lib/process.js';

/** What needs no connection runs in this process. */
const IN_PROCESS: Readonly<Record<string, (seed: number, cases?: number) => number | Promise<number>>> = {
  link: runLinkFuzz,
  lobby: runLobbyFuzz,
  media: runMediaFuzz,
  rpc: runRpcFuzz,
  scene: runSceneFuzz,
  variant: runVariantFuzz,
};
const TARGETS: readonly string[] = [...FUZZ_TARGETS, ...Object.keys(IN_PROCESS)];
const USAGE = `usage: npm run fuzz -- ${TARGETS.join('|')} [--seed N] [--cases N] [--case K]`;

/** The variables that the tests read, or null when the arguments make no sense. */
function readArguments(args: readonly string[]): Record<string, string> | null {
  const number = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seed: number, cases: number, case: number },
    });
    const numbers = { seed: values.seed ?? String(randomInt(2 ** 31)), cases: values.cases, case: values.case };
    const known = positionals.length === 1 && TARGETS.includes(positionals[0] ?? '');
    if (!known || !Object.values(numbers).every((text) => text === undefined || /^\d{1,10}$/.test(text))) return null;
    const given = Object.entries(numbers).filter(([, text]) => text !== undefined);
    return {
      SCENEWIRE_FUZZ_TARGET: positionals[0] ?? '',
      ...Object.fromEntries(given.map(([name, text]) => [`SCENEWIRE_FUZZ_${name.toUpperCase()}`, text ?? ''])),
    };
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  console.log(`fuzz: ${asked.SCENEWIRE_FUZZ_TARGET}, seed ${asked.SCENEWIRE_FUZZ_SEED}`);
  const inProcess = IN_PROCESS[asked.SCENEWIRE_FUZZ_TARGET ?? ''];
  if (inProcess !== undefined) {
    const { SCENEWIRE_FUZZ_CASES: cases } = asked;
    return inProcess(Number(asked.SCENEWIRE_FUZZ_SEED), cases === undefined ? undefined : Number(cases));
  }
  const args = [tools.vitest, 'run', '--project', 'hostile', 'test/hostile/fuzz.test.ts'];
  const made = canMakeNamespace() ? makeNamespace() : undefined;
  const namespace = typeof made === 'string' ? undefined : made;
  const { command, args: all } = namespace?.wrap(process.execPath, args) ?? { command: process.execPath, args };
  const network: Record<string, string> = namespace === undefined ? { SCENEWIRE_LOOPBACK_ONLY: '1' } : {};
  const places = { SCENEWIRE_CHROMIUM: browsers.chromium, SCENEWIRE_FIREFOX: browsers.firefox };
  return (await run(command, all, { show: true, env: { ...asked, ...network, ...places } })).code;
}

process.exitCode = await main();
