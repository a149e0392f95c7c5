/**
 * What is built: the modules that package.json names with all that they import, file by file, so that a user's bundler can
 * leave out what is not used; and one bundle for script tags.
 */
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { distFile, entrySources, readManifest } from './scripts/lib/manifest.js';
import { inRoot } from './scripts/lib/paths.js';

const IIFE = 'scenewire.iife.js';

const shared = {
  target: 'es2022',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies esbuild.BuildOptions;

/** Dependencies and the choice of the back end stay imports, for Node or the user's bundler to resolve. */
const outside = {
  format: 'esm',
  platform: 'neutral',
  packages: 'external',
  external: ['#*'],
} satisfies esbuild.BuildOptions;

/** The files of src that are behind the entries: nothing else is published. */
async function reachableSources(): Promise<string[]> {
  const { metafile } = await esbuild.build({
    ...shared,
    ...outside,
    entryPoints: entrySources(readManifest()).map(inRoot),
    outdir: inRoot('dist'),
    absWorkingDir: inRoot(''),
    bundle: true,
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs).filter((file) => file.startsWith('src/'));
}

async function buildModules(): Promise<void> {
  const sources = await reachableSources();
  await esbuild.build({
    ...shared,
    format: outside.format,
    platform: outside.platform,
    entryPoints: sources.map(inRoot),
    outbase: inRoot('src'),
    outdir: inRoot('dist'),
    // One file of src is one file of dist.
    bundle: false,
  });
}

/** Everything in one file for script tags, which know no imports: the global SCENEWIRE. */
function buildScript(): Promise<esbuild.BuildResult> {
  return esbuild.build({
    ...shared,
    bundle: true,
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
