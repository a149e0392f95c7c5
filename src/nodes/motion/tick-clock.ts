/** Arrivals over which the length of a tick is measured. */
const WINDOW = 64;
/** What senders poll with until it was measured. */
const FIRST_GUESS_MS = 1000 / 60;

/**
 * When states were sent, made from the counter that Godot's states carry (16 bits, one for each poll of the sender): for
 * peers that tell no time. Ticks are taken to be equally long; how long shows by and by.
 */
export class TickClock {
  readonly #counts = new Float64Array(WINDOW);
  readonly #arrivals = new Float64Array(WINDOW);
  #arrived = 0;
  #count = 0;
  #sentMs = 0;

  /** The state with this counter has arrived: the time, on a clock of its own, when it was sent. */
  arrived(counter: number, nowMs: number): number {
    const step = this.#arrived === 0 ? 0 : (counter - this.#count) & 0xffff;
    this.#count += step;
    if (this.#arrived === 0) {
      this.#count = counter;
      this.#sentMs = nowMs;
    } else this.#sentMs += step * this.#tickMs(nowMs);
    const slot = this.#arrived % WINDOW;
    this.#counts[slot] = this.#count;
    this.#arrivals[slot] = nowMs;
    this.#arrived += 1;
    return this.#sentMs;
  }

  #tickMs(nowMs: number): number {
    const oldest = Math.max(0, this.#arrived - WINDOW) % WINDOW;
    const ticks = this.#count - (this.#counts[oldest] as number);
    return ticks < 8 ? FIRST_GUESS_MS : (nowMs - (this.#arrivals[oldest] as number)) / ticks;
  }
}
