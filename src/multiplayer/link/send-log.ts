import { Sequence } from '../../core/sequence.js';

/** More messages than a window of small ones has under way at 60 frames per second and a second of round trip. */
const MOST_REMEMBERED = 1024;
/** Enough for a link that is not busy: a server has many of those. */
const FIRST_REMEMBERED = 128;
/** The share that may be without an echo before more is remembered: reports come late, too, and out of order. */
const ROOMY_SHARE = 1 / 8;
/** From here on nothing more is sent, so that the report of what is under way still finds it here. */
const FULL_AT = MOST_REMEMBERED - 128;

const serials = new Sequence(16);

/** When the last messages were sent and how many bytes had been sent by then: what a report of the peer is held against. */
export class SendLog {
  // PERF: three rings of numbers, written for each message.
  #times = new Float64Array(FIRST_REMEMBERED);
  #totals = new Float64Array(FIRST_REMEMBERED);
  #loads = new Float64Array(FIRST_REMEMBERED);
  #last = 0;
  #lastEchoed = 0;
  #echoedBytes = 0;
  #sentBytes = 0;
  #messages = 0;

  /** The number for the next message. */
  get nextSerial(): number {
    return serials.next(this.#last);
  }

  get echoedBytes(): number {
    return this.#echoedBytes;
  }

  /** Bytes of messages of which neither arrival nor loss is known. */
  get bytesUnderWay(): number {
    return this.#sentBytes - this.#echoedBytes;
  }

  get isFull(): boolean {
    return serials.distance(this.#lastEchoed, this.#last) >= FULL_AT;
  }

  /** The message with the number `nextSerial` was sent. */
  record(bytes: number, now: number): void {
    this.#last = serials.next(this.#last);
    const { length } = this.#times;
    if (length < MOST_REMEMBERED && serials.distance(this.#lastEchoed, this.#last) > length * ROOMY_SHARE) this.#grow();
    this.#loads[this.#last & (this.#times.length - 1)] = this.#sentBytes - this.#echoedBytes;
    this.#sentBytes += bytes;
    this.#messages += 1;
    this.#times[this.#last & (this.#times.length - 1)] = now;
    this.#totals[this.#last & (this.#times.length - 1)] = this.#sentBytes;
  }

  /** False for a number that was never sent or is too old to be known. */
  knows(serial: number): boolean {
    const age = serials.distance(serial, this.#last);
    return age >= 0 && age < this.#times.length && age < this.#messages;
  }

  sentAt(serial: number): number {
    return this.#times[serial & (this.#times.length - 1)]!;
  }

  /** Bytes under way when it was sent, without it. */
  loadAt(serial: number): number {
    return this.#loads[serial & (this.#times.length - 1)]!;
  }

  /**
   * The peer has seen this one, which is known: all before it have arrived, are lost, or are being sent again by the
   * transport. Returns the bytes of those that this is news of.
   */
  echoed(serial: number): number {
    if (!serials.isNewer(serial, this.#lastEchoed)) return 0;
    const before = this.#echoedBytes;
    this.#lastEchoed = serial;
    this.#echoedBytes = this.#totals[serial & (this.#times.length - 1)]!;
    return this.#echoedBytes - before;
  }

  /** Twice as long, with every message at its place: those that are there all fit. */
  #grow(): void {
    const [times, totals, loads] = [this.#times, this.#totals, this.#loads];
    const from = times.length;
    this.#times = new Float64Array(from * 2);
    this.#totals = new Float64Array(from * 2);
    this.#loads = new Float64Array(from * 2);
    // The last one is not written yet.
    for (let age = 1; age <= from; age += 1) {
      const serial = this.#last - age;
      this.#times[serial & (from * 2 - 1)] = times[serial & (from - 1)]!;
      this.#totals[serial & (from * 2 - 1)] = totals[serial & (from - 1)]!;
      this.#loads[serial & (from * 2 - 1)] = loads[serial & (from - 1)]!;
    }
  }
}
