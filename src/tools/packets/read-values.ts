import { ByteReader } from '../../core/byte-reader.js';
import { readArgument } from '../../multiplayer/variant/read-variant.js';
import type { ReadLimits } from '../../multiplayer/variant/variant-limits.js';
import { VariantType } from '../../multiplayer/variant/variant-type.js';
import { type DecodedValue, Unreadable } from './packet-content.js';

const LIMITS: ReadLimits = { maxDepth: 64, maxElements: 1 << 16, keepFloats: true };
const CLASS_NAME_AT = 4;
const MOST_CLASS_NAME = 128;

/** One value. What can't be read takes the rest of the bytes along, since nobody knows where it ends. */
export function readValue(reader: ByteReader, name: string | null = null): DecodedValue {
  const from = reader.position;
  const rest = reader.remaining;
  const value = readArgument(reader, undefined, LIMITS);
  if (!reader.failed) return { value, size: reader.position - from, name };
  return { value: new Unreadable(classNameAt(reader.source.subarray(from, from + rest))), size: rest, name };
}

/** So many values, or with `Infinity` as many as there are. One that can't be read is the last. */
export function readValues(reader: ByteReader, count: number, names: readonly string[] = []): DecodedValue[] {
  const values: DecodedValue[] = [];
  while (values.length < count && reader.remaining > 0 && !reader.failed) {
    values.push(readValue(reader, names[values.length] ?? null));
  }
  return values;
}

/** Godot can send whole objects when a game allows it. Their class stands in front. */
function classNameAt(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const isWhole = reader.u32() === VariantType.OBJECT;
  const length = reader.u32();
  if (!isWhole || length === 0 || length > MOST_CLASS_NAME || bytes.length < CLASS_NAME_AT + 4 + length) return '';
  const name = reader.utf8(length);
  return /^[A-Za-z_]\w*$/.test(name) ? name : '';
}
