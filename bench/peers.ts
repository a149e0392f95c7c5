/**
 * `npm run bench -- peers`: multiplayer peers against the bare library below them, and on links that are slow or stall.
 *
 * Run by hand (`node --expose-gc --import tsx bench/peers.ts`) it takes: --quick for a look with few rounds, --no-fail
 * to end with code 0 whatever the figures say, and the names of the parts to run.
 */
import { loadavg } from 'node:os';
import { inOneFile } from './lib/bundle.js';
import { Figures } from './lib/figures.js';
import { measureCrowd } from './lib/peers-crowd.js';
import type * as Framing from './lib/peers-framing.js';
import { measureIdleServer } from './lib/peers-idle.js';
import type * as Packing from './lib/peers-packing.js';
import { measureSlowLink } from './lib/peers-slow-link.js';
import { compareStall } from './lib/peers-stall.js';
import { measureTransfer } from './lib/peers-transfer.js';

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));

const figures = new Figures();
const parts: Record<string, () => Promise<void>> = {
  idle: () => measureIdleServer(figures),
  packing: () =>
    inOneFile<typeof Packing>('./peers-packing.ts', (part) => part.comparePacking(figures, isQuick ? 1 : 3)),
  framing: () =>
    inOneFile<typeof Framing>('./peers-framing.ts', (part) => part.compareFraming(figures, isQuick ? 2 : 8)),
  slow: () => measureSlowLink(figures),
  stall: () => compareStall(figures, isQuick ? 1 : 3),
  transfer: () => measureTransfer(figures),
  crowd: () => measureCrowd(figures, isQuick ? 1 : 2),
};

for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n${name} (load ${load.join(' ')})`);
  await parts[name]?.();
}
const code = figures.conclude() || args.includes('--no-fail') ? 0 : 1;
// The bare library may keep a process running whose connections are all closed.
process.exit(code);
