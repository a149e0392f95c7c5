/**
 * `npm run bench -- nodes`: what the network adds to the frames of a scene, how long a page that comes back
 * takes to catch up, and how smooth what it moves is.
 *
 * Run by hand (`node --import tsx bench/nodes.ts`) it takes --no-fail, to end with code 0 whatever the figures
 * say, and the names of the parts to run.
 */
import { loadavg } from 'node:os';
import { Figures } from './lib/figures.js';
import { measureFrames } from './lib/nodes-frames.js';
import { compareMotion } from './lib/nodes-motion.js';
import { measureReturn } from './lib/nodes-return.js';

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));

const figures = new Figures();
const parts: Record<string, () => void> = {
  motion: () => compareMotion(figures),
  return: () => measureReturn(figures),
  frames: () => measureFrames(figures),
};

for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n${name} (load ${load.join(' ')})`);
  parts[name]?.();
}
process.exit(figures.conclude() || args.includes('--no-fail') ? 0 : 1);
