/** `npm run test:vectors [-- DIR]`: replays what Godot did, from test/vectors or another folder of the same form. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { canMakeNamespace, makeNamespace } from './lib/namespace.js';
import { tools } from './lib/paths.js';
import { run } from './lib/process.js';

const folder = resolve(process.argv[2] ?? 'test/vectors');

async function main(): Promise<number> {
  if (!existsSync(folder)) {
    console.error(`there is no folder ${folder}\nusage: npm run test:vectors -- DIR`);
    return 2;
  }
  const args = [tools.vitest, 'run', '--project', 'multiplayer', 'vectors'];
  const made = canMakeNamespace() ? makeNamespace() : undefined;
  const namespace = typeof made === 'string' ? undefined : made;
  const { command, args: all } = namespace?.wrap(process.execPath, args) ?? { command: process.execPath, args };
  return (await run(command, all, { show: true, env: { SCENEWIRE_VECTORS: folder } })).code;
}

process.exitCode = await main();
