/** More at a time than any game has. Of a flood, the oldest are forgotten; they are bound to other connections anyway. */
const MOST = 10_000;

/** What was taken once, for as long as it would be valid again. */
export class SeenNonces {
  /** When each may be forgotten, in the order in which they came. */
  readonly #until = new Map<string, number>();

  get size(): number {
    return this.#until.size;
  }

  /** False when it was taken before. */
  take(nonce: string, untilMs: number, nowMs: number): boolean {
    for (const [old, until] of this.#until) {
      if (until >= nowMs && this.#until.size < MOST) break;
      this.#until.delete(old);
    }
    if (this.#until.has(nonce)) return false;
    this.#until.set(nonce, untilMs);
    return true;
  }
}
