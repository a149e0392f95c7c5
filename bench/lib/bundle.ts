import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { constantsAsNumbers } from '../../scripts/lib/constants.js';
import { sourceAliases } from '../../scripts/lib/source-aliases.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A program of this folder in one file with the library as it is built, as a user's program is, so that its memory is not that of a
 * compiler. It lies inside node_modules, where the native package is found from.
 */
export async function bundle(source: string): Promise<{ file: string; remove(): void }> {
  const folder = mkdtempSync(join(root, 'node_modules/.scenewire-bench-'));
  const file = join(folder, 'program.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: sourceAliases('node'),
    plugins: [constantsAsNumbers],
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A part in one file, as a user's program is: what runs a program in many files costs more than a poll or a packet. */
export async function inOneFile<M>(source: string, measure: (part: M) => Promise<void>): Promise<void> {
  const program = await bundle(source);
  try {
    await measure((await import(pathToFileURL(program.file).href)) as M);
  } finally {
    program.remove();
  }
}
