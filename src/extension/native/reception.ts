import { type ReceiverReport, writeReceiverReport } from './rtcp.js';

/** A source that was heard within this time is not exchanged for another one, see `takes`. */
const SILENT_MS = 500;
/** A number so far ahead is the beginning of something else. */
const MAX_AHEAD = 3000;
const HALF = 0x8000;
const CYCLE = 0x10000;
/** Times of reports are in parts of 65536 of a second. */
const PER_MS = 65.536;

/** How well the packets of one sender arrive, which its browser has to be told: it takes silence for loss (RFC 3550, A.3). */
export class Reception {
  readonly #own: number;
  readonly #clockRate: number;
  source = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  #first = 0;
  #highest = 0;
  #cycles = 0;
  #received = 0;
  #jitter = 0;
  #transit = 0;
  /** As the last report said. */
  #expectedBefore = 0;
  #receivedBefore = 0;

  constructor(own: number, clockRate: number) {
    this.#own = own;
    this.#clockRate = clockRate;
  }

  /** Notes a packet. False for one of another source than the one that is heard: one track is one source. */
  takes(packet: Uint8Array, now: number): boolean {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const source = view.getUint32(8);
    if (source !== this.source && now - this.#heardAt < SILENT_MS) return false;
    const sequence = view.getUint16(2);
    const ahead = (sequence - this.#highest) & 0xffff;
    const isNew = source !== this.source || (ahead >= MAX_AHEAD && ahead < HALF);
    if (isNew) this.#begin(source, sequence);
    else if (ahead < HALF) this.#advance(sequence);
    this.#heardAt = now;
    this.#received += 1;
    this.#noteTransit(Math.round((now * this.#clockRate) / 1000) - view.getUint32(4), isNew);
    return true;
  }

  /** What the sender is told now; `reportedTime` is of its own report, which came just now. */
  report(reportedTime: number, heldMs = 0): Uint8Array {
    const expected = this.#cycles + this.#highest - this.#first + 1;
    const missing = expected - this.#expectedBefore - (this.#received - this.#receivedBefore);
    const interval = expected - this.#expectedBefore;
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const report: ReceiverReport = {
      fractionLost: interval <= 0 || missing <= 0 ? 0 : Math.min(255, Math.floor((missing * 256) / interval)),
      lost: expected - this.#received,
      highest: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.floor(this.#jitter),
      reportedTime,
      delay: Math.round(heldMs * PER_MS),
    };
    return writeReceiverReport(this.#own, this.source, report);
  }

  #begin(source: number, sequence: number): void {
    this.source = source;
    this.#first = sequence;
    this.#highest = sequence;
    this.#cycles = 0;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#jitter = 0;
  }

  #advance(sequence: number): void {
    if (sequence < this.#highest) this.#cycles += CYCLE;
    this.#highest = sequence;
  }

  #noteTransit(transit: number, isFirst: boolean): void {
    // Both count in 32 bits.
    const change = Math.abs((transit - this.#transit) | 0);
    this.#transit = transit;
    if (!isFirst) this.#jitter += (change - this.#jitter) / 16;
  }
}
