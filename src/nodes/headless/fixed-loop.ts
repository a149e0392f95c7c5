import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';

export interface FixedLoopOptions {
  /** Ticks per second. Default: 60. */
  hz?: number;
  /** After a stall at most this many ticks are made up for; the rest is let go. Default: 5. */
  maxCatchUp?: number;
  /** Whether the loop keeps the process alive. Default: yes, it is the server's heart. */
  keepAlive?: boolean;
  clock?: Clock;
  /** How the loop waits; tests drive it by hand. */
  wait?: (fn: () => void, ms: number) => FixedLoopTimer;
}

export interface FixedLoopTimer {
  cancel(): void;
  unref?(): void;
}

/**
 * Ticks at a fixed rate that does not drift: the n-th tick is due n periods after the start, however late the timers of
 * the machine are. A tick that throws is reported and does not end the loop.
 * @example
 * ```ts run
 * import { FixedLoop } from 'scenewire/headless';
 *
 * let ticks = 0;
 * const loop = new FixedLoop((deltaSeconds) => {
 *   ticks += 1;
 *   if (ticks === 3) loop.stop();
 * }, { hz: 100 }).start();
 * ```
 */
export class FixedLoop {
  readonly #tick: (deltaSeconds: number, tick: number) => void;
  readonly #hz: number;
  readonly #maxCatchUp: number;
  readonly #keepAlive: boolean;
  readonly #clock: Clock;
  readonly #wait: (fn: () => void, ms: number) => FixedLoopTimer;
  #timer: FixedLoopTimer | null = null;
  #startMs = 0;
  #ticks = 0;
  #skipped = 0;

  constructor(tick: (deltaSeconds: number, tick: number) => void, options: FixedLoopOptions = {}) {
    const hz = options.hz ?? 60;
    if (!(hz > 0 && hz <= 1000)) throw new RangeError(`A loop ticks 1 to 1000 times per second, not ${hz}`);
    this.#tick = tick;
    this.#hz = hz;
    this.#maxCatchUp = options.maxCatchUp ?? 5;
    this.#keepAlive = options.keepAlive ?? true;
    this.#clock = options.clock ?? realClock;
    this.#wait = options.wait ?? timeout;
  }

  get running(): boolean {
    return this.#timer !== null;
  }

  /** Ticks that were due in a stall and never made. */
  get skipped(): number {
    return this.#skipped;
  }

  start(): this {
    if (this.#timer !== null) return this;
    this.#startMs = this.#clock.now();
    this.#ticks = 0;
    this.#schedule();
    return this;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  readonly #run = (): void => {
    const due = Math.floor(((this.#clock.now() - this.#startMs) * this.#hz) / 1000);
    const late = due - this.#ticks - this.#maxCatchUp;
    if (late > 0) {
      this.#skipped += late;
      this.#ticks += late;
    }
    while (this.#ticks < due && this.#timer !== null) this.#tickOnce();
    if (this.#timer !== null) this.#schedule();
  };

  #tickOnce(): void {
    const tick = this.#ticks++;
    try {
      this.#tick(1 / this.#hz, tick);
    } catch (thrown) {
      pushError('A tick threw', Err.ERR_SCRIPT_FAILED, thrown);
    }
  }

  #schedule(): void {
    const next = this.#startMs + ((this.#ticks + 1) * 1000) / this.#hz;
    this.#timer = this.#wait(this.#run, Math.max(0, next - this.#clock.now()));
    if (!this.#keepAlive) this.#timer.unref?.();
  }
}

function timeout(fn: () => void, ms: number): FixedLoopTimer {
  const timer = setTimeout(fn, ms) as ReturnType<typeof setTimeout> & { unref?(): void };
  return { cancel: () => clearTimeout(timer), unref: () => timer.unref?.() };
}
