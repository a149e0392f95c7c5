/**
 * `npm run size`: what the package weighs in a browser: bundled, minified and compressed from what is published. What a
 * page loads at once counts; what it loads when it asks for it is printed beside. Above a budget it fails.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { build } from '../esbuild.config.js';
import { inRoot } from './lib/paths.js';

interface Entry {
  /** The name of the figure. */
  readonly figure: string;
  readonly contents: string;
  /** What the page has anyway: only what comes on top of that counts. */
  readonly onTopOf?: string;
  /** KB (1024 bytes) compressed that we want; none: shown only. */
  readonly goal?: number;
  /** KB that it must not pass: where the goal is not reached, what keeps it from drifting further away. */
  readonly budget?: number;
}

const entries: readonly Entry[] = [
  {
    figure: 'browser-connection-gzip',
    contents: `export { WebRTCPeerConnection, WebRTCDataChannel } from 'scenewire';`,
    // Most of it is what no caller sees and every back end needs: checks, states, order and bounds of a hundred calls and
    // eighteen signals. The words of its errors are a tenth, and one letter for every name would save 2 KB more: without
    // both it would still be 11 KB. What can wait is loaded on demand: statistics, tracks, identities.
    goal: 7,
    budget: 15.1,
  },
  {
    // What the quick starts of the README import: a page that meets others in a lobby and moves something.
    figure: 'quick-start-gzip',
    contents: `export { replicate, spawnInto } from 'scenewire';
      export { attach } from 'scenewire/three'; export { LobbySession } from 'scenewire/lobby';`,
  },
  { figure: 'index-gzip', contents: `export * from 'scenewire';` },
  { figure: 'testing-gzip', contents: `export * from 'scenewire/testing';` },
  ...['babylon', 'three', 'react-three-fiber', 'headless'].map((name) => ({
    figure: `${name}-gzip`,
    contents: `export * from 'scenewire'; export * from 'scenewire/${name}';`,
    onTopOf: `export * from 'scenewire';`,
    goal: 3,
    budget: 3,
  })),
  ...['identity', 'lobby', 'media', 'overlay', 'inspector'].map((name) => ({
    figure: `${name}-gzip`,
    contents: `export * from 'scenewire'; export * from 'scenewire/${name}';`,
    onTopOf: `export * from 'scenewire';`,
  })),
];

interface Bundle {
  /** What the page loads at once, and what it loads later. */
  readonly first: readonly Uint8Array[];
  readonly later: readonly Uint8Array[];
}

/** As a user's bundler makes it, in a folder that holds the package. */
async function bundle(folder: string, contents: string, minify: boolean): Promise<Bundle> {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents, resolveDir: folder, sourcefile: 'page.js' },
    outdir: join(folder, 'page'),
    absWorkingDir: folder,
    bundle: true,
    write: false,
    minify,
    splitting: true,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    // Peers of the adapter for React; nothing else may import them.
    external: ['react', '@react-three/fiber'],
    legalComments: 'none',
    logLevel: 'error',
  });
  const first = new Set<string>();
  const follow = (path: string): void => {
    if (first.has(path)) return;
    first.add(path);
    for (const { kind, path: next } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') follow(next);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) if (entryPoint === 'page.js') follow(path);
  if (first.size === 0) throw new Error('no file of the bundle was found to be the page itself');
  const isFirst = ({ path }: esbuild.OutputFile): boolean =>
    [...first].some((name) => basename(name) === basename(path));
  return {
    first: outputFiles.filter(isFirst).map((file) => file.contents),
    later: outputFiles.filter((file) => !isFirst(file)).map((file) => file.contents),
  };
}

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(2);
const sum = (files: readonly Uint8Array[]): number => files.reduce((total, { length }) => total + length, 0);
const compressed = (files: readonly Uint8Array[]): number => sum(files.map((file) => gzipSync(file, { level: 9 })));

const bases = new Map<string, Promise<number>>();

function baseOf(folder: string, contents: string): Promise<number> {
  const known = bases.get(contents) ?? bundle(folder, contents, true).then(({ first }) => compressed(first));
  bases.set(contents, known);
  return known;
}

/** Prints the figures of one entry and tells whether it keeps its budget. */
async function measure(folder: string, entry: Entry): Promise<boolean> {
  const raw = await bundle(folder, entry.contents, false);
  const { first, later } = await bundle(folder, entry.contents, true);
  const size = compressed(first) - (entry.onTopOf === undefined ? 0 : await baseOf(folder, entry.onTopOf));
  const within = (limit: number | undefined): boolean => limit === undefined || size <= limit * 1024;
  const fits = within(entry.budget);
  const goal = entry.goal === undefined ? '' : ` goal <=${entry.goal} ${within(entry.goal) ? 'ok' : 'short'}`;
  const rest = later.length === 0 ? '' : `, ${kilobytes(compressed(later))} KB compressed on demand`;
  console.log(`${entry.figure}: ${kilobytes(sum(raw.first))} KB raw, ${kilobytes(sum(first))} KB minified${rest}`);
  console.log(`figure ${entry.figure} ${kilobytes(size)} KB${goal}`);
  if (!fits) console.log(`${entry.figure} is over its budget of ${entry.budget} KB`);
  return fits;
}

/** Inside node_modules, where the dependencies are found. */
const folder = mkdtempSync(inRoot('node_modules/.scenewire-size-'));
try {
  copyFileSync(inRoot('package.json'), join(folder, 'package.json'));
  await build(join(folder, 'dist'));
  const fits: boolean[] = [];
  for (const entry of entries) fits.push(await measure(folder, entry));
  const script = readFileSync(join(folder, 'dist/scenewire.iife.js'));
  console.log(`figure script-tag-gzip ${kilobytes(compressed([script]))} KB`);
  process.exitCode = fits.includes(false) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
