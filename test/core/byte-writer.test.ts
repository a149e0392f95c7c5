import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/core/byte-reader.js';
import { ByteLimitError, ByteWriter } from '../../src/core/byte-writer.js';

const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');

describe('ByteWriter', () => {
  it('starts empty', () => {
    const writer = new ByteWriter();
    expect([writer.length, writer.view().length, writer.copy().length]).toEqual([0, 0, 0]);
  });

  it.each([
    ['u8', (w: ByteWriter) => w.u8(0xfe), 'fe'],
    ['u16', (w: ByteWriter) => w.u16(0x0102), '02 01'],
    ['u32', (w: ByteWriter) => w.u32(0xfffefdfc), 'fc fd fe ff'],
    ['i32', (w: ByteWriter) => w.i32(-2), 'fe ff ff ff'],
    ['i64', (w: ByteWriter) => w.i64(-2n), 'fe ff ff ff ff ff ff ff'],
    ['f32', (w: ByteWriter) => w.f32(1.5), '00 00 c0 3f'],
    ['f64', (w: ByteWriter) => w.f64(-2), '00 00 00 00 00 00 00 c0'],
    ['bytes', (w: ByteWriter) => w.bytes(Uint8Array.of(1, 2)), '01 02'],
    ['utf8', (w: ByteWriter) => w.utf8('é✓'), 'c3 a9 e2 9c 93'],
  ])('writes %s little-endian, as Godot does', (_name, write, text) => {
    const writer = new ByteWriter();
    write(writer);
    expect(hex(writer.view())).toBe(text);
  });

  it('keeps what was written when it grows', () => {
    const writer = new ByteWriter(1000, 1);
    const all = Array.from({ length: 300 }, (_, i) => i & 0xff);
    for (const byte of all) writer.u8(byte);
    expect([...writer.view()]).toEqual(all);
  });

  it('hands out its own memory as a view and other memory as a copy', () => {
    const writer = new ByteWriter();
    writer.u8(1);
    const [view, copy] = [writer.view(), writer.copy()];
    writer.clear();
    writer.u8(2);
    expect([view[0], copy[0]]).toEqual([2, 1]);
    expect(copy.buffer.byteLength).toBe(1);
  });

  it('keeps its memory over clear', () => {
    const writer = new ByteWriter(10_000, 4);
    writer.bytes(new Uint8Array(5000));
    const { buffer } = writer.view();
    writer.clear();
    expect(writer.length).toBe(0);
    writer.bytes(new Uint8Array(5000));
    expect(writer.view().buffer).toBe(buffer);
  });

  it('takes exactly its limit, and throws for one byte more without a trace of it', () => {
    const writer = new ByteWriter(6, 1);
    writer.u32(1);
    writer.u16(2);
    expect(() => writer.u8(3)).toThrow(RangeError);
    expect(() => writer.bytes(new Uint8Array(1))).toThrow(RangeError);
    expect(hex(writer.view())).toBe('01 00 00 00 02 00');
  });

  it('takes a text that fits its limit exactly, whatever the text could have needed', () => {
    const writer = new ByteWriter(10);
    expect(writer.utf8('abcdefghij')).toBe(10);
    expect(() => writer.utf8('k')).toThrow(RangeError);
    expect(hex(writer.view())).toBe('61 62 63 64 65 66 67 68 69 6a');
  });

  it('returns how many bytes a text took, and goes on right after it', () => {
    const writer = new ByteWriter(1000, 1);
    expect(writer.utf8('héllo✓')).toBe(9);
    expect(writer.utf8('')).toBe(0);
    writer.u8(7);
    expect([writer.length, writer.view()[9]]).toEqual([10, 7]);
  });

  it('replaces half a surrogate pair rather than write what is not UTF-8', () => {
    const writer = new ByteWriter();
    writer.utf8('a\ud83d');
    expect(hex(writer.view())).toBe('61 ef bf bd');
  });

  it('patches a length that is known only afterwards', () => {
    const writer = new ByteWriter();
    writer.u8(9);
    writer.u32(0);
    writer.utf8('text');
    writer.patchU32(1, 0x01020304);
    expect(hex(writer.view())).toBe('09 04 03 02 01 74 65 78 74');
    writer.patchU32(5, 0);
    expect(hex(writer.view())).toBe('09 04 03 02 01 00 00 00 00');
  });

  it.each([-1, 1, 4, 1e9])('refuses to patch at %d of 4 bytes', (at) => {
    const writer = new ByteWriter();
    writer.u32(5);
    expect(() => writer.patchU32(at, 1)).toThrow(RangeError);
    expect(new ByteReader(writer.view()).u32()).toBe(5);
  });

  it('makes room that is filled afterwards, also when it has to grow', () => {
    const writer = new ByteWriter(64, 2);
    writer.u8(1);
    const at = writer.reserve(6);
    writer.data.setUint32(at, 5, true);
    writer.data.setUint16(at + 4, 6, true);
    expect(hex(writer.view())).toBe('01 05 00 00 00 06 00');
    expect(() => writer.reserve(58)).toThrow(ByteLimitError);
    expect(writer.length).toBe(7);
  });

  it('takes back what was written after a length', () => {
    const writer = new ByteWriter();
    writer.u32(5);
    writer.truncate(1);
    writer.u8(7);
    expect(hex(writer.view())).toBe('05 07');
    for (const length of [-1, 3, Number.NaN]) expect(() => writer.truncate(length)).toThrow(RangeError);
  });

  it.each([63, 64, 65])('writes texts of %d characters alike, ASCII or not', (length) => {
    for (const last of ['x', 'é']) {
      const text = 'a'.repeat(length - 1) + last;
      const writer = new ByteWriter(80);
      expect(writer.utf8(text)).toBe(Buffer.byteLength(text));
      expect(Buffer.from(writer.view()).toString()).toBe(text);
    }
  });
});
