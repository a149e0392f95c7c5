import { Sequence } from '../../core/sequence.js';

const serials = new Sequence(16);

/** What has arrived, for the reports to the other side. */
export class Arrivals {
  #newest = 0;
  #newestAt = 0;
  #newestGap = 0;
  #hasAny = false;
  #receivedBytes = 0;
  /** Bytes that came since the last report. */
  unreportedBytes = 0;

  get hasAny(): boolean {
    return this.#hasAny;
  }

  /** The serial of the newest message. */
  get newest(): number {
    return this.#newest;
  }

  get newestAt(): number {
    return this.#newestAt;
  }

  /** How long it may have waited for us before that. */
  get newestGap(): number {
    return this.#newestGap;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  add(serial: number, bytes: number, now: number, gapMs: number): void {
    this.#receivedBytes += bytes;
    this.unreportedBytes += bytes;
    if (this.#hasAny && !serials.isNewer(serial, this.#newest)) return;
    this.#hasAny = true;
    this.#newest = serial;
    this.#newestAt = now;
    this.#newestGap = gapMs;
  }
}
