import type { ByteReader } from '../../core/byte-reader.js';
import {
  PackedColorArray,
  type PackedComponents,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
} from './packed-arrays.js';
import { paddingOf } from './text.js';
import type { PackedArray } from './variant.js';
import { VariantType } from './variant-type.js';

/** From here on a copy of the memory is faster than number by number. */
const BULK_NUMBERS = 32;

/**
 * A packed array of anything but strings, or null, which fails the reader. `into` is of the type that arrives or null;
 * it is filled if it has as many elements. `wide` means components of eight bytes.
 */
export function readPacked(reader: ByteReader, type: number, wide: boolean, into: object | null): PackedArray | null {
  const count = reader.i32();
  switch (type) {
    case VariantType.PACKED_BYTE_ARRAY:
      return readBytes(reader, count, into as Uint8Array | null);
    case VariantType.PACKED_INT32_ARRAY: {
      const at = claim(reader, count, 4);
      return at < 0 ? null : copyInts(reader, at, sized(into as Int32Array | null, count) ?? new Int32Array(count));
    }
    case VariantType.PACKED_INT64_ARRAY: {
      const at = claim(reader, count, 8);
      if (at < 0) return null;
      return copyMemory(reader, at, sized(into as BigInt64Array | null, count) ?? new BigInt64Array(count));
    }
    case VariantType.PACKED_FLOAT32_ARRAY: {
      const at = claim(reader, count, 4);
      if (at < 0) return null;
      return copyFloats(reader, at, sized(into as Float32Array | null, count) ?? new Float32Array(count));
    }
    case VariantType.PACKED_FLOAT64_ARRAY: {
      const at = claim(reader, count, 8);
      if (at < 0) return null;
      return copyMemory(reader, at, sized(into as Float64Array | null, count) ?? new Float64Array(count));
    }
    default:
      return readVectors(reader, type, wide, count, into as VectorArray | null);
  }
}

type VectorArray = PackedVector2Array | PackedVector3Array | PackedVector4Array | PackedColorArray;

/** Where so many numbers begin, or -1: then the reader has failed, and nothing may be made for them. */
function claim(reader: ByteReader, count: number, bytesEach: number): number {
  const at = reader.take(count * bytesEach);
  return reader.failed ? -1 : at;
}

function sized<A extends { readonly length: number }>(into: A | null, count: number): A | null {
  return into !== null && into.length === count ? into : null;
}

/** At the end of a packet the padding may be missing. */
function readBytes(reader: ByteReader, count: number, into: Uint8Array | null): Uint8Array | null {
  const at = claim(reader, count, 1);
  if (at < 0) return null;
  reader.take(Math.min(paddingOf(count), reader.remaining));
  const bytes = reader.source.subarray(at, at + count);
  const target = sized(into, count);
  if (target === null) return new Uint8Array(bytes);
  target.set(bytes);
  return target;
}

function readVectors(
  reader: ByteReader,
  type: number,
  wide: boolean,
  count: number,
  into: VectorArray | null,
): VectorArray | null {
  const stride = type === VariantType.PACKED_VECTOR2_ARRAY ? 2 : type === VariantType.PACKED_VECTOR3_ARRAY ? 3 : 4;
  // A color has components of four bytes whatever the header says.
  const isWide = wide && type !== VariantType.PACKED_COLOR_ARRAY;
  const at = claim(reader, count, stride * (isWide ? 8 : 4));
  if (at < 0) return null;
  const array = sized(into, count) ?? makeVectors(type, count);
  const { data } = array as PackedComponents<unknown>;
  if (isWide) for (let i = 0; i < data.length; i += 1) data[i] = reader.data.getFloat64(at + i * 8, true);
  else copyFloats(reader, at, data);
  return array;
}

function makeVectors(type: number, count: number): VectorArray {
  switch (type) {
    case VariantType.PACKED_VECTOR2_ARRAY:
      return new PackedVector2Array(count);
    case VariantType.PACKED_VECTOR3_ARRAY:
      return new PackedVector3Array(count);
    case VariantType.PACKED_COLOR_ARRAY:
      return new PackedColorArray(count);
    default:
      return new PackedVector4Array(count);
  }
}

function copyInts(reader: ByteReader, at: number, into: Int32Array): Int32Array {
  if (into.length >= BULK_NUMBERS) return copyMemory(reader, at, into);
  for (let i = 0; i < into.length; i += 1) into[i] = reader.data.getInt32(at + i * 4, true);
  return into;
}

function copyFloats(reader: ByteReader, at: number, into: Float32Array): Float32Array {
  if (into.length >= BULK_NUMBERS) return copyMemory(reader, at, into);
  for (let i = 0; i < into.length; i += 1) into[i] = reader.data.getFloat32(at + i * 4, true);
  return into;
}

/** Every machine that runs JavaScript engines today keeps numbers in the order in which they travel. */
function copyMemory<A extends ArrayBufferView>(reader: ByteReader, at: number, into: A): A {
  const bytes = reader.source.subarray(at, at + into.byteLength);
  new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes);
  return into;
}
