/** `npm run size`: what the package weighs in a browser, minified and compressed. Above a budget it fails. */
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { inRoot } from './lib/paths.js';

interface Entry {
  /** The name of the figure. */
  readonly figure: string;
  readonly contents: string;
  /** KB (1024 bytes) compressed that we want; none: shown only. */
  readonly goal?: number;
  /** KB that it must not pass: where the goal is not reached, what keeps it from drifting further away. */
  readonly budget?: number;
}

const entries: readonly Entry[] = [
  {
    figure: 'browser-connection-gzip',
    contents: `export { WebRTCPeerConnection, WebRTCDataChannel } from 'scenewire';
export { DefaultExtension } from '#default-extension';`,
    // Half of it is what no caller sees but every back end needs: checks, states, order, bounds, and words for errors.
    goal: 7,
    budget: 14.4,
  },
  { figure: 'index-gzip', contents: `export * from 'scenewire';` },
  { figure: 'testing-gzip', contents: `export * from 'scenewire/testing';` },
];

async function bundle(contents: string, minify: boolean): Promise<Uint8Array> {
  const result = await esbuild.build({
    stdin: { contents, resolveDir: inRoot('') },
    bundle: true,
    write: false,
    minify,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'error',
    alias: {
      scenewire: inRoot('src/index.ts'),
      'scenewire/testing': inRoot('src/testing.ts'),
      '#default-extension': inRoot('src/default-extension.browser.ts'),
      '#variant-codec': inRoot('src/variant-codec.browser.ts'),
      '#websocket': inRoot('src/websocket.browser.ts'),
    },
  });
  return result.outputFiles[0]!.contents;
}

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(2);

/** Prints the figures of one entry and tells whether it keeps its budget. */
async function measure(entry: Entry): Promise<boolean> {
  const raw = await bundle(entry.contents, false);
  const minified = await bundle(entry.contents, true);
  const compressed = gzipSync(minified, { level: 9 }).length;
  const within = (limit: number | undefined): boolean => limit === undefined || compressed <= limit * 1024;
  const fits = within(entry.budget);
  const goal = entry.goal === undefined ? '' : ` goal <=${entry.goal} ${within(entry.goal) ? 'ok' : 'short'}`;
  console.log(`${entry.figure}: ${kilobytes(raw.length)} KB raw, ${kilobytes(minified.length)} KB minified`);
  console.log(`figure ${entry.figure} ${kilobytes(compressed)} KB${goal}`);
  if (!fits) console.log(`${entry.figure} is over its budget of ${entry.budget} KB`);
  return fits;
}

const fits: boolean[] = [];
for (const entry of entries) fits.push(await measure(entry));
process.exitCode = fits.includes(false) ? 1 : 0;
