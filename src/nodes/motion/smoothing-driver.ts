import type { Signal } from '../../core/signal.js';
import type { Moment } from './moment.js';
import type { Smoothing } from './smoothing.js';

/** Where frames come from. */
export interface FrameSource {
  /** When the frame that is running began. */
  readonly frameTime: Moment;
  readonly process_frame: Signal<[]>;
}

/** Runs the smoothing of one synchronizer: once per frame, while it is in the tree and somebody else has the say. */
export class SmoothingDriver {
  readonly #isOwn: () => boolean;
  #smoothing: Smoothing | null = null;
  #frames: FrameSource | null = null;
  #isTicking = false;

  constructor(isOwn: () => boolean) {
    this.#isOwn = isOwn;
  }

  get smoothing(): Smoothing | null {
    return this.#smoothing;
  }

  set smoothing(smoothing: Smoothing | null) {
    this.#smoothing = smoothing;
    this.#update();
  }

  start(frames: FrameSource): void {
    this.stop();
    this.#frames = frames;
    this.#update();
  }

  stop(): void {
    this.#smoothing?.clear();
    if (this.#isTicking) this.#frames?.process_frame.disconnect(this.#tick);
    this.#isTicking = false;
    this.#frames = null;
  }

  #update(): void {
    const isWanted = this.#smoothing !== null && this.#frames !== null;
    if (isWanted === this.#isTicking) return;
    this.#isTicking = isWanted;
    if (isWanted) this.#frames?.process_frame.connect(this.#tick);
    else this.#frames?.process_frame.disconnect(this.#tick);
  }

  readonly #tick = (): void => {
    if (this.#isOwn()) this.#smoothing?.clear();
    else if (this.#frames !== null) this.#smoothing?.show(this.#frames.frameTime);
  };
}
