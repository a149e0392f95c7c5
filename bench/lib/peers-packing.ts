import { setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from './end.js';
import type { Figures } from './figures.js';
import { connectPair, cpuMs } from './peers-end.js';
import { type Side, sideNames } from './sides.js';
import { median } from './statistics.js';
import { compare, type Run, spread, takeTurns } from './turns.js';

const PACKET_BYTES = 32;
const PACKETS_PER_FRAME = 200;
const FRAME_MS = 1000 / 60;
/** Until the engine has compiled what runs only once in a frame, too: a game goes on for longer than any slice. */
const WARM_UP_FRAMES = 2000;
/** Until a new connection has found its pace. */
const FIRST_FRAMES = 150;
/** Neither of these is waited for at the pace of the game. */
const WARM_UP_FRAME_MS = 2;
const SLICES = 5;
/** Before each slice: a pair that rested meanwhile has to find its pace again. */
const LEAD_IN_FRAMES = 4;
const FRAMES = 30;
/** Time for what was held back to arrive; all of it is part of what is measured. */
const SETTLING_FRAMES = 6;

/** What arrived, and the CPU of all threads of both ends, which are in this process. */
interface Slice {
  readonly packets: number;
  readonly cpuMs: number;
  /** Of the same frames with nobody in them, right before: timers, and the threads of connections that rest. */
  readonly loopMs: number;
}

/** Many small packets in a frame: the link sends them in few messages, the library underneath one by one. */
export async function comparePacking(figures: Figures, runs: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    for (const side of sideNames) await (await connect(side, label, WARM_UP_FRAMES)).close();
    const connectAgain = (side: Side): Promise<Pair> => connect(side, label, FIRST_FRAMES);
    const made = await takeTurns({ connect: connectAgain, carry: measure, slices: SLICES }, runs);
    for (const side of sideNames) describe(`packing-${label} ${kindOf(side)}`, made, side);
    const raw = compare(made, ({ packets, cpuMs: spentMs }) => packets / spentMs);
    console.log(`packing-${label}: ${raw.toFixed(2)} times with the CPU of the loop that both sides run in`);
    figures.report(`packing-${label}-32B`, compare(made, rate), 'ratio', { atLeast: 4 });
  }
}

const kindOf = (side: Side): 'linked' | 'bare' => (side === 'bare' ? 'bare' : 'linked');

async function connect(side: Side, label: string, warmUpFrames: number): Promise<Pair> {
  const pair = await connectPair(kindOf(side), label);
  await play(pair, warmUpFrames, WARM_UP_FRAME_MS);
  return pair;
}

/** By the time the processors gave us, without that of the loop. */
const rate = ({ packets, cpuMs: spentMs, loopMs }: Slice): number => (packets * 1000) / (spentMs - loopMs);

function describe(name: string, runs: readonly Run<Slice>[], side: Side): void {
  const slices = runs.flatMap((run) => run[side]);
  const perFrame = (of: (slice: Slice) => number): string => ((median(slices.map(of)) / FRAMES) * 1000).toFixed(0);
  const arrived = slices.reduce((sum, { packets }) => sum + packets, 0) / (slices.length * FRAMES * PACKETS_PER_FRAME);
  console.log(
    `${name}: ${spread(runs, side, rate)} packets per second of CPU (median, min, max), ` +
      `${(arrived * 100).toFixed(0)} % arrived; ${perFrame((slice) => slice.cpuMs - slice.loopMs)} us a frame ` +
      `beside ${perFrame(({ loopMs }) => loopMs)} of the loop`,
  );
}

async function measure(pair: Pair): Promise<Slice> {
  const loop = await playMeasured(null);
  await play(pair, LEAD_IN_FRAMES);
  return { ...(await playMeasured(pair)), loopMs: loop.cpuMs };
}

async function playMeasured(pair: Pair | null): Promise<Omit<Slice, 'loopMs'>> {
  const before = cpuMs();
  const packets = await play(pair, FRAMES);
  return { packets, cpuMs: cpuMs() - before };
}

/** Frames at their pace; gives the packets that arrived. */
async function play(pair: Pair | null, frames: number, frameMs = FRAME_MS): Promise<number> {
  const packet = new Uint8Array(PACKET_BYTES).fill(1);
  let due = performance.now();
  let bytes = 0;
  for (let frame = 0; frame < frames + SETTLING_FRAMES; frame += 1) {
    pair?.poll();
    bytes += pair?.b.take() ?? 0;
    if (frame < frames) pair?.a.send(packet, PACKETS_PER_FRAME);
    due += frameMs;
    await sleep(Math.max(0, due - performance.now()));
  }
  return bytes / PACKET_BYTES;
}
