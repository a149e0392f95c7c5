import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { inRoot } from '../../../../scripts/lib/paths.js';
import { sourceAliases } from '../../../../scripts/lib/source-aliases.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * The program in one file, as it is published: a process that compiled it first would need more time to start than all
 * that is tested. It lies where packages are found from.
 */
export async function lobbyProgram(): Promise<string> {
  const cache = inRoot('.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'lobby-'));
  folders.push(folder);
  const file = join(folder, 'program.mjs');
  await build({
    entryPoints: [inRoot('src/cli/main.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    tsconfigRaw: {},
    alias: sourceAliases('node'),
  });
  return file;
}
