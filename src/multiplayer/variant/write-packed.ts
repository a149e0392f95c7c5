import type { ByteWriter } from '../../core/byte-writer.js';
import type { PackedComponents } from './packed-arrays.js';
import { writePadding, writeTerminatedText } from './text.js';
import { VariantType } from './variant-type.js';

/** From here on a copy of the memory is faster than number by number. */
const BULK_NUMBERS = 32;

/** An array of one of the packed types, with its header. */
export function writePacked(writer: ByteWriter, kind: number, value: object): void {
  writer.u32(kind);
  switch (kind) {
    case VariantType.PACKED_BYTE_ARRAY: {
      const bytes = value as Uint8Array;
      writer.u32(bytes.length);
      writer.bytes(bytes);
      writePadding(writer, bytes.length);
      return;
    }
    case VariantType.PACKED_INT32_ARRAY:
      writeInts(writer, value as Int32Array);
      return;
    case VariantType.PACKED_INT64_ARRAY:
    case VariantType.PACKED_FLOAT64_ARRAY: {
      const numbers = value as BigInt64Array | Float64Array;
      writer.u32(numbers.length);
      writer.bytes(bytesOf(numbers));
      return;
    }
    case VariantType.PACKED_FLOAT32_ARRAY: {
      const numbers = value as Float32Array;
      writer.u32(numbers.length);
      writeFloats(writer, numbers);
      return;
    }
    case VariantType.PACKED_STRING_ARRAY: {
      const texts = value as readonly string[];
      writer.u32(texts.length);
      for (let i = 0; i < texts.length; i += 1) writeTerminatedText(writer, String(texts[i]));
      return;
    }
    default: {
      const { length, data } = value as PackedComponents<unknown>;
      writer.u32(length);
      writeFloats(writer, data);
    }
  }
}

function writeInts(writer: ByteWriter, numbers: Int32Array): void {
  writer.u32(numbers.length);
  if (numbers.length >= BULK_NUMBERS) {
    writer.bytes(bytesOf(numbers));
    return;
  }
  const at = writer.reserve(numbers.length * 4);
  for (let i = 0; i < numbers.length; i += 1) writer.data.setInt32(at + i * 4, numbers[i]!, true);
}

function writeFloats(writer: ByteWriter, numbers: Float32Array): void {
  if (numbers.length >= BULK_NUMBERS) {
    writer.bytes(bytesOf(numbers));
    return;
  }
  const at = writer.reserve(numbers.length * 4);
  for (let i = 0; i < numbers.length; i += 1) writer.data.setFloat32(at + i * 4, numbers[i]!, true);
}

/** Every machine that runs JavaScript engines today keeps numbers in the order in which they travel. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
