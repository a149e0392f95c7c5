import type { IceState } from '../protocol/server-messages.js';

/** After this much of their lifetime, ICE servers are handed out again. */
const REFRESH_AFTER = 0.75;

/** When a member needs new ICE servers. */
export class IceSchedule {
  #dueAt = Number.POSITIVE_INFINITY;

  handedOut({ ttlMs }: IceState, now: number): void {
    this.#dueAt = ttlMs > 0 ? now + ttlMs * REFRESH_AFTER : Number.POSITIVE_INFINITY;
  }

  cancel(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }
}
