/** A budget that fills up with time. It may be overdrawn once; who draws waits until the debt is paid. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #most: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, most: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#most = most;
    this.#level = most;
    this.#at = now;
  }

  take(cost: number, now: number): void {
    this.#level = this.#levelAt(now) - cost;
    this.#at = now;
  }

  isOverdrawn(now: number): boolean {
    return this.#levelAt(now) < 0;
  }

  #levelAt(now: number): number {
    return Math.min(this.#most, this.#level + Math.max(0, now - this.#at) * this.#perMs);
  }
}
