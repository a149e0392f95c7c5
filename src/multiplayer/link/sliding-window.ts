/** A rate over less would jump with every packet. */
const LEAST_SPAN_MS = 100;

/** A time axis cut into buckets, of which the last few are remembered. Time moves only when somebody adds or asks. */
abstract class SlidingWindow {
  protected readonly buckets: Float64Array;
  readonly #bucketMs: number;
  readonly #empty: number;
  /** Since when; NaN until something was added. */
  #startedAt = Number.NaN;
  #current = 0;

  constructor(windowMs: number, count: number, empty: number) {
    this.#bucketMs = windowMs / count;
    this.#empty = empty;
    this.buckets = new Float64Array(count).fill(empty);
  }

  /** The slot of the present, after forgetting what is too old. */
  protected slotAt(now: number): number {
    const { buckets } = this;
    const current = Math.floor(now / this.#bucketMs);
    if (Number.isNaN(this.#startedAt)) {
      this.#startedAt = now;
      this.#current = current;
    }
    const steps = Math.min(current - this.#current, buckets.length);
    for (let i = 0; i < steps; i += 1) buckets[(current - i) % buckets.length] = this.#empty;
    if (steps > 0) this.#current = current;
    return this.#current % buckets.length;
  }

  /** How much time the buckets hold now. */
  protected spanMs(now: number): number {
    const windowFrom = (this.#current - this.buckets.length + 1) * this.#bucketMs;
    return now - Math.max(windowFrom, this.#startedAt);
  }
}

/** The sum of what was added in the last `windowMs`. */
export class SlidingSum extends SlidingWindow {
  constructor(windowMs: number, count: number) {
    super(windowMs, count, 0);
  }

  add(amount: number, now: number): void {
    const slot = this.slotAt(now);
    this.buckets[slot] = this.buckets[slot]! + amount;
  }

  sum(now: number): number {
    this.slotAt(now);
    let sum = 0;
    for (let i = 0; i < this.buckets.length; i += 1) sum += this.buckets[i]!;
    return sum;
  }

  /** The sum by the time it came in; 0 while that is too short to say. */
  perSecond(now: number): number {
    const sum = this.sum(now);
    const span = this.spanMs(now);
    return span >= LEAST_SPAN_MS ? (sum * 1000) / span : 0;
  }
}

/** The least of what was added in the last `windowMs`; Infinity when that is nothing. */
export class SlidingMin extends SlidingWindow {
  constructor(windowMs: number, count: number) {
    super(windowMs, count, Number.POSITIVE_INFINITY);
  }

  add(value: number, now: number): void {
    const slot = this.slotAt(now);
    if (value < this.buckets[slot]!) this.buckets[slot] = value;
  }

  /** As if nothing had been added. */
  clear(): void {
    this.buckets.fill(Number.POSITIVE_INFINITY);
  }

  min(now: number): number {
    this.slotAt(now);
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.buckets.length; i += 1) least = Math.min(least, this.buckets[i]!);
    return least;
  }
}

/** The mean of what was added in the last `windowMs`. */
export class SlidingMean {
  readonly #sum: SlidingSum;
  readonly #count: SlidingSum;

  constructor(windowMs: number, count: number) {
    this.#sum = new SlidingSum(windowMs, count);
    this.#count = new SlidingSum(windowMs, count);
  }

  add(value: number, now: number): void {
    this.#sum.add(value, now);
    this.#count.add(1, now);
  }

  /** NaN when nothing was added. */
  mean(now: number): number {
    return this.#sum.sum(now) / this.#count.sum(now);
  }
}
