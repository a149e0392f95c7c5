import { SlidingMin } from './sliding-window.js';

/** A route changes; what was its shortest delay is forgotten after this time, if that was not noticed before. */
const SHORTEST_WINDOW_MS = 10_000;
const SHORTEST_BUCKETS = 10;
export const shortestLately = (): SlidingMin => new SlidingMin(SHORTEST_WINDOW_MS, SHORTEST_BUCKETS);

/** Weights of a new delay in the mean, and in the mean deviation from it (as in RFC 6298). */
const MEAN_WEIGHT = 1 / 8;
const DEVIATION_WEIGHT = 1 / 4;
/** Less, since of this one the least counts. */
const LOADED_DEVIATION_WEIGHT = 1 / 64;
/** So many deviations above the mean few delays are longer. */
const USUAL_DEVIATIONS = 2;

/**
 * How long messages take on the route itself: what is longer was spent in a queue. That is what is usual while next to
 * nothing is under way, with some more on an uneven route. Of a busy link it is remembered: what is shortest there has
 * waited in a queue too, and taking that for the route would make the queue longer and longer.
 */
export class RouteDelay {
  readonly #shortest = shortestLately();
  /** NaN while no message told it. */
  #mean = Number.NaN;
  #deviation = 0;
  /** The same of the messages since then that may have waited in a queue. */
  #loadedMean = Number.NaN;
  #loadedDeviation = 0;

  /**
   * `polledMs`: without what may have been the wait for a slow peer's poll, so maybe too short. `mayHaveWaited`: for
   * something that is not the route's.
   */
  add(forwardMs: number, polledMs: number, now: number, mayHaveWaited: boolean): void {
    this.#shortest.add(forwardMs, now);
    if (!mayHaveWaited) this.#addUsual(polledMs);
    else if (!Number.isNaN(this.#mean)) this.#addLoaded(forwardMs);
  }

  /** The route was found to be longer by so much. As uneven as before, for all that is known. */
  lengthen(byMs: number, now: number): void {
    const shortest = this.#shortest.min(now);
    this.#shortest.clear();
    this.#shortest.add(shortest + byMs, now);
    this.#mean += byMs;
  }

  /** Next to nothing gets through, so what every message of the last seconds took is no queue of ours. */
  believeShortest(now: number): void {
    this.#mean = Math.max(this.#mean, this.#shortest.min(now));
  }

  /** Nothing was heard for a while: it may be another route. */
  forgetUsual(): void {
    this.#mean = Number.NaN;
  }

  /** In the difference of the two clocks; Infinity before the first message. */
  at(now: number): number {
    if (Number.isNaN(this.#mean)) return this.#shortest.min(now);
    return this.#mean + USUAL_DEVIATIONS * this.#deviation;
  }

  #addUsual(polledMs: number): void {
    this.#loadedMean = Number.NaN;
    if (Number.isNaN(this.#mean)) {
      this.#mean = polledMs;
      this.#deviation = 0;
      return;
    }
    const difference = polledMs - this.#mean;
    this.#mean += difference * MEAN_WEIGHT;
    this.#deviation += (Math.abs(difference) - this.#deviation) * DEVIATION_WEIGHT;
  }

  /** A queue makes delays longer and less even: so what is shorter or more even than usual is the route's. */
  #addLoaded(forwardMs: number): void {
    if (Number.isNaN(this.#loadedMean)) {
      this.#loadedMean = forwardMs;
      this.#loadedDeviation = this.#deviation;
    }
    const difference = forwardMs - this.#loadedMean;
    this.#loadedMean += difference * MEAN_WEIGHT;
    this.#loadedDeviation += (Math.abs(difference) - this.#loadedDeviation) * LOADED_DEVIATION_WEIGHT;
    this.#deviation = Math.min(this.#deviation, this.#loadedDeviation);
    this.#mean = Math.min(this.#mean, forwardMs + USUAL_DEVIATIONS * this.#deviation);
  }
}
