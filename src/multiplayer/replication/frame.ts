import type { Clock } from '../../core/clock.js';

/** The poll that is running. PERF: read from fields, since a number that is handed on as an argument gets boxed. */
export class Frame {
  /** Counts polls, from 1. */
  number = 0;
  readonly #clock: Clock;
  #now = 0;
  #readIn = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time in milliseconds, the same for the whole poll. PERF: without intervals nobody asks. */
  get now(): number {
    if (this.#readIn !== this.number) {
      this.#readIn = this.number;
      this.#now = this.#clock.now();
    }
    return this.#now;
  }
}
