/**
 * `npm run bench -- scene`: what the scene costs: values, calls, spawning and synchronizing.
 *
 * Run by hand (`node --expose-gc --import tsx bench/scene.ts`) it takes: --quick for a look with few rounds, --no-fail
 * to end with code 0 whatever the figures say, and the names of the parts to run.
 */
import { loadavg } from 'node:os';
import { inOneFile } from './lib/bundle.js';
import { Figures } from './lib/figures.js';
import type * as Calls from './lib/scene-rpc.js';
import { measureSync } from './lib/scene-sync.js';
import { measureValues } from './lib/variant-values.js';

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));

const figures = new Figures();
const parts: Record<string, () => void | Promise<void>> = {
  values: () => measureValues(figures, isQuick ? 5 : 31),
  rpc: () => inOneFile<typeof Calls>('./scene-rpc.ts', (part) => part.compareCalls(figures, isQuick ? 2 : 8)),
  sync: () => measureSync(figures),
};

for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n${name} (load ${load.join(' ')})`);
  await parts[name]?.();
}
const code = figures.conclude() || args.includes('--no-fail') ? 0 : 1;
// The bare library may keep a process running whose connections are all closed.
process.exit(code);
