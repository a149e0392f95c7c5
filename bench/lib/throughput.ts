import { everyMillisecond, everyTurn, time } from './attempts.js';
import { type ChannelSpec, Pair } from './end.js';
import type { Figures } from './figures.js';
import { forEachSide, type Side, sideNames, sides } from './sides.js';
import { median } from './statistics.js';
import type { Load } from './transfer.js';

/** A run is cut into slices in which the sides take turns: what else the machine does weighs on both. */
const SLICES = 8;
/** Frames without an arrival after which what has not come is lost, on an unreliable channel. */
const QUIET_FRAMES = 20;

const reliable: ChannelSpec = { label: 'reliable', id: 1 };
const unreliable: ChannelSpec = { label: 'unreliable', id: 1, ordered: false, maxPacketLifeTime: 1 };

interface Slice extends Load {
  readonly packets: number;
}

const slices: readonly Slice[] = [
  { name: '100B', bytes: 100, batch: 100, packets: 5000 },
  { name: '16KiB', bytes: 16 * 1024, batch: 8, packets: 160 },
  { name: '64KiB', bytes: 64 * 1024, batch: 2, packets: 50 },
];

/** The same packets through our library and through the bare one below it. */
export async function compareThroughput(figures: Figures, runs: number): Promise<void> {
  for (const slice of slices) {
    for (const channel of [reliable, unreliable]) {
      const made: Run[] = [];
      for (let run = 0; run < runs; run += 1) made.push(await measureRun(channel, slice, run % 2 === 0));
      report(figures, `${channel.label}-${slice.name}`, made);
    }
  }
}

/** Packets that arrived, per second of the clock and of the processors. */
interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

/** The middle slice of each side, and how our side compares with the other one in the slices beside. */
interface Run {
  readonly rates: Record<Side, Rate>;
  readonly ratio: Rate;
}

function report(figures: Figures, name: string, runs: readonly Run[]): void {
  for (const side of sideNames) {
    const perCpu = runs.map((run) => run.rates[side].cpu);
    const shown = [median(perCpu), Math.min(...perCpu), Math.max(...perCpu)].map(Math.round).join(', ');
    console.log(`${name} ${side}: ${shown} packets per second of CPU (median, min, max)`);
  }
  const ratioOf = (kind: keyof Rate): number => median(runs.map(({ ratio }) => ratio[kind]));
  console.log(`${name}: ${ratioOf('wall').toFixed(3)} times the bare library's packets by the clock`);
  // By the time the processors gave us: what others take of them weighs on the clock alone.
  figures.report(name, ratioOf('cpu'), 'ratio', { atLeast: 0.95 });
}

/** With new connections: each has its own luck with threads and memory, which lasts as long as it does. */
async function measureRun(channel: ChannelSpec, load: Slice, isOursFirst: boolean): Promise<Run> {
  const order = isOursFirst ? sideNames : [...sideNames].reverse();
  const pairs = {} as Record<Side, Pair>;
  for (const side of order) pairs[side] = await connect(side, channel);
  for (const side of order) await carry(pairs[side], load);
  const rates = forEachSide((): Rate[] => []);
  for (let slice = 0; slice < SLICES; slice += 1) {
    // Each side is first as often as the other.
    for (const side of slice % 2 === 0 ? order : [...order].reverse()) rates[side].push(await carry(pairs[side], load));
  }
  for (const side of sideNames) await pairs[side].close();
  const each = (of: (kind: keyof Rate) => number): Rate => ({ wall: of('wall'), cpu: of('cpu') });
  return {
    rates: forEachSide((side) => each((kind) => median(rates[side].map((rate) => rate[kind])))),
    ratio: each((kind) => median(rates.scenewire.map((rate, at) => rate[kind] / (rates.bare[at] as Rate)[kind]))),
  };
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

/**
 * Frames of put, poll and get until every packet of a slice has been put and has arrived. A frame puts nothing while
 * something waits to be sent: the library below packs what waits into fewer datagrams, at half the cost, so that a
 * sender at the limit measures how often that happens by chance, and not what a packet costs.
 */
async function carry(pair: Pair, { bytes, batch, packets }: Slice): Promise<Rate> {
  const packet = new Uint8Array(bytes).fill(1);
  const [start, before] = [performance.now(), process.cpuUsage()];
  let [end, left, arrived] = [start, packets, 0];
  for (let quiet = 0; arrived < packets && quiet < QUIET_FRAMES; ) {
    const isWaiting = pair.a.buffered() > 0;
    if (!isWaiting && left > 0) {
      pair.a.send(packet, batch);
      left -= batch;
    }
    pair.poll();
    const taken = pair.b.take() / bytes;
    arrived += taken;
    if (taken > 0) end = performance.now();
    quiet = taken > 0 || left > 0 || isWaiting ? 0 : quiet + 1;
    await everyMillisecond.next();
  }
  const { user, system } = process.cpuUsage(before);
  return { wall: (arrived * 1000) / (end - start), cpu: (arrived * 1e6) / (user + system) };
}
