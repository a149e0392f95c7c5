import { carry, compareRates, type Rate } from './carry.js';
import type { Figures } from './figures.js';
import { connectPair } from './peers-end.js';
import type { Side } from './sides.js';
import { type Contest, takeTurns } from './turns.js';

const load = { name: '100B', bytes: 100, batch: 100, packets: 5000 };
/** Many: the two are so near each other that chance shows. */
const SLICES = 12;

const kindOf = (side: Side): 'plain' | 'bare' => (side === 'bare' ? 'bare' : 'plain');

/** One packet, one message, as Godot does it, against the same messages of the library below. */
export async function compareFraming(figures: Figures, runs: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    const contest: Contest<Rate> = {
      connect: (side) => connectPair(kindOf(side), label),
      carry: (pair) => carry(pair, load),
      slices: SLICES,
    };
    // Until the engine has compiled what they do.
    await takeTurns(contest, 1);
    const made = await takeTurns(contest, runs);
    const name = `framing-${label}-${load.name}`;
    figures.report(name, compareRates(name, made, kindOf), 'ratio', { atLeast: 0.9 });
  }
}
