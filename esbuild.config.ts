/** What is built: a module for each module of src that package.json leads to, for Node and browsers alike, and one bundle for script tags. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { constantsAsNumbers } from './scripts/lib/constants.js';
import { entrySources, readManifest } from './scripts/lib/manifest.js';
import { inRoot } from './scripts/lib/paths.js';
import { sourceAliases } from './scripts/lib/source-aliases.js';

const IIFE = 'scenewire.iife.js';

const shared = {
  target: 'es2022',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [constantsAsNumbers],
  // An import of constants that are numbers now is none: what is loaded on demand shares less with the rest.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
  absWorkingDir: inRoot(''),
} satisfies esbuild.BuildOptions;

const choices = ['#default-extension', '#variant-codec', '#websocket', '#identity-store'];

/** The modules of src behind what package.json names: those of types alone are not among them. */
async function reachedModules(): Promise<string[]> {
  const { metafile } = await esbuild.build({
    ...shared,
    entryPoints: entrySources(readManifest()).map(inRoot),
    outdir: 'nowhere',
    write: false,
    bundle: true,
    metafile: true,
    sourcemap: false,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    external: choices,
  });
  return Object.keys(metafile.inputs);
}

/**
 * A file for each module, so that a bundler leaves out what a page does not use. Dependencies and the choices by platform
 * stay imports, for Node or the user's bundler to resolve.
 */
async function buildModules(folder: string): Promise<void> {
  await esbuild.build({
    ...shared,
    entryPoints: await reachedModules(),
    outbase: 'src',
    outdir: folder,
    format: 'esm',
    platform: 'neutral',
  });
}

/**
 * For script tags, which know no imports: the main entry is the global SCENEWIRE, and each other one that a page can use is
 * in it by its name, since Babylon and three both have an `attach`. React is for bundlers.
 */
const scriptContents = [
  `export * from './src/index.ts';`,
  ...['babylon', 'headless', 'identity', 'inspector', 'lobby', 'media', 'overlay', 'testing', 'three'].map(
    (entry) => `export * as ${entry} from './src/${entry}.ts';`,
  ),
].join('\n');

async function buildScript(folder: string): Promise<void> {
  await esbuild.build({
    ...shared,
    stdin: {
      contents: scriptContents,
      resolveDir: inRoot(''),
      sourcefile: 'scenewire.ts',
    },
    outfile: join(folder, IIFE),
    bundle: true,
    format: 'iife',
    globalName: 'SCENEWIRE',
    minify: true,
    platform: 'browser',
    alias: {
      ...sourceAliases('browser'),
      // The bundle holds the codec anyway.
      '#variant-codec': inRoot('src/variant-codec.node.ts'),
    },
  });
}

export async function build(folder = inRoot('dist')): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([buildModules(folder), buildScript(folder)]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
