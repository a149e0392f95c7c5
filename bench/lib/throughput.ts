import { connected } from './attempts.js';
import { carry, compareRates, type Load } from './carry.js';
import { type ChannelSpec, Pair } from './end.js';
import type { Figures } from './figures.js';
import { sides } from './sides.js';
import { takeTurns } from './turns.js';

const reliable: ChannelSpec = { label: 'reliable', id: 1 };
const unreliable: ChannelSpec = { label: 'unreliable', id: 1, ordered: false, maxPacketLifeTime: 1 };

const SLICES = 8;
const loads: readonly Load[] = [
  { name: '100B', bytes: 100, batch: 100, packets: 5000 },
  { name: '16KiB', bytes: 16 * 1024, batch: 8, packets: 160 },
  { name: '64KiB', bytes: 64 * 1024, batch: 2, packets: 50 },
];

/** The same packets through our library and through the bare one below it. */
export async function compareThroughput(figures: Figures, runs: number): Promise<void> {
  for (const load of loads) {
    for (const channel of [reliable, unreliable]) {
      const made = await takeTurns(
        {
          connect: (side) => connected(() => new Pair(sides[side], [channel])),
          carry: (pair) => carry(pair, load),
          slices: SLICES,
        },
        runs,
      );
      const name = `${channel.label}-${load.name}`;
      figures.report(name, compareRates(name, made, String), 'ratio', { atLeast: 0.95 });
    }
  }
}
