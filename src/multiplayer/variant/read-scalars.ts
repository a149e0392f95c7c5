import type { ByteReader } from '../../core/byte-reader.js';
import { FLAG_64, SHORT_MODE_SHIFT } from './header.js';

const TWO_TO_32 = 0x1_0000_0000;

export function readInt(reader: ByteReader, header: number): number | bigint {
  return (header & FLAG_64) === 0 ? reader.i32() : readInt64(reader);
}

/** `first` is the first byte of the short form, which has been read. */
export function readShortInt(reader: ByteReader, first: number): number | bigint {
  switch (first >> SHORT_MODE_SHIFT) {
    case 0:
      return (reader.u8() << 24) >> 24;
    case 1:
      return (reader.u16() << 16) >> 16;
    case 2:
      return reader.i32();
    default:
      return readInt64(reader);
  }
}

/** A number while that is exact. */
function readInt64(reader: ByteReader): number | bigint {
  const at = reader.take(8);
  if (at < 0) return 0;
  const { data } = reader;
  const value = data.getInt32(at + 4, true) * TWO_TO_32 + data.getUint32(at, true);
  return Number.isSafeInteger(value) ? value : data.getBigInt64(at, true);
}

export function readFloat(reader: ByteReader, header: number): number {
  return (header & FLAG_64) === 0 ? reader.f32() : reader.f64();
}

export function readU64(reader: ByteReader): bigint {
  const at = reader.take(8);
  return at < 0 ? 0n : reader.data.getBigUint64(at, true);
}
