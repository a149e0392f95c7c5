import { Sequence } from '../../core/sequence.js';

const serials = new Sequence(16);

/** The newest message of some lanes. */
export class NewestArrival {
  hasAny = false;
  serial = 0;
  at = 0;
  /** How long it may have waited for us before that. */
  gapMs = 0;

  add(serial: number, now: number, gapMs: number): void {
    if (this.hasAny && !serials.isNewer(serial, this.serial)) return;
    this.hasAny = true;
    this.serial = serial;
    this.at = now;
    this.gapMs = gapMs;
  }
}

/** What has arrived, for the reports to the other side. */
export class Arrivals {
  /** Of all lanes: shows how much has left the network. */
  readonly newest = new NewestArrival();
  /** Of the unreliable lanes, where no message waits for the repetition of another: shows how long the way takes. */
  readonly newestTimed = new NewestArrival();
  #receivedBytes = 0;
  /** Bytes that came since the last report. */
  unreportedBytes = 0;

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  add(serial: number, bytes: number, now: number, gapMs: number, isTimed: boolean): void {
    this.#receivedBytes += bytes;
    this.unreportedBytes += bytes;
    this.newest.add(serial, now, gapMs);
    if (isTimed) this.newestTimed.add(serial, now, gapMs);
  }
}
