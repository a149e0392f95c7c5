import { RouteDelay } from './route-delay.js';
import { SlidingMin } from './sliding-window.js';

/** The poll interval of a peer that is not slow. What one waited for its poll beyond this is no queue of the route. */
const QUICK_POLL_MS = 17;
/** With rarer polls the wait for them says more than the route. */
const RARE_POLL_MS = 100;
/** Reliable messages wait for the repetition of lost ones; but of all in so long a time, one at least did not. */
const HELD_UP_MS = 2000;
const HELD_UP_BUCKETS = 6;

/** How long a message took. */
export interface DelaySample {
  readonly now: number;
  /** From its sending to its arrival, in the difference of two clocks that nobody set. */
  readonly forwardMs: number;
  /** Between the two polls of the peer in which it was found: it may have waited there for so long. */
  readonly gapMs: number;
  /** It waited for the repetition of no other message, or could not have told: a WebSocket has but one reliable lane. */
  readonly isTimed: boolean;
}

/** Tells from how late messages come how long they wait in a queue of the route. */
export class QueueMeter {
  readonly #route = new RouteDelay();
  #lastMs = 0;
  #secondLastMs = 0;
  #standingMs = 0;
  readonly #heldUp = new SlidingMin(HELD_UP_MS, HELD_UP_BUCKETS);
  /** Since when there are only messages that may have been held up. */
  #heldUpFrom = Number.NaN;

  /** At the last report that tells for certain. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** A late packet or two are jitter; this is what all have waited lately. */
  get standingMs(): number {
    return this.#standingMs;
  }

  /** `isLoaded`: there was enough under way to be a queue. `ownMs`: what it may have waited at this end. */
  add(sample: DelaySample, isLoaded: boolean, ownMs: number): void {
    const { now, forwardMs, gapMs, isTimed } = sample;
    const polledMs = forwardMs - Math.max(0, gapMs - QUICK_POLL_MS);
    if (isTimed) {
      this.#route.add(forwardMs, polledMs, now, isLoaded || gapMs > RARE_POLL_MS);
      this.#addTimed(Math.max(0, polledMs - this.#route.at(now)));
    } else {
      this.#addHeldUp(Math.max(0, polledMs - ownMs - this.#route.at(now)), now);
    }
  }

  /** The shortest delay of the last seconds is the route's, whatever it was before. */
  believeShortest(now: number): void {
    this.#route.believeShortest(now);
  }

  /** What seemed to be a queue was found to be the route. */
  takeForRoute(now: number): void {
    this.#route.lengthen(this.#standingMs, now);
    this.#forgetQueue();
  }

  /** The window is another one: what was seen so far says little. */
  restart(now: number): void {
    if (Number.isNaN(this.#heldUpFrom)) return;
    this.#heldUpFrom = now;
    this.#heldUp.clear();
  }

  /** Nothing was heard for a while: neither the queue nor the usual delay are what they were. */
  startOver(): void {
    this.#route.forgetUsual();
    this.#forgetQueue();
  }

  #forgetQueue(): void {
    this.#lastMs = this.#secondLastMs = this.#standingMs = 0;
    this.#heldUpFrom = Number.NaN;
    this.#heldUp.clear();
  }

  #addTimed(queueMs: number): void {
    this.#heldUpFrom = Number.NaN;
    // The least of three in a row.
    this.#standingMs = Math.min(queueMs, this.#lastMs, this.#secondLastMs);
    this.#secondLastMs = this.#lastMs;
    this.#lastMs = queueMs;
  }

  #addHeldUp(queueMs: number, now: number): void {
    if (Number.isNaN(this.#heldUpFrom)) {
      this.#heldUpFrom = now;
      this.#heldUp.clear();
    }
    this.#heldUp.add(queueMs, now);
    this.#standingMs = now - this.#heldUpFrom < HELD_UP_MS ? 0 : this.#heldUp.min(now);
  }
}
