import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import * as esbuild from 'esbuild';
import { inRoot } from '../../../scripts/lib/paths.js';

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
    alias: {
      ...entries(),
      '#default-extension': inRoot('src/default-extension.browser.ts'),
      '#variant-codec': inRoot('src/variant-codec.browser.ts'),
      '#websocket': inRoot('src/websocket.browser.ts'),
    },
  };
}

/** `scenewire` and `scenewire/three` are the files of those names. */
function entries(): Record<string, string> {
  const names = readdirSync(inRoot('src')).flatMap((file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? []);
  return Object.fromEntries(
    names.map((name) => [name === 'index' ? 'scenewire' : `scenewire/${name}`, inRoot(`src/${name}.ts`)]),
  );
}
