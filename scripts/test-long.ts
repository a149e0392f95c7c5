/** `npm run test:long`: the tests that `npm test` runs in a short form, as long as they are meant to be. */
import { runNode } from './lib/process.js';

interface LongTest {
  readonly area: string;
  /** The beginning of the tests' names. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

const tests: readonly LongTest[] = [
  { area: 'nodes', name: 'a host whose page is hidden', env: { SCENEWIRE_HIDDEN_S: '600' } },
];

for (const { area, name, env } of tests) {
  const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  console.log(`${area}: ${name} (${settings.join(' ')})`);
  const { code } = await runNode(['scripts/run.mjs', 'test', area, '-t', name], { env, show: true });
  if (code !== 0) process.exitCode = code;
}
