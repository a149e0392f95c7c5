import type { Hearing } from './hearing.js';

/** Sound takes a moment to begin, most of all in Firefox: until then nobody is asked for a click. */
const BLOCKED_AFTER_MS = 1000;

/** Whether nothing can be heard until the player touches something. */
export class BlockedSound {
  readonly #hearing: Hearing;
  #silentSince: number | null = null;
  #isBlocked = false;

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Once per frame. True when it has changed. */
  look(now: number): boolean {
    if (!this.#hearing.isBlocked) this.#silentSince = null;
    else if (this.#silentSince === null) {
      this.#silentSince = now;
      this.#hearing.wake();
    }
    const isBlocked = this.#silentSince !== null && now - this.#silentSince >= BLOCKED_AFTER_MS;
    const isNews = isBlocked !== this.#isBlocked;
    this.#isBlocked = isBlocked;
    return isNews;
  }
}
