import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { everyTurn, time } from './attempts.js';
import { type ChannelSpec, Pair } from './end.js';
import type { Figures } from './figures.js';
import { forEachSide, type Side, sideNames, sides } from './sides.js';
import { median } from './statistics.js';

/** A sender that has more than this waiting puts nothing more in this frame. */
const HIGH_WATER = 1024 * 1024;
export const WARM_UP_MS = 100;
const MEASURED_MS = 1000;
const QUIET_MS = 50;

const reliable: ChannelSpec = { label: 'reliable', id: 1 };
const unreliable: ChannelSpec = { label: 'unreliable', id: 1, ordered: false, maxPacketLifeTime: 1 };

interface Load {
  readonly name: string;
  readonly bytes: number;
  /** Packets put in each frame. */
  readonly batch: number;
}

const loads: readonly Load[] = [
  { name: '100B', bytes: 100, batch: 100 },
  { name: '16KiB', bytes: 16 * 1024, batch: 8 },
  { name: '64KiB', bytes: 64 * 1024, batch: 2 },
];

/** One packet after the other as fast as it goes, through our library and through the bare one below it. */
export async function compareThroughput(figures: Figures, runs: number): Promise<void> {
  for (const load of loads) {
    for (const channel of [reliable, unreliable]) await compareLoad(figures, load, channel, runs);
  }
}

async function compareLoad(figures: Figures, load: Load, channel: ChannelSpec, runs: number): Promise<void> {
  const pairs = { scenewire: await connect('scenewire', channel), bare: await connect('bare', channel) };
  const rates = forEachSide((): number[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const side of sideNames) rates[side].push(await measureRate(pairs[side], load));
  }
  for (const side of sideNames) await pairs[side].close();
  report(figures, `${channel.label}-${load.name}`, rates);
}

function report(figures: Figures, name: string, rates: Record<Side, readonly number[]>): void {
  for (const side of sideNames) {
    const [lowest, middle, highest] = [Math.min(...rates[side]), median(rates[side]), Math.max(...rates[side])];
    console.log(
      `${name} ${side}: ${[middle, lowest, highest].map(Math.round).join(', ')} packets/s (median, min, max)`,
    );
  }
  // Neighbours in time are compared, so that what else the machine does weighs on both.
  const ratios = rates.scenewire.map((rate, run) => rate / (rates.bare[run] as number));
  figures.report(name, median(ratios), 'ratio', { atLeast: 0.95 });
}

/** Tries again when it fails, as the bare library sometimes does. */
async function connect(side: Side, channel: ChannelSpec): Promise<Pair> {
  for (;;) {
    const pair = new Pair(sides[side], [channel]);
    pair.a.offer();
    const { outcome } = await time(pair.settled(), () => pair.poll(), everyTurn);
    if (outcome === 'open') return pair;
    await pair.close();
  }
}

/** Packets per second that arrive. */
async function measureRate(pair: Pair, load: Load): Promise<number> {
  await transfer(pair, load, WARM_UP_MS);
  const start = performance.now();
  const bytes = await transfer(pair, load, MEASURED_MS);
  const seconds = (performance.now() - start) / 1000;
  await drain(pair);
  return bytes / load.bytes / seconds;
}

/** Frames of put, poll and get for a while; gives the bytes that arrived. */
export async function transfer(pair: Pair, load: Load, ms: number): Promise<number> {
  const packet = new Uint8Array(load.bytes).fill(1);
  const end = performance.now() + ms;
  let bytes = 0;
  while (performance.now() < end) {
    if (pair.a.buffered() < HIGH_WATER) pair.a.send(packet, load.batch);
    pair.poll();
    bytes += pair.b.take();
    await nextTurn();
  }
  return bytes;
}

/** What is still under way must not burden the next run. */
export async function drain(pair: Pair): Promise<void> {
  let got = 1;
  while (got > 0 || pair.a.buffered() > 0) {
    await sleep(QUIET_MS);
    pair.poll();
    got = pair.b.take();
  }
}
