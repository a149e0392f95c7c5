import { SlidingMin } from './sliding-window.js';

/** A rate measured over less would be that of one frame's burst. */
const SPAN_MS = 100;
const WEIGHT = 0.5;
/** Rates of the last while, of which the best is what the route can carry. */
const BEST_WINDOW_MS = 1000;
const BEST_BUCKETS = 4;
/** What it could carry before, and the share of that below which something has gone wrong. */
const EARLIER_WINDOW_MS = 30_000;
const EARLIER_BUCKETS = 6;
const FALLEN_SHARE = 0.7;

/** How many bytes per millisecond the peer receives, from its count of them and its clock. */
export class ReceiveRate {
  readonly #negative = new SlidingMin(BEST_WINDOW_MS, BEST_BUCKETS);
  readonly #earlier = new SlidingMin(EARLIER_WINDOW_MS, EARLIER_BUCKETS);
  #lately = 0;
  #fromBytes = 0;
  #from = Number.NaN;

  get lately(): number {
    return this.#lately;
  }

  /** Of the last second; 0 when nothing was measured in it. */
  best(now: number): number {
    return Math.max(0, -this.#negative.min(now));
  }

  /** Even the best of the last second is far from what was possible not long ago. */
  hasFallen(now: number): boolean {
    return this.best(now) < FALLEN_SHARE * -this.#earlier.min(now);
  }

  /** The peer counts modulo 2^32; a report may have been overtaken by a later one. */
  add(receivedBytes: number, peerTime: number, now: number): void {
    const span = peerTime - this.#from;
    // Written so that a first report, and a peer whose clock jumps, begin anew.
    if (span >= 0 && span < SPAN_MS) return;
    if (span >= 0) {
      // `| 0` makes the difference right across the wrap.
      const rate = ((receivedBytes - this.#fromBytes) | 0) / span;
      this.#negative.add(-rate, now);
      this.#earlier.add(-rate, now);
      this.#lately = this.#lately === 0 ? rate : this.#lately + (rate - this.#lately) * WEIGHT;
    }
    this.#from = peerTime;
    this.#fromBytes = receivedBytes;
  }

  /** What comes next is not measured against what came before. */
  interrupt(): void {
    this.#from = Number.NaN;
  }
}
