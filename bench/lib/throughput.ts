import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { everyTurn, time } from './attempts.js';
import { type ChannelSpec, Pair } from './end.js';
import type { Figures } from './figures.js';
import { forEachSide, type Side, sideNames, sides } from './sides.js';
import { mean, median } from './statistics.js';

/** A sender that has more than this waiting puts nothing more in this frame. */
const HIGH_WATER = 1024 * 1024;
export const WARM_UP_MS = 100;
/** A run is cut into slices in which the sides take turns: what else the machine does weighs on both. */
const SLICES = 8;
const SLICE_WARM_UP_MS = 50;
const SLICE_MS = 125;
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
  const made: Run[] = [];
  for (let run = 0; run < runs; run += 1) made.push(await measureRun(pairs, load));
  for (const side of sideNames) await pairs[side].close();
  report(figures, `${channel.label}-${load.name}`, made);
}

/** What arrived, per second of the clock and of the processors. */
interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

/** Packets per second, and how our side compares with the other one in the slices beside. */
interface Run {
  readonly rates: Record<Side, number>;
  readonly ratio: Rate;
}

function report(figures: Figures, name: string, runs: readonly Run[]): void {
  for (const side of sideNames) {
    const rates = runs.map((run) => run.rates[side]);
    const [lowest, middle, highest] = [Math.min(...rates), median(rates), Math.max(...rates)];
    console.log(
      `${name} ${side}: ${[middle, lowest, highest].map(Math.round).join(', ')} packets/s (median, min, max)`,
    );
  }
  const ratioOf = (kind: keyof Rate): number => median(runs.map(({ ratio }) => ratio[kind]));
  console.log(`${name}: ${ratioOf('wall').toFixed(3)} times the bare library's packets by the clock`);
  // By the time the processors gave us, all of which the loops use up: what others take of them weighs on the clock alone.
  figures.report(name, ratioOf('cpu'), 'ratio', { atLeast: 0.95 });
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

async function measureRun(pairs: Record<Side, Pair>, load: Load): Promise<Run> {
  const rates = forEachSide((): Rate[] => []);
  for (let slice = 0; slice < SLICES; slice += 1) {
    // Each side is first as often as the other.
    const order = slice % 2 === 0 ? sideNames : [...sideNames].reverse();
    for (const side of order) rates[side].push(await measureRate(pairs[side], load));
  }
  const ratioOf = (kind: keyof Rate): number =>
    median(rates.scenewire.map((rate, slice) => rate[kind] / (rates.bare[slice] as Rate)[kind]));
  return {
    rates: forEachSide((side) => mean(rates[side].map(({ wall }) => wall))),
    ratio: { wall: ratioOf('wall'), cpu: ratioOf('cpu') },
  };
}

/** Of one slice. */
async function measureRate(pair: Pair, load: Load): Promise<Rate> {
  await transfer(pair, load, SLICE_WARM_UP_MS);
  const [start, before] = [performance.now(), process.cpuUsage()];
  const packets = (await transfer(pair, load, SLICE_MS)) / load.bytes;
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  await drain(pair);
  return { wall: packets / seconds, cpu: packets / ((user + system) / 1e6) };
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
