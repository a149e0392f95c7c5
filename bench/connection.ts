/**
 * `npm run bench -- connection`: connections on the native back end against the bare library below it, side by side.
 *
 * Run by hand (`node --expose-gc --import tsx bench/connection.ts`) it takes: --quick for a look with few rounds,
 * --no-fail to end with code 0 whatever the figures say, and the names of the parts to run.
 */
import { loadavg } from 'node:os';
import { measureBrowsers } from './lib/browsers.js';
import { inOneFile } from './lib/bundle.js';
import { measureEndings } from './lib/endings.js';
import { Figures } from './lib/figures.js';
import type * as Idle from './lib/idle.js';
import { compareSetup } from './lib/setup.js';
import type * as Throughput from './lib/throughput.js';

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));

const figures = new Figures();
const parts: Record<string, () => Promise<void>> = {
  idle: () => inOneFile<typeof Idle>('./idle.ts', ({ measureIdlePoll }) => measureIdlePoll(figures)),
  throughput: () =>
    inOneFile<typeof Throughput>('./throughput.ts', (part) => part.compareThroughput(figures, isQuick ? 2 : 10)),
  setup: () => compareSetup(figures, isQuick ? 30 : 300),
  browsers: () => measureBrowsers(figures, isQuick ? 5 : 60),
  endings: () => measureEndings(figures, isQuick ? 2 : 20),
};

for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n${name} (load ${load.join(' ')})`);
  await parts[name]?.();
}
const code = figures.conclude() || args.includes('--no-fail') ? 0 : 1;
// The bare library may keep a process running whose connections are all closed.
process.exit(code);
