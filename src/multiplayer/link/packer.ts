import { bundledBytes, writeBundled } from './bundle-message.js';
import { DATAGRAM_BYTES } from './link-limits.js';
import { MessageKind } from './message-header.js';

/** A message with less room left is full: hardly any packet would fit. */
const FULL_BELOW_BYTES = 8;

const NOTHING = new Uint8Array(0);

/** Collects the small packets of one lane in one message. The message is reused for the next ones. */
export class Packer {
  /** Made for the first packet: not every lane is used. */
  #message = NOTHING;
  readonly #headerBytes: number;
  #length: number;
  #packets = 0;

  constructor(headerBytes: number) {
    this.#headerBytes = headerBytes;
    this.#length = headerBytes;
  }

  get packets(): number {
    return this.#packets;
  }

  get isFull(): boolean {
    return this.#length > DATAGRAM_BYTES - FULL_BELOW_BYTES;
  }

  /** Whether a packet of this size fits in a message of its own. */
  takes(size: number): boolean {
    return this.#headerBytes + bundledBytes(size) <= DATAGRAM_BYTES;
  }

  fits(size: number): boolean {
    return this.#length + bundledBytes(size) <= DATAGRAM_BYTES;
  }

  add(packet: Uint8Array): void {
    if (this.#message === NOTHING) this.#begin();
    this.#length = writeBundled(this.#message, this.#length, packet);
    this.#packets += 1;
  }

  #begin(): void {
    this.#message = new Uint8Array(DATAGRAM_BYTES);
    this.#message[0] = MessageKind.BUNDLE;
  }

  /** The message so far, in place. */
  view(): Uint8Array {
    return this.#message.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = this.#headerBytes;
    this.#packets = 0;
  }
}
