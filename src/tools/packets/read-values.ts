import { ByteReader } from '../../core/byte-reader.js';
import { readArgument, readVariant } from '../../multiplayer/variant/read-variant.js';
import { readText } from '../../multiplayer/variant/text.js';
import type { ReadLimits } from '../../multiplayer/variant/variant-limits.js';
import { VariantType } from '../../multiplayer/variant/variant-type.js';
import { type DecodedValue, Unreadable } from './packet-content.js';

const LIMITS: ReadLimits = { maxDepth: 64, maxElements: 1 << 16, keepFloats: true };
const MOST_CLASS_NAME = 128;

/** One value. What can't be read takes the rest of the bytes along, since nobody knows where it ends. */
export function readValue(reader: ByteReader, name: string | null = null): DecodedValue {
  const from = reader.position;
  const rest = reader.source.subarray(from, from + reader.remaining);
  const object = new ByteReader(rest);
  const className = reader.peek() === VariantType.OBJECT ? skipObject(object) : '';
  if (className !== '' && !object.failed) {
    reader.skip(object.position);
    return { value: new Unreadable(className), size: object.position, name };
  }
  const value = readArgument(reader, undefined, LIMITS);
  if (!reader.failed) return { value, size: reader.position - from, name };
  return { value: new Unreadable(className), size: rest.length, name };
}

/** So many values, or with `Infinity` as many as there are. One that can't be read is the last. */
export function readValues(reader: ByteReader, count: number, names: readonly string[] = []): DecodedValue[] {
  const values: DecodedValue[] = [];
  while (values.length < count && reader.remaining > 0 && !reader.failed) {
    values.push(readValue(reader, names[values.length] ?? null));
  }
  return values;
}

/**
 * Godot sends whole objects when a game allows it: the class, then names and values of properties. Nothing is made of
 * them. The class; empty for what is no such object. The reader has failed when its end can't be found.
 */
function skipObject(reader: ByteReader): string {
  if (reader.u32() !== VariantType.OBJECT) return '';
  const className = readText(reader);
  if (reader.failed || className.length > MOST_CLASS_NAME || !/^[A-Za-z_]\w*$/.test(className)) return '';
  for (let left = reader.u32(); left > 0 && !reader.failed; left -= 1) {
    readText(reader);
    readVariant(reader, undefined, LIMITS);
  }
  return className;
}
