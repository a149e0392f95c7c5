/** One way to draw: how many pixels of the screen's, and shadows how fine; 0 for none. */
export interface Grade {
  /** Pixels of the picture for each CSS pixel, at most. */
  readonly pixelRatio: number;
  readonly shadowMapSize: number;
}

export const FINEST: Grade = { pixelRatio: 1.5, shadowMapSize: 2048 };
export const GRADES: readonly Grade[] = [
  FINEST,
  { pixelRatio: 1, shadowMapSize: 1024 },
  { pixelRatio: 0.75, shadowMapSize: 512 },
  { pixelRatio: 0.5, shadowMapSize: 0 },
];

/** Milliseconds that it looks on before it judges. */
const WINDOW_MS = 1500;
/** Mean milliseconds of a frame: above is too slow, far above is two grades too slow, below leaves room for more. */
const SLOW_MS = 33;
const FAR_TOO_SLOW_MS = 80;
const FAST_MS = 19;
/** A page that was away for so long draws no slower for it. */
const PAUSE_MS = 4000;
/** Quick windows in a row before it dares more; twice as many each time that it was too much. */
const PATIENCE = 4;

export interface QualityOptions {
  /** The number of the grade that it begins with. Default: 0, the finest. */
  readonly first?: number;
  /** It stays with the first one, whatever happens. */
  readonly isFixed?: boolean;
}

/** Draws as nicely as the machine can: less on a slow one, and more again when there is room. Views ask it for the grade. */
export class Quality {
  readonly #isFixed: boolean;
  #at: number;
  #lastMs = Number.NaN;
  #frames = 0;
  #spentMs = 0;
  #quickWindows = 0;
  #patience = PATIENCE;
  /** What an engine prepares for another grade takes time once, which says nothing about the grade. */
  #isSettling = true;
  /** The last step was one up. */
  #hasDared = false;

  constructor({ first = 0, isFixed = false }: QualityOptions = {}) {
    this.#isFixed = isFixed;
    this.#at = Math.max(0, Math.min(GRADES.length - 1, first));
  }

  get grade(): Grade {
    return GRADES[this.#at] as Grade;
  }

  /** Once per frame. */
  note(nowMs: number): void {
    const tookMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#isFixed || !(tookMs < PAUSE_MS)) return;
    this.#frames += 1;
    this.#spentMs += tookMs;
    if (this.#spentMs < WINDOW_MS) return;
    const meanMs = this.#spentMs / this.#frames;
    this.#frames = this.#spentMs = 0;
    if (this.#isSettling) this.#isSettling = false;
    else this.#judge(meanMs);
  }

  #judge(meanMs: number): void {
    this.#quickWindows = meanMs < FAST_MS ? this.#quickWindows + 1 : 0;
    const room = GRADES.length - 1 - this.#at;
    if (meanMs > SLOW_MS && room > 0) {
      if (this.#hasDared) this.#patience *= 2;
      this.#move(meanMs > FAR_TOO_SLOW_MS ? Math.min(2, room) : 1);
    } else if (this.#quickWindows >= this.#patience && this.#at > 0) this.#move(-1);
  }

  #move(by: number): void {
    this.#at += by;
    this.#hasDared = by < 0;
    this.#quickWindows = 0;
    this.#isSettling = true;
  }
}
