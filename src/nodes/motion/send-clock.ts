import type { Arrival } from '../../multiplayer/replication/replicator.js';

/** States over which the length of a tick is measured. */
const WINDOW = 64;
/** What senders poll with until it was measured. */
const FIRST_GUESS_MS = 1000 / 60;

/**
 * When states were sent, by a clock that goes as the sender's does. Scenewire peers tell of most states; of those they do
 * not (reliable ones, and those that a server passes on), and of a Godot peer's, it is made from the counter that every
 * state carries: 16 bits, one for each poll of the sender. Polls are taken to be equally long; how long shows by and by.
 */
export class SendClock {
  /** When the last state was sent. NaN before the first. */
  timeMs = Number.NaN;
  readonly #counts = new Float64Array(WINDOW);
  readonly #times = new Float64Array(WINDOW);
  #isTold = false;
  #known = 0;
  #count = 0;
  #tickMs = FIRST_GUESS_MS;

  /**
   * A state has arrived. Whoever hears its sender tell for the first time has to begin anew: until then the times were of
   * another clock.
   */
  arrived(arrival: Arrival): void {
    const isTold = !Number.isNaN(arrival.sentMs);
    if (this.#known === 0 || (isTold && !this.#isTold)) {
      this.#begin(arrival, isTold);
      return;
    }
    const step = (arrival.counter - this.#count) & 0xffff;
    this.#count += step;
    if (isTold) this.timeMs = arrival.sentMs;
    else {
      this.#measureTick(arrival);
      this.timeMs += step * this.#tickMs;
    }
    // What was made from the counter would prove itself.
    if (isTold) this.#note(this);
    else if (!this.#isTold) this.#note(arrival);
  }

  /** Whether the times are those of the sender's own clock. */
  get isTold(): boolean {
    return this.#isTold;
  }

  #begin(arrival: Arrival, isTold: boolean): void {
    this.#isTold = isTold;
    this.#known = 0;
    this.#count = arrival.counter;
    this.timeMs = isTold ? arrival.sentMs : arrival.timeMs;
    this.#note(this);
  }

  #note(at: { readonly timeMs: number }): void {
    const slot = this.#known % WINDOW;
    this.#counts[slot] = this.#count;
    this.#times[slot] = at.timeMs;
    this.#known += 1;
  }

  /** Arrivals are as good as times of sending here: over many states their delays are equal. */
  #measureTick(arrival: Arrival): void {
    const oldest = Math.max(0, this.#known - WINDOW) % WINDOW;
    const newest = (this.#known - 1) % WINDOW;
    const count = this.#isTold ? (this.#counts[newest] as number) : this.#count;
    const timeMs = this.#isTold ? (this.#times[newest] as number) : arrival.timeMs;
    const ticks = count - (this.#counts[oldest] as number);
    this.#tickMs = ticks < 8 ? FIRST_GUESS_MS : (timeMs - (this.#times[oldest] as number)) / ticks;
  }
}
