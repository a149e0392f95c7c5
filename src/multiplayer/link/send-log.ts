import { Sequence } from '../../core/sequence.js';

/** More messages than a window of small ones has under way at 60 frames per second and a second of round trip. */
const REMEMBERED = 1024;
/** From here on nothing more is sent, so that the report of what is under way still finds it here. */
const FULL_AT = REMEMBERED - 128;

const serials = new Sequence(16);

/** When the last messages were sent and how many bytes had been sent by then: what a report of the peer is held against. */
export class SendLog {
  // PERF: two rings of numbers, written for each message.
  readonly #times = new Float64Array(REMEMBERED);
  readonly #totals = new Float64Array(REMEMBERED);
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
    this.#sentBytes += bytes;
    this.#messages += 1;
    this.#times[this.#last % REMEMBERED] = now;
    this.#totals[this.#last % REMEMBERED] = this.#sentBytes;
  }

  /** False for a number that was never sent or is too old to be known. */
  knows(serial: number): boolean {
    const age = serials.distance(serial, this.#last);
    return age >= 0 && age < REMEMBERED && age < this.#messages;
  }

  sentAt(serial: number): number {
    return this.#times[serial % REMEMBERED]!;
  }

  /**
   * The peer has seen this one, which is known: all before it have arrived, are lost, or are being sent again by the
   * transport. Returns the bytes of those that this is news of.
   */
  echoed(serial: number): number {
    if (!serials.isNewer(serial, this.#lastEchoed)) return 0;
    const before = this.#echoedBytes;
    this.#lastEchoed = serial;
    this.#echoedBytes = this.#totals[serial % REMEMBERED]!;
    return this.#echoedBytes - before;
  }
}
