import { Random } from '../../../src/extension/loopback/random.js';

/** Dice of one step: the same seed and stream fall the same way everywhere, whatever other steps threw. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number, stream: number) {
    this.#random = new Random(seed, stream);
  }

  /** At least 0 and below `end`. */
  below(end: number): number {
    return Math.floor(this.#random.float() * end);
  }

  /** From `least` to `most`, both included. */
  from(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.#random.chance(probability);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** A key of a table of weights. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.#random.float() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries[0]?.[0] as K;
  }
}
