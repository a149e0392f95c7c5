const WINDOW_MS = 60_000;
/** Keys of one process; strangers choose them, so the oldest ones go where there are more. */
const MAX_KEYS = 20_000;

interface Window {
  used: number;
  readonly endsAt: number;
}

/** How often something was done in the current minute, per key. A minute begins with the first use. */
export class Budgets {
  readonly #windows = new Map<string, Window>();

  spend(key: string, perMinute: number, now: number): boolean {
    const found = this.#windows.get(key);
    const current = found !== undefined && found.endsAt > now ? found : this.#begin(key, now);
    current.used += 1;
    return current.used <= perMinute;
  }

  isSpent(key: string, perMinute: number, now: number): boolean {
    const found = this.#windows.get(key);
    return found !== undefined && found.endsAt > now && found.used >= perMinute;
  }

  #begin(key: string, now: number): Window {
    const begun = { used: 0, endsAt: now + WINDOW_MS };
    // Put at the end, so that the first ones are always the oldest.
    this.#windows.delete(key);
    this.#windows.set(key, begun);
    for (const [oldest, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size <= MAX_KEYS) break;
      this.#windows.delete(oldest);
    }
    return begun;
  }
}
