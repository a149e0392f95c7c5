import { setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from './end.js';
import type { Figures } from './figures.js';
import { connectPair, cpuMs, type MultiplayerEnd } from './peers-end.js';
import { median } from './statistics.js';
import { drain } from './throughput.js';

const PACKET_BYTES = 32;
const PACKETS_PER_FRAME = 200;
const FRAME_MS = 1000 / 60;
const WARM_UP_FRAMES = 30;
/** Time for what the link holds back to arrive; all of it is part of what is measured. */
const SETTLING_FRAMES = 12;

interface Run {
  /** Packets that arrived, of those that were put. */
  readonly share: number;
  readonly perCpuSecond: number;
}

/** Many small packets in a frame: the link sends them in few messages, the library underneath one by one. */
export async function comparePacking(figures: Figures, rounds: number, frames: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    const linked = await connectPair('linked', label);
    const bare = await connectPair('bare', label);
    const runs: { linked: Run; bare: Run }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push({ linked: await measure(linked, frames), bare: await measure(bare, frames) });
    }
    showDrops(label, linked.a as MultiplayerEnd);
    await linked.close();
    await bare.close();
    for (const side of ['linked', 'bare'] as const) {
      const rates = runs.map((run) => Math.round(run[side].perCpuSecond));
      const shares = runs.map((run) => (run[side].share * 100).toFixed(1));
      console.log(`${label} ${side}: ${rates.join(' ')} packets per second of CPU, ${shares.join(' ')} % arrived`);
    }
    const ratios = runs.map((run) => run.linked.perCpuSecond / run.bare.perCpuSecond);
    figures.report(`packing-${label}-32B`, median(ratios), 'ratio', { atLeast: 4 });
  }
}

/** What the link did not send because it saw a queue on the way. */
function showDrops(label: string, { peer, remoteId }: MultiplayerEnd): void {
  const drops = Object.entries(peer.getPeerStats(remoteId)?.drops ?? {}).filter(([, count]) => count > 0);
  if (drops.length > 0)
    console.log(`${label} linked, dropped at the sender: ${JSON.stringify(Object.fromEntries(drops))}`);
}

/** Both ends are in this process, and so is what is counted: all threads of both. */
async function measure(pair: Pair, frames: number): Promise<Run> {
  await play(pair, WARM_UP_FRAMES);
  await drain(pair);
  const before = cpuMs();
  const packets = await play(pair, frames);
  const spent = cpuMs() - before;
  await drain(pair);
  return { share: packets / (frames * PACKETS_PER_FRAME), perCpuSecond: (packets / spent) * 1000 };
}

/** Frames at their pace; gives the packets that arrived. */
async function play(pair: Pair, frames: number): Promise<number> {
  const packet = new Uint8Array(PACKET_BYTES).fill(1);
  let due = performance.now();
  let bytes = 0;
  for (let frame = 0; frame < frames + SETTLING_FRAMES; frame += 1) {
    pair.poll();
    bytes += pair.b.take();
    if (frame < frames) pair.a.send(packet, PACKETS_PER_FRAME);
    due += FRAME_MS;
    await sleep(Math.max(0, due - performance.now()));
  }
  return bytes / PACKET_BYTES;
}
