const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A cursor over received bytes, little-endian. It never throws: a read past the end gives zero or nothing and sets
 * `failed`, which stays set, so a parser can read a whole message and check once at its end.
 * @example
 * ```ts run
 * import { ByteReader } from 'scenewire';
 *
 * const reader = new ByteReader(new Uint8Array([1, 0, 0, 0, 7]));
 * console.log(reader.u32(), reader.u8(), reader.failed); // → 1 7 false
 * reader.u8(); // past the end
 * console.log(reader.failed); // → true
 * ```
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Behind the last byte that may be read. */
  #limit: number;
  /** Where reading ends: there, or wherever it failed. */
  #end: number;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limit = this.#end = bytes.length;
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#limit - this.#at;
  }

  /** Whether any read so far went past the end or met text that is not UTF-8. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Says that what was read is wrong: from now on nothing can be read. */
  fail(): void {
    this.#failed = true;
    this.#end = this.#at;
  }

  /** The bytes behind it, all of them. */
  get source(): Uint8Array {
    return this.#bytes;
  }

  /** The same, for reading what `take` has moved over. */
  get data(): DataView {
    return this.#view;
  }

  /**
   * Moves over so many bytes and returns where they begin, or -1 when there are fewer. Written so that a huge or negative
   * count from the wire can't overflow the check.
   */
  take(count: number): number {
    const at = this.#at;
    // PERF: one comparison. After a failure nothing is left, and nothing can't be read either.
    if (count > 0 && count <= this.#end - at) {
      this.#at = at + count;
      return at;
    }
    return this.#takeNothing(count);
  }

  /** The next byte, which stays the next one; 0 when there is none. */
  peek(): number {
    return this.#at < this.#end ? this.#bytes[this.#at]! : 0;
  }

  u8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : this.#bytes[at]!;
  }

  u16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, true);
  }

  u32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.#view.getUint32(at, true);
  }

  i32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.#view.getInt32(at, true);
  }

  i64(): bigint {
    const at = this.take(8);
    return at < 0 ? 0n : this.#view.getBigInt64(at, true);
  }

  f32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.#view.getFloat32(at, true);
  }

  f64(): number {
    const at = this.take(8);
    return at < 0 ? 0 : this.#view.getFloat64(at, true);
  }

  /** A window on the received bytes, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return at < 0 ? this.#bytes.subarray(0, 0) : this.#bytes.subarray(at, at + count);
  }

  utf8(count: number): string {
    try {
      return decoder.decode(this.bytes(count));
    } catch {
      this.fail();
      return '';
    }
  }

  /** Only the next so many bytes can be read, of which there are enough, until `widen` is given what this returns. */
  narrow(count: number): number {
    const limit = this.#limit;
    this.#limit = this.#at + count;
    if (!this.#failed) this.#end = this.#limit;
    return limit;
  }

  /** Goes on behind the bytes it was narrowed to, whether they were read or not. */
  widen(limit: number): void {
    if (!this.#failed) {
      this.#at = this.#limit;
      this.#end = limit;
    }
    this.#limit = limit;
  }

  skip(count: number): void {
    this.take(count);
  }

  #takeNothing(count: number): number {
    if (count === 0 && !this.#failed) return this.#at;
    this.fail();
    return -1;
  }
}
