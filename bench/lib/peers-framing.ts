import { carry, compareRates } from './carry.js';
import type { Figures } from './figures.js';
import { connectPair } from './peers-end.js';
import type { Side } from './sides.js';
import { takeTurns } from './turns.js';

const load = { name: '100B', bytes: 100, batch: 100, packets: 5000 };
const SLICES = 8;

const kindOf = (side: Side): 'plain' | 'bare' => (side === 'bare' ? 'bare' : 'plain');

/** One packet, one message, as Godot does it, against the same messages of the library below. */
export async function compareFraming(figures: Figures, runs: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    const made = await takeTurns(
      {
        connect: (side) => connectPair(kindOf(side), label),
        carry: (pair) => carry(pair, load),
        slices: SLICES,
      },
      runs,
    );
    const name = `framing-${label}-${load.name}`;
    figures.report(name, compareRates(name, made, kindOf), 'ratio', { atLeast: 0.9 });
  }
}
