import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import type { Signal } from '../core/signal.js';

/** When visibility filters are asked. Godot's numbers. */
export const VisibilityUpdateMode = {
  /** Every frame. */
  VISIBILITY_PROCESS_IDLE: 0,
  /** Every physics frame. */
  VISIBILITY_PROCESS_PHYSICS: 1,
  /** Only by `updateVisibility`. */
  VISIBILITY_PROCESS_NONE: 2,
} as const;
export type VisibilityUpdateMode = (typeof VisibilityUpdateMode)[keyof typeof VisibilityUpdateMode];

const { VISIBILITY_PROCESS_IDLE, VISIBILITY_PROCESS_NONE } = VisibilityUpdateMode;

interface Frames {
  readonly process_frame: Signal<[]>;
  readonly physics_frame: Signal<[]>;
}

/** Asks again and again who sees a synchronizer: what its filters say may depend on anything. */
export class VisibilityUpdates {
  readonly #ask: () => void;
  #mode: VisibilityUpdateMode = VISIBILITY_PROCESS_IDLE;
  #frames: Frames | null = null;
  /** What asks; null while nothing does. */
  #ticking: Signal<[]> | null = null;

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  get mode(): VisibilityUpdateMode {
    return this.#mode;
  }

  set mode(mode: VisibilityUpdateMode) {
    if (!Object.values(VisibilityUpdateMode).includes(mode)) {
      fail(Err.ERR_INVALID_PARAMETER, `${String(mode)} is no visibility update mode`);
      return;
    }
    this.#mode = mode;
    this.follow(this.#frames);
  }

  /** Asks in these frames from now on; with null no longer. */
  follow(frames: Frames | null): void {
    this.#frames = frames;
    const wanted = this.#wanted();
    if (wanted === this.#ticking) return;
    this.#ticking?.disconnect(this.#ask);
    this.#ticking = wanted;
    wanted?.connect(this.#ask);
  }

  #wanted(): Signal<[]> | null {
    if (this.#frames === null || this.#mode === VISIBILITY_PROCESS_NONE) return null;
    return this.#mode === VISIBILITY_PROCESS_IDLE ? this.#frames.process_frame : this.#frames.physics_frame;
  }
}
