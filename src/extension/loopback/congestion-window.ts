import { CHUNK_BYTES } from './path-message.js';

/** Ten datagrams, as RFC 6928 and the stack under the native back end have it. */
const FIRST_BYTES = 10 * CHUNK_BYTES;
/** A window is halved to this at least, so that a single loss leaves enough in flight to notice the next one. */
const LEAST_HALVED_BYTES = 4 * CHUNK_BYTES;
/** Stands for the receive buffer of the other side, which ends growth in a stack whose network never does. */
const MOST_BYTES = 1024 * 1024;

/**
 * How much may be in flight, in bytes of messages: doubles with each round trip at first (slow start), after a loss
 * grows by a datagram with each round trip, and shrinks with losses (AIMD, RFC 9260 section 7.2 without the details).
 */
export class CongestionWindow {
  #bytes = FIRST_BYTES;
  #slowStartUntil = MOST_BYTES;
  #inFlight = 0;
  #shrunkAt = Number.NEGATIVE_INFINITY;

  get hasRoom(): boolean {
    return this.#inFlight < this.#bytes;
  }

  sent(bytes: number): void {
    this.#inFlight += bytes;
  }

  acked(bytes: number): void {
    const wasFull = !this.hasRoom;
    this.#inFlight -= bytes;
    // A sender that does not use its window learns nothing about a larger one.
    if (!wasFull) return;
    const growth = this.#bytes < this.#slowStartUntil ? bytes : (CHUNK_BYTES * bytes) / this.#bytes;
    this.#bytes = Math.min(MOST_BYTES, this.#bytes + growth);
  }

  /**
   * A datagram sent at `sentAt` is known to be lost. Real stacks notice most losses by gaps in what is acknowledged
   * and then halve the window; when what they send again is lost as well (`isRepeated`), their timer runs out and they
   * begin with one datagram.
   */
  lost(bytes: number, sentAt: number, isRepeated: boolean, now: number): void {
    this.#inFlight -= bytes;
    // Losses from before the last shrinking are the same congestion, which was answered already.
    if (sentAt < this.#shrunkAt) return;
    this.#shrunkAt = now;
    this.#slowStartUntil = Math.max(this.#bytes / 2, LEAST_HALVED_BYTES);
    this.#bytes = isRepeated ? CHUNK_BYTES : this.#slowStartUntil;
  }
}
