/**
 * `npm run fuzz [-- SECONDS [SEED]]`: the hostile tests with more time and a fresh seed. The seed is printed: with it the
 * same run can be had again. Tests read SCENEWIRE_FUZZ_SECONDS and SCENEWIRE_FUZZ_SEED.
 */
import { randomInt } from 'node:crypto';
import { canMakeNamespace, makeNamespace } from './lib/namespace.js';
import { tools } from './lib/paths.js';
import { run } from './lib/process.js';

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? randomInt(2 ** 31));

async function main(): Promise<number> {
  if (!Number.isFinite(seconds) || seconds <= 0 || !Number.isInteger(seed)) {
    console.error('usage: npm run fuzz -- [SECONDS [SEED]]');
    return 2;
  }
  console.log(`fuzz: ${seconds} s, seed ${seed}`);
  // Each test may use the whole time, and some more to set up and take down.
  const timeout = `--testTimeout=${(seconds + 30) * 1000}`;
  const args = [tools.vitest, 'run', '--project', 'hostile', timeout];
  const made = canMakeNamespace() ? makeNamespace() : undefined;
  const namespace = typeof made === 'string' ? undefined : made;
  const { command, args: all } = namespace?.wrap(process.execPath, args) ?? { command: process.execPath, args };
  const env = { SCENEWIRE_FUZZ_SECONDS: String(seconds), SCENEWIRE_FUZZ_SEED: String(seed) };
  return (await run(command, all, { show: true, env })).code;
}

process.exitCode = await main();
