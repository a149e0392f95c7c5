import { SlidingMean, SlidingMin, SlidingSum } from './sliding-window.js';

/** Long enough that a quiet link, with four samples per second, has a mean that stands still. */
const WINDOW_MS = 10_000;
const BUCKETS = 20;

/** Messages of one lane that came and that did not, over the last seconds. */
export class LossMeter {
  readonly #arrived = new SlidingSum(WINDOW_MS, BUCKETS);
  readonly #lost = new SlidingSum(WINDOW_MS, BUCKETS);
  #lostEver = 0;

  /** A message came; `gap` numbers before it are missing, -1 when it was itself counted as missing. */
  add(gap: number, now: number): void {
    this.#arrived.add(1, now);
    if (gap !== 0) this.#lost.add(gap, now);
    this.#lostEver += gap;
  }

  get lostEver(): number {
    return this.#lostEver;
  }

  arrived(now: number): number {
    return this.#arrived.sum(now);
  }

  lost(now: number): number {
    return Math.max(0, this.#lost.sum(now));
  }
}

/** How long messages take, and how evenly they come. */
export class PathMeter {
  readonly #roundTrip = new SlidingMean(WINDOW_MS, BUCKETS);
  readonly #shortest = new SlidingMin(WINDOW_MS, BUCKETS);
  readonly #jitter = new SlidingMean(WINDOW_MS, BUCKETS);
  #lastTransit = Number.NaN;

  addRoundTrip(ms: number, now: number): void {
    this.#roundTrip.add(ms, now);
    this.#shortest.add(ms, now);
  }

  /** `transit` is arrival minus stamp, in two clocks that nobody set: only differences of it mean something. */
  addTransit(transit: number, now: number): void {
    if (!Number.isNaN(this.#lastTransit)) this.#jitter.add(Math.abs(transit - this.#lastTransit), now);
    this.#lastTransit = transit;
  }

  /** Mean of the last seconds; NaN before the first sample. */
  rttMs(now: number): number {
    return this.#roundTrip.mean(now);
  }

  /** NaN before the first sample. */
  shortestRttMs(now: number): number {
    const least = this.#shortest.min(now);
    return least === Number.POSITIVE_INFINITY ? Number.NaN : least;
  }

  /** Mean difference between the delays of messages that came one after the other (as in RFC 3550). NaN before two. */
  jitterMs(now: number): number {
    return this.#jitter.mean(now);
  }
}
