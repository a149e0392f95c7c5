import type { Clock } from '../../core/clock.js';

const PERIOD_MS = 20;
/** More than a slow frame: whoever polls once per frame is never interrupted. */
const LATE_MS = 75;

/**
 * Polls what nobody else polls, so that `await` works before there is a game loop, and the lobby is heard of after it. In
 * Node it keeps the process alive while it runs, as an open connection does.
 */
export class SelfPoll {
  readonly #clock: Clock;
  readonly #poll: () => void;
  #timer: ReturnType<typeof setInterval> | null = null;
  #isPolling = false;
  /** By somebody else. */
  #lastPoll = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, poll: () => void) {
    this.#clock = clock;
    this.#poll = poll;
  }

  start(): void {
    this.#timer ??= setInterval(this.#beat, PERIOD_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Called by every poll, its own ones included. */
  polled(): void {
    if (!this.#isPolling) this.#lastPoll = this.#clock.now();
  }

  readonly #beat = (): void => {
    if (this.#clock.now() - this.#lastPoll < LATE_MS) return;
    this.#isPolling = true;
    this.#poll();
    this.#isPolling = false;
  };
}
