/** Samples that a rate is the mean of; with the usual interval of half a second these are two seconds, as in the link. */
const SAMPLES = 4;

/** Bytes per second, from what was added between samples. */
export class Rate {
  total = 0;
  /** How often something was added. */
  count = 0;
  readonly #bytes = new Float64Array(SAMPLES);
  readonly #seconds = new Float64Array(SAMPLES);
  #pending = 0;
  #at = 0;

  add(bytes: number): void {
    this.#pending += bytes;
    this.total += bytes;
    this.count += 1;
  }

  /** So much time has passed since the last sample. */
  sample(seconds: number): void {
    this.#bytes[this.#at] = this.#pending;
    this.#seconds[this.#at] = seconds;
    this.#at = (this.#at + 1) % SAMPLES;
    this.#pending = 0;
  }

  get perSecond(): number {
    let bytes = 0;
    let seconds = 0;
    for (let at = 0; at < SAMPLES; at += 1) {
      bytes += this.#bytes[at] as number;
      seconds += this.#seconds[at] as number;
    }
    return seconds > 0 ? bytes / seconds : 0;
  }
}
