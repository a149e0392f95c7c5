import type { ByteWriter } from '../../core/byte-writer.js';
import { FLAG_64, SHORT_MODE_SHIFT, SHORT_TRUE } from './header.js';
import { VariantType } from './variant-type.js';

const TWO_TO_32 = 0x1_0000_0000;
const MIN_I32 = -0x8000_0000;
const MAX_I32 = 0x7fff_ffff;
const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/** Whether a number travels as int. Minus zero is a float, and so are numbers too large to be exact. */
export function isInt(value: number): boolean {
  // PERF: most numbers that are whole are small.
  if ((value | 0) === value) return value !== 0 || 1 / value > 0;
  return Number.isSafeInteger(value);
}

export function fitsInt64(value: bigint): boolean {
  return value >= MIN_I64 && value <= MAX_I64;
}

export function writeBool(writer: ByteWriter, value: boolean): void {
  const at = writer.reserve(8);
  writer.data.setUint32(at, VariantType.BOOL, true);
  writer.data.setUint32(at + 4, value ? 1 : 0, true);
}

export function writeShortBool(writer: ByteWriter, value: boolean): void {
  writer.u8(value ? SHORT_TRUE : VariantType.BOOL);
}

export function writeInt(writer: ByteWriter, value: number): void {
  if (value >= MIN_I32 && value <= MAX_I32) {
    const at = writer.reserve(8);
    writer.data.setUint32(at, VariantType.INT, true);
    writer.data.setInt32(at + 4, value, true);
    return;
  }
  writer.u32(VariantType.INT | FLAG_64);
  writeInt64(writer, value);
}

/** As many bytes as it takes: one, two, four or eight. */
export function writeShortInt(writer: ByteWriter, value: number): void {
  if (value >= -0x80 && value <= 0x7f) {
    const at = writer.reserve(2);
    writer.data.setUint8(at, VariantType.INT);
    writer.data.setInt8(at + 1, value);
  } else if (value >= -0x8000 && value <= 0x7fff) {
    const at = writer.reserve(3);
    writer.data.setUint8(at, VariantType.INT | (1 << SHORT_MODE_SHIFT));
    writer.data.setInt16(at + 1, value, true);
  } else if (value >= MIN_I32 && value <= MAX_I32) {
    const at = writer.reserve(5);
    writer.data.setUint8(at, VariantType.INT | (2 << SHORT_MODE_SHIFT));
    writer.data.setInt32(at + 1, value, true);
  } else {
    writer.u8(VariantType.INT | (3 << SHORT_MODE_SHIFT));
    writeInt64(writer, value);
  }
}

/** A bigint that is no safe number. */
export function writeBigInt(writer: ByteWriter, value: bigint): void {
  writer.u32(VariantType.INT | FLAG_64);
  writer.i64(value);
}

export function writeShortBigInt(writer: ByteWriter, value: bigint): void {
  writer.u8(VariantType.INT | (3 << SHORT_MODE_SHIFT));
  writer.i64(value);
}

/** Four bytes if they hold the number exactly; a NaN takes eight, which keep its bits. */
export function writeFloat(writer: ByteWriter, value: number): void {
  if (Math.fround(value) === value) {
    const at = writer.reserve(8);
    writer.data.setUint32(at, VariantType.FLOAT, true);
    writer.data.setFloat32(at + 4, value, true);
    return;
  }
  const at = writer.reserve(12);
  writer.data.setUint32(at, VariantType.FLOAT | FLAG_64, true);
  writer.data.setFloat64(at + 4, value, true);
}

/** PERF: in two halves, since a bigint would be an allocation. */
function writeInt64(writer: ByteWriter, value: number): void {
  const at = writer.reserve(8);
  writer.data.setUint32(at, value % TWO_TO_32, true);
  writer.data.setInt32(at + 4, Math.floor(value / TWO_TO_32), true);
}
