/** Enough rounds for every bit of the seed to reach every bit of the state. */
const WARM_UP_ROUNDS = 15;

const TWO_TO_32 = 0x1_0000_0000;

/**
 * A seeded generator (sfc32) in 32-bit integer arithmetic: one seed gives one sequence, in every engine. `stream`
 * makes independent generators from one seed, so that each purpose has its own dice. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream = 0) {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / TWO_TO_32) >>> 0;
    this.#c = stream >>> 0;
    for (let i = 0; i < WARM_UP_ROUNDS; i += 1) this.#next();
  }

  /** At least 0 and below 1, in steps of 2^-32. */
  float(): number {
    return this.#next() / TWO_TO_32;
  }

  /** True with the given probability; 0 is never, 1 is always. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** At least `low` and below `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  #next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}
