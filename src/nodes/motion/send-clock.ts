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
  readonly #counts = new Float64Array(WINDOW);
  readonly #times = new Float64Array(WINDOW);
  #isTold = false;
  #known = 0;
  #count = 0;
  #sentMs = Number.NaN;

  /**
   * A state with this counter has arrived at `nowMs`. `toldMs` is what the sender told, or NaN. Whoever hears it tell for
   * the first time has to begin anew: until then the times were of another clock.
   */
  arrived(counter: number, toldMs: number, nowMs: number): number {
    const isTold = !Number.isNaN(toldMs);
    if (this.#known === 0 || (isTold && !this.#isTold)) return this.#begin(counter, isTold ? toldMs : nowMs, isTold);
    const step = (counter - this.#count) & 0xffff;
    this.#count += step;
    this.#sentMs = isTold ? toldMs : this.#sentMs + step * this.#tickMs(nowMs);
    // What was made from the counter would prove itself.
    if (isTold) this.#note(toldMs);
    else if (!this.#isTold) this.#note(nowMs);
    return this.#sentMs;
  }

  /** Whether the times are those of the sender's own clock. */
  get isTold(): boolean {
    return this.#isTold;
  }

  #begin(counter: number, sentMs: number, isTold: boolean): number {
    this.#isTold = isTold;
    this.#known = 0;
    this.#count = counter;
    this.#sentMs = sentMs;
    this.#note(sentMs);
    return sentMs;
  }

  #note(timeMs: number): void {
    const slot = this.#known % WINDOW;
    this.#counts[slot] = this.#count;
    this.#times[slot] = timeMs;
    this.#known += 1;
  }

  /** Arrivals are as good as times of sending here: over many states their delays are equal. */
  #tickMs(nowMs: number): number {
    const oldest = Math.max(0, this.#known - WINDOW) % WINDOW;
    const newest = (this.#known - 1) % WINDOW;
    const count = this.#isTold ? (this.#counts[newest] as number) : this.#count;
    const timeMs = this.#isTold ? (this.#times[newest] as number) : nowMs;
    const ticks = count - (this.#counts[oldest] as number);
    return ticks < 8 ? FIRST_GUESS_MS : (timeMs - (this.#times[oldest] as number)) / ticks;
  }
}
