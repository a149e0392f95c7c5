/** What is built: exactly the files that package.json names, in one dist for Node and browsers, and one bundle for script tags. */
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { distFile, entrySources, readManifest } from './scripts/lib/manifest.js';
import { inRoot } from './scripts/lib/paths.js';

const IIFE = 'scenewire.iife.js';

const shared = {
  bundle: true,
  target: 'es2022',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies esbuild.BuildOptions;

/** Modules: dependencies and the choice of the back end stay imports, for Node or the user's bundler to resolve. */
function buildModules(): Promise<esbuild.BuildResult> {
  return esbuild.build({
    ...shared,
    entryPoints: entrySources(readManifest()).map(inRoot),
    outdir: inRoot('dist'),
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    splitting: true,
    platform: 'neutral',
    packages: 'external',
    external: ['#default-extension', '#variant-codec', '#websocket'],
  });
}

/** Everything in one file for script tags, which know no imports: the global SCENEWIRE. */
function buildScript(): Promise<esbuild.BuildResult> {
  return esbuild.build({
    ...shared,
    stdin: {
      contents: `export * from './src/index.ts'; export * from './src/testing.ts';`,
      resolveDir: inRoot(''),
      sourcefile: 'scenewire.ts',
    },
    outfile: inRoot(distFile(IIFE)),
    format: 'iife',
    globalName: 'SCENEWIRE',
    minify: true,
    platform: 'browser',
    alias: {
      '#default-extension': inRoot('src/default-extension.browser.ts'),
      // The bundle holds the codec anyway.
      '#variant-codec': inRoot('src/variant-codec.node.ts'),
      '#websocket': inRoot('src/websocket.browser.ts'),
    },
  });
}

export async function build(): Promise<void> {
  rmSync(inRoot('dist'), { recursive: true, force: true });
  await Promise.all([buildModules(), buildScript()]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
