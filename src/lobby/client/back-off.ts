const FIRST_MS = 1000;
const MOST_MS = 3000;

/**
 * How long to wait before each try to connect again. Random, from nothing up to a bound that grows: when a server with
 * thousands of players ends, they must not all come to the next one in the same moment.
 */
export class BackOff {
  readonly #random: () => number;
  #tries = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  next(): number {
    const bound = Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    return this.#random() * bound;
  }
}
