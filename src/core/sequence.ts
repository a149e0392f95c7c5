/**
 * Sequence numbers that wrap around. A number is newer than another one if the way forward to it is shorter than the
 * way back; at exactly half the range neither is newer, so that both sides agree.
 */
export class Sequence {
  readonly bits: 16 | 32;
  readonly #half: number;

  constructor(bits: 16 | 32) {
    this.bits = bits;
    this.#half = 2 ** (bits - 1);
  }

  /** The number after `value`. */
  next(value: number): number {
    return this.#wrap(value + 1);
  }

  /** Steps from `from` forward to `to`, negative when `to` is behind: -half < distance <= half. */
  distance(from: number, to: number): number {
    const forward = this.#wrap(to - from);
    return forward > this.#half ? forward - this.#half * 2 : forward;
  }

  isNewer(value: number, than: number): boolean {
    const forward = this.distance(than, value);
    return forward > 0 && forward < this.#half;
  }

  // PERF: `& 0xffff` and `>>> 0` are exact for every safe integer difference used here, a remainder would need a branch.
  #wrap(value: number): number {
    return this.bits === 16 ? value & 0xffff : value >>> 0;
  }
}
