import type { ByteWriter } from '../../core/byte-writer.js';

/** Windows kept for packets that went before; enough for any mixture of lengths that comes again and again. */
const MOST_WINDOWS = 64;
/** Up to here a loop over the bytes is faster than a window on them, and it makes no garbage. */
const SHORT_COPY = 256;

/**
 * A packet of many states under construction. Its memory is used over and over, and so are the windows on it: a frame
 * that looks like the one before allocates nothing.
 */
export class StatePacket {
  #bytes: Uint8Array = new Uint8Array(2048);
  #data = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #windows = new Map<number, Uint8Array>();
  /** The memory of the writer last copied from. */
  #source: Uint8Array = new Uint8Array(0);

  get length(): number {
    return this.#length;
  }

  /** Takes back what was written after this length. */
  truncate(length: number): void {
    this.#length = length;
  }

  u8(value: number): void {
    const at = this.#claim(1);
    this.#data.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#claim(2);
    this.#data.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#claim(4);
    this.#data.setUint32(at, value, true);
  }

  /** PERF: in halves. Ids of paths are too large for small integers, and would be allocated to be passed on. */
  id(of: { readonly id: number }): void {
    this.u16(of.id & 0xffff);
    this.u16(of.id >>> 16);
  }

  /** Copies a stretch of what the writer holds. */
  copy(writer: ByteWriter, from: number, count: number): void {
    const at = this.#claim(count);
    const { buffer } = writer.data;
    if (this.#source.buffer !== buffer) this.#source = new Uint8Array(buffer);
    const source = this.#source;
    const bytes = this.#bytes;
    if (count > SHORT_COPY) bytes.set(source.subarray(from, from + count), at);
    else for (let i = 0; i < count; i += 1) bytes[at + i] = source[from + i] as number;
  }

  /** What was written, in place: valid until the next write. */
  view(): Uint8Array {
    const known = this.#windows.get(this.#length);
    if (known !== undefined) return known;
    if (this.#windows.size >= MOST_WINDOWS) this.#windows.clear();
    const made = this.#bytes.subarray(0, this.#length);
    this.#windows.set(this.#length, made);
    return made;
  }

  #claim(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return at;
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#data = new DataView(bytes.buffer);
    this.#windows.clear();
  }
}
