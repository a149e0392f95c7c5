/** A time source in milliseconds. Everything that measures time is given one; nothing reads the wall clock by itself. */
export interface Clock {
  /** Never goes backwards. */
  now(): number;
}

/** Monotonic time of the machine. */
export const realClock: Clock = { now: () => performance.now() };

/**
 * A clock that stands still until it is moved: for tests and for replays.
 * @example
 * ```ts run
 * import { ManualClock } from 'scenewire/testing';
 *
 * const clock = new ManualClock();
 * clock.advance(1000 / 60); // give it to networks, peers and loops, and move it once per frame
 * console.log(clock.now().toFixed(1)); // → 16.7
 * ```
 */
export class ManualClock implements Clock {
  #now: number;

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`A clock only goes forward, got ${ms} ms`);
    this.#now += ms;
  }
}
