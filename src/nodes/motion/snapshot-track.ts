import type { Moment } from './moment.js';
import { SET_ANEW_MS } from './playout-clock.js';
import { type Between, slerp } from './slerp.js';

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
  /** What is shown lies here: two states, as numbers of theirs, and for `slerp` as their places. */
  readonly #between = { from: 0, to: 0, share: 0 };
  readonly #places = { from: 0, to: 0, share: 0 } satisfies Between;

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

  /** A state of this time of the sender's. One that is not newer than the last is ignored, unless that began anew. */
  push(sent: Moment, value: ArrayLike<number>): void {
    const { timeMs } = sent;
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
  sample(at: Moment, out: { [index: number]: number }): boolean {
    if (this.#count === 0) return false;
    const late = this.#place(at, out);
    if (this.#isGuessing) this.#putRight(at, late, out);
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
  #place(at: Moment, out: { [index: number]: number }): boolean {
    const last = this.#count - 1;
    if (at.timeMs >= this.#timeOf(last)) return this.#beyond(at, last, out);
    let next = last;
    while (next > this.#first && this.#timeOf(next - 1) > at.timeMs) next -= 1;
    if (next === this.#first) this.#copy(next, out);
    else this.#inside(next, at, out);
    return false;
  }

  #inside(to: number, at: Moment, out: { [index: number]: number }): void {
    const from = to - 1;
    this.#between.from = from;
    this.#between.to = to;
    this.#between.share = (at.timeMs - this.#timeOf(from)) / (this.#timeOf(to) - this.#timeOf(from));
    if (this.#motion === 'none' || this.#isTeleport(from, to)) this.#copy(from, out);
    else if (this.#motion === 'slerp') this.#arc(out);
    else if (this.#motion === 'curve') this.#curve(out);
    else this.#line(out);
  }

  #beyond(at: Moment, last: number, out: { [index: number]: number }): boolean {
    const past = Math.min(at.timeMs - this.#timeOf(last), this.#maxExtrapolationMs);
    if (past <= 0 || last === this.#first || !this.#isGuessing || this.#isTeleport(last - 1, last)) {
      this.#copy(last, out);
      return false;
    }
    this.#between.from = last - 1;
    this.#between.to = last;
    this.#between.share = 1 + past / (this.#timeOf(last) - this.#timeOf(last - 1));
    this.#line(out);
    return true;
  }

  /** A guess that turns out wrong is not corrected at once, which would be seen, but over a few frames. */
  #putRight(at: Moment, guessing: boolean, out: { [index: number]: number }): void {
    if (this.#guessed && !guessing) {
      this.#wrongSince = at.timeMs;
      for (let i = 0; i < this.#width; i += 1) this.#wrong[i] = (this.#shown[i] as number) - (out[i] as number);
      if (this.#isFar(this.#wrong)) this.#wrongSince = Number.NEGATIVE_INFINITY;
    }
    const left = 1 - (at.timeMs - this.#wrongSince) / BLEND_MS;
    this.#guessed = guessing;
    for (let i = 0; i < this.#width; i += 1) {
      if (left > 0 && !guessing) out[i] = (out[i] as number) + (this.#wrong[i] as number) * left;
      this.#shown[i] = out[i] as number;
    }
  }

  #line(out: { [index: number]: number }): void {
    const { from, to, share } = this.#between;
    for (let i = 0; i < this.#width; i += 1) {
      const a = this.#value(from, i);
      out[i] = a + (this.#value(to, i) - a) * share;
    }
  }

  #arc(out: { [index: number]: number }): void {
    const { from, to, share } = this.#between;
    this.#places.from = this.#at(from);
    this.#places.to = this.#at(to);
    this.#places.share = share;
    slerp(this.#values, this.#places, out);
  }

  /** Through all states, with the speed at each one that its neighbours give it. */
  #curve(out: { [index: number]: number }): void {
    const { from, to, share } = this.#between;
    const before = this.#calmBefore(from);
    const after = this.#calmAfter(to);
    const span = this.#timeOf(to) - this.#timeOf(from);
    const spanBefore = this.#timeOf(to) - this.#timeOf(before);
    const spanAfter = this.#timeOf(after) - this.#timeOf(from);
    const s2 = share * share;
    const s3 = s2 * share;
    for (let i = 0; i < this.#width; i += 1) {
      const a = this.#value(from, i);
      const b = this.#value(to, i);
      const m0 = ((b - this.#value(before, i)) / spanBefore) * span;
      const m1 = ((this.#value(after, i) - a) / spanAfter) * span;
      // In this form what stands still gives the same number each time.
      out[i] = a + (3 * s2 - 2 * s3) * (b - a) + (s3 - 2 * s2 + share) * m0 + (s3 - s2) * m1;
    }
  }

  /** The state before this one, where there is one and it led here without a teleport; else this one. */
  #calmBefore(index: number): number {
    return index > this.#first && !this.#isTeleport(index - 1, index) ? index - 1 : index;
  }

  #calmAfter(index: number): number {
    return index < this.#count - 1 && !this.#isTeleport(index, index + 1) ? index + 1 : index;
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

  #isFar(way: Float64Array): boolean {
    let sum = 0;
    for (let i = 0; i < this.#width; i += 1) sum += (way[i] as number) ** 2;
    return sum > this.#snap * this.#snap;
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
