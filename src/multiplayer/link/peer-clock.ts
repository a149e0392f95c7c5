/** Two good crystals differ by 20 millionths each; this leaves room for bad ones. In ms per ms. */
const DRIFT = 0.0001;

/** Browsers round their clocks to as much. Contradictions below are none, and no bound is better. */
const ROUNDING_MS = 1;

/** What is known about the clock of the other side. */
export interface ClockEstimate {
  /** Add it to the own clock to have the peer's. */
  readonly offsetMs: number;
  /** The true offset is no further away than this. */
  readonly errorMs: number;
}

/**
 * Encloses the difference between two clocks: a packet that arrives shows that it was sent before, so each one sets a
 * bound, and the fastest one of each direction the best. The middle between the bounds is wrong by at most half of what
 * the two fastest trips took together. A clock that jumps (a machine that slept) contradicts the bounds, which then begin
 * anew with what is true now.
 */
export class PeerClock {
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;
  #at = 0;

  /** Something that the peer stamped with its clock at `peerTime` was here at `now`. */
  heard(peerTime: number, now: number): void {
    this.#drift(now);
    const bound = peerTime - now;
    if (bound > this.#most + ROUNDING_MS) this.#most = Number.POSITIVE_INFINITY;
    if (bound > this.#least) this.#least = Math.min(bound, this.#most);
  }

  /** Something we sent at `sentAt` was with the peer when its clock showed `peerTime`. */
  echoed(sentAt: number, peerTime: number, now: number): void {
    this.#drift(now);
    const bound = peerTime - sentAt;
    if (bound < this.#least - ROUNDING_MS) this.#least = Number.NEGATIVE_INFINITY;
    if (bound < this.#most) this.#most = Math.max(bound, this.#least);
  }

  /** Whether both bounds are known. */
  get isKnown(): boolean {
    return this.#most - this.#least < Number.POSITIVE_INFINITY;
  }

  get offsetMs(): number {
    return this.isKnown ? (this.#least + this.#most) / 2 : Number.NaN;
  }

  get errorMs(): number {
    return this.isKnown ? (this.#most - this.#least) / 2 + ROUNDING_MS : Number.POSITIVE_INFINITY;
  }

  /**
   * How long ago the peer's clock showed `stamp`, a number of milliseconds modulo 2^32. As long as only one direction is
   * known, this is how much later it came than the fastest packet.
   */
  ageOf(stamp: number, now: number): number {
    const offset = this.isKnown ? (this.#least + this.#most) / 2 : this.#least;
    if (offset === Number.NEGATIVE_INFINITY) return 0;
    const peerNow = now + offset;
    // `| 0` makes the difference signed, so that a stamp from before the wrap and one from the future both come out right.
    return (Math.floor(peerNow) - stamp) | 0;
  }

  /** The peer's clock at `now`, completed from the 32 bits of a stamp. NaN as long as nothing is known. */
  unwrap(stamp: number, now: number): number {
    const offset = this.#least > Number.NEGATIVE_INFINITY ? this.#least : this.#most;
    if (Math.abs(offset) === Number.POSITIVE_INFINITY) return Number.NaN;
    const peerNow = Math.floor(now + offset);
    return peerNow - ((peerNow - stamp) | 0);
  }

  /** The bounds widen with time, as the clocks run apart. */
  #drift(now: number): void {
    const widening = (now - this.#at) * DRIFT;
    this.#at = now;
    this.#least -= widening;
    this.#most += widening;
  }
}
