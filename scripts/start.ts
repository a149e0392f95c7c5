/** `npm start [-- --port 8080]`: builds the package, bundles every sample and serves them on this machine only. */
import { rmSync } from 'node:fs';
import * as esbuild from 'esbuild';
import { inRoot } from './lib/paths.js';
import { runNode } from './lib/process.js';
import { serveSamples } from './lib/sample-server.js';
import { listSamples, type Sample } from './lib/samples.js';

const HOST = '127.0.0.1';
const bundles = inRoot('.cache/samples/');

/** Each main.ts becomes NAME/main.js; `scenewire` resolves to dist through the exports map, as it does for users. */
async function bundleSamples(samples: readonly Sample[]): Promise<void> {
  rmSync(bundles, { recursive: true, force: true });
  await Promise.all(samples.map(bundleSample));
}

/** In parts, so that a page loads the engine it wants and no other. */
async function bundleSample({ name, folder }: Sample): Promise<void> {
  await esbuild.build({
    entryPoints: [`${folder}/main.ts`],
    outdir: `${bundles}/${name}`,
    bundle: true,
    splitting: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    // Without the project's own paths, which lead to src and to the back end for Node.
    tsconfigRaw: {},
    sourcemap: true,
    logLevel: 'warning',
    // The entry for browsers has nothing but names that no sample has to ask for.
    logOverride: { 'ignored-bare-import': 'silent' },
  });
}

function wantedPort(args: readonly string[]): number {
  const index = args.indexOf('--port');
  const port = Number(index === -1 ? 8080 : args[index + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('--port needs a number up to 65535');
  return port;
}

async function main(): Promise<void> {
  const port = wantedPort(process.argv.slice(2));
  console.log('building…');
  const build = await runNode(['--import', 'tsx', inRoot('scripts/build.ts')]);
  if (build.code !== 0) throw new Error(`the build failed:\n${build.output.trimEnd()}`);
  const samples = listSamples(inRoot('samples/'));
  if (samples.length > 0) await bundleSamples(samples);
  const server = await serveSamples({ samples, bundles, host: HOST, port });
  console.log(`all samples: ${server.url}`);
  for (const sample of samples) console.log(`${sample.title}: ${server.url}${sample.name}/`);
  console.log('Ctrl-C stops.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.close());
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
