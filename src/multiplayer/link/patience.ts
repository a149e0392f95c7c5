import type { PeerLink } from './peer-link.js';

/** As long as a peer may be silent before it counts as unresponsive. */
const PATIENCE_MS = 3000;
/** What it has to take in that time: 32 kbit/s. On a slower route nobody plays. */
const LEAST_TAKEN_BYTES = 12_000;
/** Not asked for so long, it kept nobody waiting meanwhile. */
const FORGOTTEN_AFTER_MS = 1000;

/** Watches whether a peer that keeps the others waiting takes anything itself. */
export class Patience {
  #since = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #takenBytes = 0;
  #isOver = false;

  /** Asked again and again while too much waits for it. */
  isOver(link: PeerLink, now: number): boolean {
    const { takenBytes } = link;
    const isForgotten = now - this.#askedAt > FORGOTTEN_AFTER_MS;
    this.#askedAt = now;
    if (isForgotten || now - this.#since >= PATIENCE_MS) {
      this.#isOver = !isForgotten && takenBytes - this.#takenBytes < LEAST_TAKEN_BYTES;
      this.#since = now;
      this.#takenBytes = takenBytes;
    }
    return this.#isOver;
  }
}
