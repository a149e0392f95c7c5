import type { Pair } from './end.js';
import type { Figures } from './figures.js';
import { connectPair, cpuMs } from './peers-end.js';
import { median } from './statistics.js';
import { drain, transfer, WARM_UP_MS } from './transfer.js';

const load = { name: '100B', bytes: 100, batch: 100 };
const MEASURED_MS = 1000;

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** One packet, one message, as Godot does it: put, poll and get as fast as it goes. */
export async function compareFraming(figures: Figures, rounds: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    const plain = await connectPair('plain', label);
    const bare = await connectPair('bare', label);
    const runs: { plain: Rate; bare: Rate }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // In turns, so that a machine that slows down does not always slow the same side.
      const first = round % 2 === 0 ? await measure(plain) : undefined;
      const middle = await measure(bare);
      runs.push({ plain: first ?? (await measure(plain)), bare: middle });
    }
    await plain.close();
    await bare.close();
    for (const side of ['plain', 'bare'] as const) {
      const [wall, cpu] = [runs.map((run) => run[side].perSecond), runs.map((run) => run[side].perCpuSecond)];
      console.log(
        `${label} ${side}: ${Math.round(median(wall))} packets/s, ${Math.round(median(cpu))} per second of CPU (medians)`,
      );
    }
    const cpuRatio = median(runs.map((run) => run.plain.perCpuSecond / run.bare.perCpuSecond));
    console.log(`${label}: ${cpuRatio.toFixed(3)} times the packets per second of CPU`);
    const ratio = median(runs.map((run) => run.plain.perSecond / run.bare.perSecond));
    figures.report(`framing-${label}-100B`, ratio, 'ratio', { atLeast: 0.9 });
  }
}

async function measure(pair: Pair): Promise<Rate> {
  await transfer(pair, load, WARM_UP_MS);
  const start = performance.now();
  const before = cpuMs();
  const packets = (await transfer(pair, load, MEASURED_MS)) / load.bytes;
  const cpu = cpuMs() - before;
  const seconds = (performance.now() - start) / 1000;
  await drain(pair);
  return { perSecond: packets / seconds, perCpuSecond: (packets / cpu) * 1000 };
}
