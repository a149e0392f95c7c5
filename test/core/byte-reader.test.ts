import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/core/byte-reader.js';
import { ByteWriter } from '../../src/core/byte-writer.js';

const readerOf = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes));

describe('ByteReader', () => {
  it('starts at the first byte, not failed', () => {
    const reader = readerOf(1, 2, 3);
    expect([reader.position, reader.remaining, reader.failed]).toEqual([0, 3, false]);
  });

  it('reads back everything a ByteWriter wrote, to the last byte', () => {
    const writer = new ByteWriter();
    writer.u8(255);
    writer.u16(65535);
    writer.u32(0xffffffff);
    writer.i32(-(2 ** 31));
    writer.i64(-(2n ** 63n));
    writer.f32(Math.fround(0.1));
    writer.f64(0.1);
    writer.utf8('\ufeffhéllo✓');
    writer.bytes(Uint8Array.of(1, 2));
    const reader = new ByteReader(writer.copy());
    expect([reader.u8(), reader.u16(), reader.u32(), reader.i32()]).toEqual([255, 65535, 0xffffffff, -(2 ** 31)]);
    expect([reader.i64(), reader.f32(), reader.f64()]).toEqual([-(2n ** 63n), Math.fround(0.1), 0.1]);
    expect(reader.utf8(12)).toBe('\ufeffhéllo✓');
    expect([...reader.bytes(2)]).toEqual([1, 2]);
    expect([reader.remaining, reader.failed]).toEqual([0, false]);
  });

  it.each([
    ['u8', [0xfe], (r: ByteReader) => r.u8(), 0xfe],
    ['u16', [2, 1], (r: ByteReader) => r.u16(), 0x0102],
    ['u32', [0xfc, 0xfd, 0xfe, 0xff], (r: ByteReader) => r.u32(), 0xfffefdfc],
    ['i32', [0xfe, 0xff, 0xff, 0xff], (r: ByteReader) => r.i32(), -2],
    ['i64', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], (r: ByteReader) => r.i64(), -2n],
    ['f32', [0, 0, 0xc0, 0x3f], (r: ByteReader) => r.f32(), 1.5],
    ['f64', [0, 0, 0, 0, 0, 0, 0, 0xc0], (r: ByteReader) => r.f64(), -2],
    ['utf8', [0xc3, 0xa9], (r: ByteReader) => r.utf8(2), 'é'],
  ])('reads %s little-endian, as Godot does', (_name, bytes, read, value) => {
    const reader = readerOf(...bytes);
    expect(read(reader)).toBe(value);
    expect([reader.remaining, reader.failed]).toEqual([0, false]);
  });

  it('reads a window of a larger buffer, and hands out windows instead of copies', () => {
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    const reader = new ByteReader(whole.subarray(1, 4));
    expect(reader.u8()).toBe(1);
    const rest = reader.bytes(2);
    whole[3] = 7;
    expect([...rest]).toEqual([2, 7]);
    expect(reader.u8()).toBe(0);
    expect(reader.failed).toBe(true);
  });

  it.each([
    ['u8', 1, (r: ByteReader) => r.u8(), 0],
    ['u16', 2, (r: ByteReader) => r.u16(), 0],
    ['u32', 4, (r: ByteReader) => r.u32(), 0],
    ['i32', 4, (r: ByteReader) => r.i32(), 0],
    ['i64', 8, (r: ByteReader) => r.i64(), 0n],
    ['f32', 4, (r: ByteReader) => r.f32(), 0],
    ['f64', 8, (r: ByteReader) => r.f64(), 0],
  ])('fails when %s is one byte short, gives zero and reads nothing more', (_name, size, read, zero) => {
    const reader = new ByteReader(new Uint8Array(size - 1).fill(0xff));
    expect(read(reader)).toBe(zero);
    expect(reader.failed).toBe(true);
    expect(reader.position).toBe(0);
  });

  it('stays failed: what would fit afterwards is not read either', () => {
    const reader = readerOf(1, 2);
    expect(reader.u32()).toBe(0);
    expect([reader.u8(), reader.bytes(1).length, reader.utf8(1), reader.failed]).toEqual([0, 0, '', true]);
  });

  it.each([3, 2 ** 31, 2 ** 32, 2 ** 53, Number.POSITIVE_INFINITY, -1, -(2 ** 31), Number.NaN])(
    'fails for a count of %d from the wire in bytes, utf8 and skip, and does not move (promise 3)',
    (count) => {
      for (const read of ['bytes', 'utf8', 'skip'] as const) {
        const reader = readerOf(65, 66);
        expect(reader[read](count) ?? '').toHaveLength(0);
        expect([reader.failed, reader.position, reader.remaining]).toEqual([true, 0, 2]);
      }
    },
  );

  it('takes counts of 0 and of all that is left', () => {
    const reader = readerOf(65, 66, 67);
    expect([reader.bytes(0).length, reader.utf8(0)]).toEqual([0, '']);
    reader.skip(1);
    expect([reader.utf8(2), reader.remaining, reader.failed]).toEqual(['BC', 0, false]);
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a cut sequence', [0xe2, 0x9c]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('fails for text that is not UTF-8: %s', (_name, bytes) => {
    const reader = readerOf(...bytes, 65);
    expect(reader.utf8(bytes.length)).toBe('');
    expect(reader.failed).toBe(true);
    expect(reader.u8()).toBe(0);
  });

  it('keeps a NUL inside a text', () => {
    expect(readerOf(65, 0, 66).utf8(3)).toBe('A\0B');
  });

  it('shows the next byte without moving, and the memory behind it', () => {
    const reader = new ByteReader(Uint8Array.of(9, 7, 8).subarray(1));
    expect([reader.peek(), reader.peek(), reader.position]).toEqual([7, 7, 0]);
    expect([reader.take(1), reader.source[0], reader.data.getUint8(1), reader.peek()]).toEqual([0, 7, 8, 8]);
    expect([reader.take(2), reader.peek(), reader.failed]).toEqual([-1, 0, true]);
  });

  it('can be told that what it gave makes no sense', () => {
    const reader = readerOf(1, 2);
    reader.fail();
    expect([reader.failed, reader.u8(), reader.take(0), reader.peek()]).toEqual([true, 0, -1, 0]);
  });
});
