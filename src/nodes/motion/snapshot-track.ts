import { SET_ANEW_MS } from './playout-clock.js';
import { slerp } from './slerp.js';

/**
 * How a property moves between two states: straight, over a curve, as an angle (radians, the shorter way round), on the
 * arc of a rotation, or not at all.
 */
export type Motion = 'lerp' | 'curve' | 'angle' | 'slerp' | 'none';

export interface TrackOptions {
  /** Two states further apart than this are a teleport: nothing is shown in between. Default: never. */
  snapDistance?: number;
  /** How long a movement goes on by itself when the next state is late. Default: 100 ms. */
  maxExtrapolationMs?: number;
}

const KEPT = 32;
const TURN = 2 * Math.PI;
const MAX_EXTRAPOLATION_MS = 100;
/** What was shown wrongly while a state was late is put right over this time. */
const BLEND_MS = 100;

/**
 * The last states of one property of one replica, and what to show of them at a moment. Nothing is allocated after the
 * first call.
 */
export class SnapshotTrack {
  readonly #motion: Motion;
  readonly #width: number;
  readonly #snap: number;
  readonly #maxExtrapolationMs: number;
  readonly #times = new Float64Array(KEPT);
  readonly #values: Float64Array;
  /** What is still to be taken back of a wrong guess, and since when. */
  readonly #wrong: Float64Array;
  readonly #shown: Float64Array;
  #wrongSince = Number.NEGATIVE_INFINITY;
  #count = 0;
  #guessed = false;

  constructor(motion: Motion, width: number, options: TrackOptions = {}) {
    this.#motion = motion;
    this.#width = width;
    this.#snap = options.snapDistance ?? Number.POSITIVE_INFINITY;
    this.#maxExtrapolationMs = options.maxExtrapolationMs ?? MAX_EXTRAPOLATION_MS;
    this.#values = new Float64Array(KEPT * width);
    this.#wrong = new Float64Array(width);
    this.#shown = new Float64Array(width);
  }

  get size(): number {
    return Math.min(this.#count, KEPT);
  }

  /** A state of the sender's time `timeMs`. One that is not newer than the last is ignored, unless that began anew. */
  push(timeMs: number, value: ArrayLike<number>): void {
    const last = this.#count > 0 ? this.#timeOf(this.#count - 1) : Number.NEGATIVE_INFINITY;
    if (timeMs < last - SET_ANEW_MS) this.clear();
    else if (!(timeMs > last)) return;
    const slot = this.#count % KEPT;
    this.#times[slot] = timeMs;
    for (let i = 0; i < this.#width; i += 1)
      this.#values[slot * this.#width + i] = this.#onThisTurn(value[i] as number, i);
    this.#count += 1;
  }

  /** Forgets all states: what comes next is shown as it is. */
  clear(): void {
    this.#count = 0;
    this.#guessed = false;
    this.#wrongSince = Number.NEGATIVE_INFINITY;
  }

  /** Writes what to show at this time of the sender's clock into `out`; false when there is no state at all. */
  sample(timeMs: number, out: { [index: number]: number }): boolean {
    if (this.#count === 0) return false;
    const late = this.#place(timeMs, out);
    if (this.#isGuessing) this.#putRight(timeMs, late, out);
    return true;
  }

  /** Whether it goes on by itself when a state is late. */
  get #isGuessing(): boolean {
    return this.#motion !== 'slerp' && this.#motion !== 'none';
  }

  /** An angle as far from the last one as it is, whole turns left out. */
  #onThisTurn(value: number, i: number): number {
    if (this.#motion !== 'angle' || this.#count === 0) return value;
    return value + TURN * Math.round((this.#value(this.#count - 1, i) - value) / TURN);
  }

  /** Gives back whether it had to guess. */
  #place(timeMs: number, out: { [index: number]: number }): boolean {
    const last = this.#count - 1;
    if (timeMs >= this.#timeOf(last)) return this.#beyond(timeMs, last, out);
    let next = last;
    while (next > this.#first && this.#timeOf(next - 1) > timeMs) next -= 1;
    if (next === this.#first) this.#copy(next, out);
    else this.#between(next - 1, next, timeMs, out);
    return false;
  }

  #between(from: number, to: number, timeMs: number, out: { [index: number]: number }): void {
    const share = (timeMs - this.#timeOf(from)) / (this.#timeOf(to) - this.#timeOf(from));
    if (this.#motion === 'none' || this.#isTeleport(from, to)) this.#copy(from, out);
    else if (this.#motion === 'slerp') slerp(this.#values, this.#at(from), this.#at(to), share, out);
    else if (this.#motion === 'curve') this.#curve(from, to, share, out);
    else this.#line(from, to, share, out);
  }

  #beyond(timeMs: number, last: number, out: { [index: number]: number }): boolean {
    const past = Math.min(timeMs - this.#timeOf(last), this.#maxExtrapolationMs);
    if (past <= 0 || last === this.#first || !this.#isGuessing || this.#isTeleport(last - 1, last)) {
      this.#copy(last, out);
      return false;
    }
    const step = this.#timeOf(last) - this.#timeOf(last - 1);
    this.#line(last - 1, last, 1 + past / step, out);
    return true;
  }

  /** A guess that turns out wrong is not corrected at once, which would be seen, but over a few frames. */
  #putRight(timeMs: number, guessing: boolean, out: { [index: number]: number }): void {
    if (this.#guessed && !guessing) {
      this.#wrongSince = timeMs;
      for (let i = 0; i < this.#width; i += 1) this.#wrong[i] = (this.#shown[i] as number) - (out[i] as number);
      if (this.#length(this.#wrong) > this.#snap) this.#wrongSince = Number.NEGATIVE_INFINITY;
    }
    const left = 1 - (timeMs - this.#wrongSince) / BLEND_MS;
    this.#guessed = guessing;
    for (let i = 0; i < this.#width; i += 1) {
      if (left > 0 && !guessing) out[i] = (out[i] as number) + (this.#wrong[i] as number) * left;
      this.#shown[i] = out[i] as number;
    }
  }

  #line(from: number, to: number, share: number, out: { [index: number]: number }): void {
    for (let i = 0; i < this.#width; i += 1) {
      const a = this.#value(from, i);
      out[i] = a + (this.#value(to, i) - a) * share;
    }
  }

  /** Through all states, with the speed at each one that its neighbours give it. */
  #curve(from: number, to: number, share: number, out: { [index: number]: number }): void {
    const span = this.#timeOf(to) - this.#timeOf(from);
    const s2 = share * share;
    const s3 = s2 * share;
    for (let i = 0; i < this.#width; i += 1) {
      const a = this.#value(from, i);
      const b = this.#value(to, i);
      const m0 = this.#speed(from, i) * span;
      const m1 = this.#speed(to, i) * span;
      // In this form what stands still gives the same number each time.
      out[i] = a + (3 * s2 - 2 * s3) * (b - a) + (s3 - 2 * s2 + share) * m0 + (s3 - s2) * m1;
    }
  }

  #speed(index: number, i: number): number {
    const before = index > this.#first && !this.#isTeleport(index - 1, index) ? index - 1 : index;
    const after = index < this.#count - 1 && !this.#isTeleport(index, index + 1) ? index + 1 : index;
    const span = this.#timeOf(after) - this.#timeOf(before);
    return span > 0 ? (this.#value(after, i) - this.#value(before, i)) / span : 0;
  }

  #isTeleport(from: number, to: number): boolean {
    if (this.#snap === Number.POSITIVE_INFINITY) return false;
    let sum = 0;
    for (let i = 0; i < this.#width; i += 1) sum += (this.#value(to, i) - this.#value(from, i)) ** 2;
    return sum > this.#snap * this.#snap;
  }

  #copy(index: number, out: { [index: number]: number }): void {
    for (let i = 0; i < this.#width; i += 1) out[i] = this.#value(index, i);
  }

  #length(vector: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.#width; i += 1) sum += (vector[i] as number) ** 2;
    return Math.sqrt(sum);
  }

  get #first(): number {
    return Math.max(0, this.#count - KEPT);
  }

  #timeOf(index: number): number {
    return this.#times[index % KEPT] as number;
  }

  #at(index: number): number {
    return (index % KEPT) * this.#width;
  }

  #value(index: number, i: number): number {
    return this.#values[(index % KEPT) * this.#width + i] as number;
  }
}
