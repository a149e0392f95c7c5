import { bundledBytes, sizeAt } from './bundle-message.js';
import { Ring } from './ring.js';

/**
 * The unread packets of one lane, in the messages they came in. PERF: a packet is cut out when it is read, as a view, so
 * a bundle costs one entry here and its packets no copy.
 */
export class Inbox {
  readonly #maxPackets: number;
  readonly #maxBytes: number;
  /** Beside each message, where its first packet begins; minus one minus that when it is one packet as a whole. */
  readonly #messages = new Ring<Uint8Array>();
  /** How many packets each message holds. */
  readonly #counts = new Ring<number>();
  /** Where the next packet of the oldest message is; -1 before its first. */
  #at = -1;
  /** Packets left in the oldest message. */
  #left = 0;
  #packets = 0;
  #bytes = 0;

  constructor(maxPackets: number, maxBytes: number) {
    this.#maxPackets = maxPackets;
    this.#maxBytes = maxBytes;
  }

  /** Unread packets. */
  get available(): number {
    return this.#packets;
  }

  get isHalfFull(): boolean {
    return this.#packets * 2 >= this.#maxPackets || this.#bytes * 2 >= this.#maxBytes;
  }

  hasRoom(packets: number, bytes: number): boolean {
    return this.#packets + packets <= this.#maxPackets && this.#bytes + bytes <= this.#maxBytes;
  }

  pushBundle(message: Uint8Array, from: number, packets: number): void {
    this.#push(message, from, packets);
  }

  pushWhole(message: Uint8Array, from: number): void {
    this.#push(message, -1 - from, 1);
  }

  /** The message that holds the oldest packet, or undefined. */
  get oldest(): Uint8Array | undefined {
    return this.#messages.peek();
  }

  /** The oldest packet, or undefined. */
  take(): Uint8Array | undefined {
    const message = this.#messages.peek();
    if (message === undefined) return undefined;
    if (this.#at < 0) this.#open();
    const from = this.#messages.peekNumber();
    const packet = from < 0 ? message.subarray(-1 - from) : this.#cut(message);
    this.#packets -= 1;
    this.#left -= 1;
    if (this.#left === 0) this.#shift(message);
    return packet;
  }

  /** Throws the oldest message away; returns how many packets that were. */
  dropOldest(): number {
    const message = this.#messages.peek();
    if (message === undefined) return 0;
    if (this.#at < 0) this.#open();
    const dropped = this.#left;
    this.#packets -= dropped;
    this.#shift(message);
    return dropped;
  }

  clear(): void {
    this.#messages.clear();
    this.#counts.clear();
    this.#at = -1;
    this.#left = this.#packets = this.#bytes = 0;
  }

  #push(message: Uint8Array, from: number, packets: number): void {
    this.#messages.push(message, from);
    this.#counts.push(packets);
    this.#packets += packets;
    this.#bytes += message.length;
  }

  #open(): void {
    this.#at = Math.max(0, this.#messages.peekNumber());
    this.#left = this.#counts.peek()!;
  }

  #cut(message: Uint8Array): Uint8Array {
    const size = sizeAt(message, this.#at);
    const end = this.#at + bundledBytes(size);
    this.#at = end;
    return message.subarray(end - size, end);
  }

  #shift(message: Uint8Array): void {
    this.#messages.shift();
    this.#counts.shift();
    this.#bytes -= message.length;
    this.#at = -1;
    this.#left = 0;
  }
}
