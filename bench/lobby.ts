/**
 * `npm run bench -- lobby`: what the lobby server carries. Servers, the crowd that makes the load, and those whose messages
 * are timed are processes of their own, so that no time is waited for in the program that takes it. Nothing is subtracted;
 * how late the timing process itself was is printed beside each time. On a machine with other work, run it in front of that:
 * `chrt -r 5 npm run bench -- lobby`.
 *
 * Run by hand (`node --expose-gc --import tsx bench/lobby.ts`) it takes: --no-fail to end with code 0 whatever the
 * figures say, and the names of the parts to run.
 */
import { loadavg } from 'node:os';
import { Figures } from './lib/figures.js';
import { measureHostile } from './lib/lobby-hostile.js';
import { measureIdleSockets } from './lib/lobby-idle.js';
import { measureJoins } from './lib/lobby-joins.js';
import { measureRelay } from './lib/lobby-relay.js';

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));

const figures = new Figures();
const parts: Record<string, () => Promise<void>> = {
  idle: () => measureIdleSockets(figures),
  joins: () => measureJoins(figures, 1),
  relay: () => measureRelay(figures, 1),
  hostile: () => measureHostile(figures),
  'joins-redis': () => measureJoins(figures, 2),
  'relay-redis': () => measureRelay(figures, 2),
};

for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  console.log(
    `\n${name} (load ${loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')})`,
  );
  await parts[name]?.();
}
process.exit(figures.conclude() || args.includes('--no-fail') ? 0 : 1);
