import { SlidingMin } from './sliding-window.js';

/** A route changes; what was its shortest delay is forgotten after this time, if that was not noticed before. */
const SHORTEST_WINDOW_MS = 10_000;
const SHORTEST_BUCKETS = 10;
/** So is what was usual, when nothing could renew it: a busy link sees no delay that is without a queue. */
const USUAL_FOR_MS = 30_000;
/** Weights of a new delay in the mean, and in the mean deviation from it (as in RFC 6298). */
const MEAN_WEIGHT = 1 / 8;
const DEVIATION_WEIGHT = 1 / 4;
/** So many deviations above the mean few delays are longer. */
const USUAL_DEVIATIONS = 2;

/**
 * How long messages take on the route itself: what is longer was spent in a queue. On an even route that is the shortest
 * delay of the last seconds; on an uneven one what is usual while next to nothing is under way.
 */
export class RouteDelay {
  readonly #shortest = new SlidingMin(SHORTEST_WINDOW_MS, SHORTEST_BUCKETS);
  #mean = 0;
  #deviation = 0;
  #usualUntil = Number.NEGATIVE_INFINITY;

  /** `polledMs`: the same without what may have been the wait for a slow peer's poll, so maybe too short. */
  add(forwardMs: number, polledMs: number, now: number, isLoaded: boolean): void {
    this.#shortest.add(forwardMs, now);
    if (isLoaded) {
      // So much earlier than usual, and with a queue at that: the route has become shorter.
      this.#mean = Math.min(this.#mean, forwardMs + USUAL_DEVIATIONS * this.#deviation);
      return;
    }
    if (now >= this.#usualUntil) {
      this.#mean = polledMs;
      this.#deviation = 0;
    } else {
      const difference = polledMs - this.#mean;
      this.#mean += difference * MEAN_WEIGHT;
      this.#deviation += (Math.abs(difference) - this.#deviation) * DEVIATION_WEIGHT;
    }
    this.#usualUntil = now + USUAL_FOR_MS;
  }

  /** The route was found to be longer by so much. As uneven as before, for all that is known. */
  lengthen(byMs: number, now: number): void {
    const shortest = this.#shortest.min(now);
    this.#shortest.clear();
    this.#shortest.add(shortest + byMs, now);
    this.#mean += byMs;
  }

  /** Nothing was heard for a while: it may be another route. */
  forgetUsual(): void {
    this.#usualUntil = Number.NEGATIVE_INFINITY;
  }

  /** In the difference of the two clocks; Infinity before the first message. */
  at(now: number): number {
    const shortest = this.#shortest.min(now);
    if (now >= this.#usualUntil) return shortest;
    return Math.max(shortest, this.#mean + USUAL_DEVIATIONS * this.#deviation);
  }
}
