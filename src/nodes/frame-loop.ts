import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { Heartbeat } from './heartbeat.js';

/** What a frame drives: a scene tree with its multiplayer. */
export interface FrameClient {
  /** The beginning of a frame: what has arrived takes effect. */
  poll(deltaSeconds: number): void;
  /** Its end: what was put leaves. */
  flush(): void;
}

export interface FrameLoopOptions {
  clock?: Clock;
  /** Keeps the network alive while no frame comes; null does without. */
  heartbeat?: Heartbeat | null;
  /** How often it looks whether a frame is late. Default: 50 ms. */
  heartbeatMs?: number;
  /** What to do when no frame comes. Default: poll and flush. */
  late?: () => void;
}

const HEARTBEAT_MS = 50;
/** A frame is late after this many beats, so that a slow frame and a beat never both poll. */
const LATE_BEATS = 1.5;
/** While no frame comes at all, each beat is one: their distance varies by less than this. */
const NEXT_BEATS = 0.5;

/**
 * Calls `poll` and `flush` at the right moments, whoever makes the frames: an engine's hooks (`begin`, `end`), or a
 * heartbeat while there are none. Nothing that user code throws reaches the caller: an engine's own loop would end by it.
 * @example
 * ```ts run
 * import { FrameLoop } from 'scenewire';
 *
 * const loop = new FrameLoop({
 *   poll: () => console.log('what came in'),
 *   flush: () => console.log('what goes out'),
 * }, { heartbeat: null });
 * loop.start();
 * loop.begin(); // an engine's hook before its frame
 * console.log('the frame');
 * loop.end(); // and after it
 * loop.stop();
 * // → what came in
 * // → the frame
 * // → what goes out
 * ```
 */
export class FrameLoop {
  readonly #client: FrameClient;
  readonly #clock: Clock;
  readonly #heartbeat: Heartbeat | null;
  readonly #heartbeatMs: number;
  readonly #late: () => void;
  #running = false;
  #busy = false;
  #isBeating = false;
  /** The last poll was the heartbeat's. */
  #isLate = false;
  #lastPollMs: number;
  #gapMs = 0;

  constructor(client: FrameClient, options: FrameLoopOptions = {}) {
    this.#client = client;
    this.#clock = options.clock ?? realClock;
    this.#heartbeat = options.heartbeat ?? null;
    this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#late = options.late ?? (() => this.tick());
    this.#lastPollMs = this.#clock.now();
  }

  get running(): boolean {
    return this.#running;
  }

  /** How long before the running (or last) poll the one before it was. */
  get gapMs(): number {
    return this.#gapMs;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#lastPollMs = this.#clock.now();
    this.#heartbeat?.start(this.#heartbeatMs, this.#beat);
  }

  stop(): void {
    this.#running = false;
    this.#heartbeat?.stop();
  }

  /** A frame begins. */
  begin(): void {
    if (this.#running) this.#poll();
  }

  /** A frame ends. */
  end(): void {
    if (this.#running) this.#guard(this.#flush);
  }

  /** For loops that have one place only. */
  tick(): void {
    this.begin();
    this.end();
  }

  readonly #beat = (): void => {
    const beats = this.#isLate ? NEXT_BEATS : LATE_BEATS;
    if (this.#clock.now() - this.#lastPollMs < this.#heartbeatMs * beats) return;
    this.#isBeating = true;
    try {
      this.#late();
    } finally {
      this.#isBeating = false;
    }
  };

  readonly #flush = (): void => this.#client.flush();
  readonly #pollClient = (): void => this.#client.poll(this.#gapMs / 1000);

  #poll(): void {
    const now = this.#clock.now();
    this.#gapMs = now - this.#lastPollMs;
    this.#lastPollMs = now;
    this.#isLate = this.#isBeating;
    this.#guard(this.#pollClient);
  }

  // A listener may render a frame by itself, and so come back here while it runs.
  #guard(step: () => void): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      step();
    } catch (thrown) {
      pushError('The frame of the network threw', Err.ERR_SCRIPT_FAILED, thrown);
    } finally {
      this.#busy = false;
    }
  }
}
