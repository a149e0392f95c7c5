import { existsSync } from 'node:fs';
import { BrowserWorld } from '../../test/conformance/support/browser-world.js';
import { nativeWorld } from '../../test/conformance/support/native-world.js';
import { Pair } from '../../test/conformance/support/pair.js';
import type { BrowserName } from '../../test/support/browsers.js';
import { type Attempt, describe, gameChannels, summarize } from './attempts.js';
import type { Figures } from './figures.js';

const CHANNELS = Object.fromEntries(
  gameChannels.map(({ label, ...options }) => [label, { ...options, negotiated: true }] as const),
);
const PLACES: Readonly<Record<BrowserName, string>> = {
  chromium: process.env.SCENEWIRE_CHROMIUM ?? '/usr/bin/chromium',
  firefox: process.env.SCENEWIRE_FIREFOX ?? '/usr/bin/firefox-esr',
};

/** Between Node and a page of a real browser on the same machine, either of them offering. There is no bare counterpart. */
export async function measureBrowsers(figures: Figures, attempts: number): Promise<void> {
  for (const name of ['chromium', 'firefox'] as const) {
    // Firefox finds no address without a route.
    if (name === 'firefox' && process.env.SCENEWIRE_LOOPBACK_ONLY === '1') continue;
    if (existsSync(PLACES[name])) await measureBrowser(figures, name, attempts);
    else console.log(`${name} is not installed: left out`);
  }
}

async function measureBrowser(figures: Figures, name: BrowserName, attempts: number): Promise<void> {
  const pair = new Pair(nativeWorld(), await BrowserWorld.open(name));
  const made = { a: [] as Attempt[], b: [] as Attempt[] };
  await connect(pair, 'a');
  for (let i = 0; i < attempts; i += 1) {
    for (const offerer of ['a', 'b'] as const) made[offerer].push(await connect(pair, offerer));
  }
  await pair.a.close();
  await pair.b.close();
  console.log(`${attempts} connections, Node offers to ${name}: ${describe(summarize(made.a))}`);
  console.log(`${attempts} connections, ${name} offers to Node: ${describe(summarize(made.b))}`);
  const all = summarize([...made.a, ...made.b]);
  figures.report(`setup-${name}-failures`, all.failures, 'connections', { atMost: 0 });
  figures.report(`setup-${name}-slow`, all.slowShare, 'share', { atMost: 0 });
}

async function connect(pair: Pair, offerer: 'a' | 'b'): Promise<Attempt> {
  await pair.reset();
  const start = performance.now();
  const outcome = await pair.connect(CHANNELS, offerer).then(
    () => 'open' as const,
    () => 'failed' as const,
  );
  return { ms: performance.now() - start, outcome };
}
