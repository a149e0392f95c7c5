/**
 * `npm start [-- --port 8080] [--lan]`: builds the package, bundles every sample and serves them, with a lobby beside them,
 * on this machine only, or, with `--lan`, to phones and other machines of the same network.
 */
import { rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { LobbyServer } from 'scenewire/lobby-server';
import { renderUnicodeCompact } from 'uqr';
import { isBuilt } from './lib/built.js';
import { inRoot } from './lib/paths.js';
import { endRunning, runNode } from './lib/process.js';
import { serveSamples } from './lib/sample-server.js';
import { listSamples, type Sample } from './lib/samples.js';

const THIS_MACHINE = '127.0.0.1';
const ALL_ADDRESSES = '0.0.0.0';
/** Where the samples look for it. */
const LOBBY_PATH = '/lobby';
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

const USAGE = 'usage: npm start [-- [--port 8080] [--lan]]';
const options = { port: { type: 'string' }, lan: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

interface Wishes {
  readonly port: number;
  readonly isForLan: boolean;
}

/** Without `--` npm keeps options to itself, and tells of them in the environment. */
function readWishes(): Wishes | null {
  const { values } = parseArgs({ options });
  if (values.help) return null;
  const { npm_config_port, npm_config_lan } = process.env;
  const port = Number(values.port ?? npm_config_port ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('--port needs a number up to 65535');
  return { port, isForLan: values.lan ?? npm_config_lan === 'true' };
}

/** Addresses at which other machines of the network reach this one. */
function lanAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

function printForPhones(port: number): void {
  const urls = lanAddresses().map((address) => `http://${address}:${port}/`);
  if (urls.length === 0) console.log('this machine has no address in a network');
  for (const url of urls) console.log(`in your network: ${url}`);
  if (urls[0] !== undefined) console.log(renderUnicodeCompact(urls[0]));
}

async function buildPackage(): Promise<void> {
  if (isBuilt()) return;
  console.log('building the package, which takes a while after a change…');
  const build = await runNode(['--import', 'tsx', inRoot('scripts/build.ts')]);
  if (build.code !== 0) throw new Error(`the build failed:\n${build.output.trimEnd()}`);
}

async function main({ port, isForLan }: Wishes): Promise<void> {
  await buildPackage();
  const samples = listSamples(inRoot('samples/'));
  console.log(`bundling ${samples.length} samples…`);
  await bundleSamples(samples);
  const host = isForLan ? ALL_ADDRESSES : THIS_MACHINE;
  const picture = inRoot('docs/images/arena.webp');
  const server = await serveSamples({ samples, bundles, picture, host, port });
  const lobby = new LobbyServer({ server: server.http, path: LOBBY_PATH, pages: false, logLevel: 'warn' });
  await lobby.listen();
  ends.push(() => lobby.close().then(() => server.close()));
  if (port !== 0 && server.port !== port) console.log(`port ${port} is taken, so it is ${server.port}`);
  console.log(`\nOpen it in two tabs: ${server.url}`);
  for (const sample of samples) console.log(`  ${sample.title}: ${server.url}${sample.name}/`);
  console.log(`  the lobby: ${server.url.replace('http', 'ws').replace(/\/$/, LOBBY_PATH)}\n`);
  if (isForLan) printForPhones(server.port);
  else console.log('For phones in your network: npm start -- --lan');
  console.log('Ctrl-C stops.');
}

/** What Ctrl-C ends; the last one first. */
const ends: (() => unknown)[] = [endRunning];
let isStopping = false;

/** A terminal and the program above this one both pass Ctrl-C on: what counts is the first. */
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const isServing = ends.length > 1;
  for (const end of ends.reverse()) await end();
  process.exit(isServing ? 0 : 130);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
try {
  const wishes = readWishes();
  if (wishes === null) console.log(USAGE);
  else await main(wishes);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(USAGE);
  process.exitCode = 1;
}
