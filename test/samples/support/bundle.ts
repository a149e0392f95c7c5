import { basename } from 'node:path';
import * as esbuild from 'esbuild';
import { inRoot } from '../../../scripts/lib/paths.js';
import { sourceAliases } from '../../../scripts/lib/source-aliases.js';

/** A program for a page, with the library's sources in it. */
export async function bundleForPage(file: string): Promise<string> {
  const result = await esbuild.build({ ...pageOptions(file), write: false });
  return result.outputFiles[0]?.text ?? '';
}

/** The same as the files that a bundler makes of it, by name: the program is `program.js`, unless it is called otherwise. */
export async function bundleInParts(file: string, name = 'program'): Promise<ReadonlyMap<string, string>> {
  const result = await esbuild.build({
    ...pageOptions(file),
    write: false,
    splitting: true,
    outdir: inRoot('page'),
    entryNames: name,
  });
  return new Map(result.outputFiles.map(({ path, text }) => [basename(path), text]));
}

function pageOptions(file: string): esbuild.BuildOptions {
  return {
    entryPoints: [file],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    tsconfigRaw: {},
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    alias: sourceAliases('browser'),
  };
}
