import type { PeerLink } from './peer-link.js';

/** As long as a peer may be silent before it counts as unresponsive. */
const PATIENCE_MS = 3000;

/** Watches whether a peer that keeps the others waiting takes anything itself. */
export class Patience {
  #takenBytes = -1;
  #since = 0;

  /** Asked again and again while too much waits for it. */
  isOver(link: PeerLink, now: number): boolean {
    const { sent, bytesUnderWay } = link.stats();
    const takenBytes = sent.bytes - bytesUnderWay;
    if (takenBytes > this.#takenBytes) {
      this.#takenBytes = takenBytes;
      this.#since = now;
    }
    return now - this.#since >= PATIENCE_MS;
  }
}
