import { setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from './end.js';
import type { Figures } from './figures.js';
import { connectPair, cpuMs, type MultiplayerEnd } from './peers-end.js';
import { median } from './statistics.js';

const PACKET_BYTES = 32;
const PACKETS_PER_FRAME = 200;
const FRAME_MS = 1000 / 60;
/** Until the engine has compiled what runs once in a frame, too; so many frames are not waited for at their own pace. */
const WARM_UP_FRAMES = 1500;
const WARM_UP_FRAME_MS = 4;
/** Before each measurement: a pair that rested meanwhile has to find its pace again. */
const LEAD_IN_FRAMES = 30;
/** Time for what the link holds back to arrive; all of it is part of what is measured. */
const SETTLING_FRAMES = 12;

/** CPU of one run, and what arrived in it. */
interface Run {
  readonly packets: number;
  readonly cpuMs: number;
}

interface Round {
  readonly linked: Run;
  readonly bare: Run;
  /** The same frames with nobody in them: timers, and the threads of connections that rest. */
  readonly loopMs: number;
}

/** Many small packets in a frame: the link sends them in few messages, the library underneath one by one. */
export async function comparePacking(figures: Figures, rounds: number, frames: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    const pairs = { linked: await connectPair('linked', label), bare: await connectPair('bare', label) };
    for (const pair of [pairs.linked, pairs.bare]) await play(pair, WARM_UP_FRAMES, WARM_UP_FRAME_MS);
    const made: Round[] = [];
    for (let round = 0; round < rounds; round += 1) made.push(await measureRound(pairs, frames, round % 2 === 0));
    showDrops(label, pairs.linked.a as MultiplayerEnd);
    await pairs.linked.close();
    await pairs.bare.close();
    const loopMs = median(made.map((round) => round.loopMs));
    for (const side of ['linked', 'bare'] as const) describe(`${label} ${side}`, side, made, frames, loopMs);
    const raw = median(made.map(({ linked, bare }) => rate(linked) / rate(bare)));
    console.log(`${label}: ${raw.toFixed(2)} times with the CPU of the loop that both sides run in`);
    const ratios = made.map(({ linked, bare }) => rate(linked, loopMs) / rate(bare, loopMs));
    figures.report(`packing-${label}-32B`, median(ratios), 'ratio', { atLeast: 4 });
  }
}

/** The sides in turns: what else the machine does weighs on both. */
async function measureRound(
  pairs: { linked: Pair; bare: Pair },
  frames: number,
  isLinkedFirst: boolean,
): Promise<Round> {
  const loop = await measure(null, frames);
  const first = isLinkedFirst ? await measure(pairs.linked, frames) : undefined;
  const bare = await measure(pairs.bare, frames);
  return { linked: first ?? (await measure(pairs.linked, frames)), bare, loopMs: loop.cpuMs };
}

function describe(
  name: string,
  side: 'linked' | 'bare',
  rounds: readonly Round[],
  frames: number,
  loopMs: number,
): void {
  const rates = rounds.map((round) => Math.round(rate(round[side], loopMs)));
  const shares = rounds.map((round) => ((round[side].packets / frames / PACKETS_PER_FRAME) * 100).toFixed(0));
  const spent = (median(rounds.map((round) => round[side].cpuMs)) - loopMs) / frames;
  console.log(
    `${name}: ${rates.join(' ')} packets per second of CPU, ${shares.join(' ')} % arrived; ` +
      `${(spent * 1000).toFixed(0)} us a frame beside ${((loopMs / frames) * 1000).toFixed(0)} of the loop`,
  );
}

const rate = ({ packets, cpuMs: spentMs }: Run, loopMs = 0): number => (packets / (spentMs - loopMs)) * 1000;

/** What the link did not send because it saw a queue on the way. */
function showDrops(label: string, { peer, remoteId }: MultiplayerEnd): void {
  const drops = Object.entries(peer.getPeerStats(remoteId)?.drops ?? {}).filter(([, count]) => count > 0);
  if (drops.length > 0)
    console.log(`${label} linked, dropped at the sender: ${JSON.stringify(Object.fromEntries(drops))}`);
}

/** Both ends are in this process, and so is what is counted: all threads of both. */
async function measure(pair: Pair | null, frames: number): Promise<Run> {
  await play(pair, LEAD_IN_FRAMES);
  const before = cpuMs();
  const packets = await play(pair, frames);
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
