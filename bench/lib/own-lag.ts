import { percentile } from './statistics.js';

const EVERY_MS = 10;

/** How late this process itself is: what other programs on the machine cost everybody. */
export class OwnLag {
  readonly #late: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + EVERY_MS;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#late.push(Math.max(0, now - this.#due));
      this.#due = now + EVERY_MS;
    }, EVERY_MS);
  }

  /** The 99th percentile in ms, and the end of it. */
  stop(): number {
    clearInterval(this.#timer);
    return percentile(this.#late, 0.99);
  }
}
