/** Beats while no frame comes: a tab that is hidden, a loop that is paused, a server without an engine. */
export interface Heartbeat {
  /** Begins to call `beat` about every `periodMs`. A running heartbeat is started anew. */
  start(periodMs: number, beat: () => void): void;
  stop(): void;
}

type Timer = ReturnType<typeof setInterval> & { unref?(): void };

/**
 * A heartbeat by a timer. In Node it never keeps a process alive by itself; in a hidden page browsers slow it down to once
 * per second, after five minutes to once per minute.
 * @example
 * ```ts run
 * import { TimerHeartbeat } from 'scenewire';
 *
 * const heartbeat = new TimerHeartbeat();
 * await new Promise<void>((beat) => heartbeat.start(50, beat));
 * heartbeat.stop();
 * console.log('it beats'); // → it beats
 * ```
 */
export class TimerHeartbeat implements Heartbeat {
  #timer: Timer | null = null;

  start(periodMs: number, beat: () => void): void {
    this.stop();
    this.#timer = setInterval(beat, periodMs) as Timer;
    this.#timer.unref?.();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
