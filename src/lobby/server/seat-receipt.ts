import type { Seat } from './room/room.js';
import { hashToken } from './room/secrets.js';

/** A seat whose token may not have arrived waits for this long at most. */
const UNTOLD_GRACE_MS = 5000;

/** Whether a client knows what it needs to come back to a seat. */
export class SeatReceipt {
  /** Pings that were not answered yet. They are answered in order, with what was sent before them. */
  #pings = 0;
  #hasAnswered = false;
  /** Hashes of tokens that were never sent, since the store failed. */
  readonly #unsent = new Set<string>();

  pinged(): void {
    this.#pings += 1;
  }

  ponged(): void {
    this.#pings = Math.max(0, this.#pings - 1);
    if (this.#pings === 0) this.#hasAnswered = true;
  }

  /** A token was sent; one that was used before is known. */
  sent(isKnown: boolean): void {
    this.#hasAnswered = isKnown;
  }

  neverSent(token: string): void {
    this.#unsent.add(hashToken(token));
  }

  mayKnow(seat: Seat): boolean {
    return !this.#unsent.has(seat.tokenHash);
  }

  /** How long the seat is kept when the connection is lost now. */
  graceMs(most: number): number {
    return this.#hasAnswered ? most : Math.min(most, UNTOLD_GRACE_MS);
  }
}
