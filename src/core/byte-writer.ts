const FIRST_CAPACITY = 256;
/** Up to here a loop over the characters is faster than the encoder. */
const SHORT_TEXT = 64;
const encoder = new TextEncoder();

/** What a writer throws when its limit is reached. */
export class ByteLimitError extends RangeError {
  constructor(needed: number, limit: number) {
    super(`${needed} bytes are more than the limit of ${limit}`);
    this.name = 'ByteLimitError';
  }
}

/**
 * A growable buffer with a cursor, little-endian as Godot's encoding is. Made to be kept and reused: `clear` keeps the
 * memory, `view` hands out the written bytes without a copy (valid until the next write).
 * @example
 * ```ts run
 * import { ByteWriter } from 'scenewire';
 *
 * const writer = new ByteWriter();
 * for (const health of [100, 258]) {
 *   writer.clear(); // and keep the memory
 *   writer.u8(3);
 *   writer.u16(health);
 *   console.log(writer.view().join(' '));
 * }
 * // → 3 100 0
 * // → 3 2 1
 * ```
 */
export class ByteWriter {
  readonly #maxBytes: number;
  #bytes: Uint8Array;
  #view: DataView;
  #capacity: number;
  #length = 0;

  constructor(maxBytes = 0x7fffffff, capacity = FIRST_CAPACITY) {
    this.#maxBytes = maxBytes;
    this.#bytes = new Uint8Array(Math.min(capacity, maxBytes));
    this.#view = new DataView(this.#bytes.buffer);
    this.#capacity = this.#bytes.length;
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Takes back what was written after this length. */
  truncate(length: number): void {
    if (!(length >= 0 && length <= this.#length)) throw new RangeError(`Can't truncate ${this.#length} to ${length}`);
    this.#length = length;
  }

  /** The memory behind it, for filling what `reserve` made room for. Valid until the next write. */
  get data(): DataView {
    return this.#view;
  }

  /** Makes room for so many bytes, which are to be filled through `data`, and returns where they begin. */
  reserve(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#capacity) this.#grow(end);
    this.#length = end;
    return at;
  }

  /** The bytes written so far, in place. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The bytes written so far, as an array of their own. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.#view.setUint32(at, value, true);
  }

  i32(value: number): void {
    const at = this.reserve(4);
    this.#view.setInt32(at, value, true);
  }

  i64(value: bigint): void {
    const at = this.reserve(8);
    this.#view.setBigInt64(at, value, true);
  }

  f32(value: number): void {
    const at = this.reserve(4);
    this.#view.setFloat32(at, value, true);
  }

  f64(value: number): void {
    const at = this.reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  bytes(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** UTF-8 without length or terminator; returns how many bytes it took. */
  utf8(text: string): number {
    if (text.length <= SHORT_TEXT && this.#ascii(text)) return text.length;
    // A UTF-16 unit takes at most three bytes; only near the limit the text has to be measured first.
    const most = this.#length + text.length * 3;
    const at = this.reserve(most <= this.#maxBytes ? text.length * 3 : encoder.encode(text).length);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(at));
    this.#length = at + written;
    return written;
  }

  /** Overwrites four bytes written before: for a length that is known only afterwards. */
  patchU32(at: number, value: number): void {
    if (at + 4 > this.#length) throw new RangeError(`Can't patch 4 bytes at ${at} of ${this.#length}`);
    this.#view.setUint32(at, value, true);
  }

  /** Writes the text if all of it is ASCII. */
  #ascii(text: string): boolean {
    const at = this.reserve(text.length);
    const bytes = this.#bytes;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        this.#length = at;
        return false;
      }
      bytes[at + i] = unit;
    }
    return true;
  }

  #grow(needed: number): void {
    if (needed > this.#maxBytes) throw new ByteLimitError(needed, this.#maxBytes);
    const bytes = new Uint8Array(Math.min(this.#maxBytes, Math.max(needed, this.#bytes.length * 2)));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#capacity = bytes.length;
  }
}
