import type { ByteReader } from '../../core/byte-reader.js';
import { isExhausted } from '../../core/exhausted.js';
import { componentCount, hasIntegers, MOST_COMPONENTS } from './components.js';
import { convertElement, readElementType } from './element-type.js';
import type { EngineValue } from './engine-types.js';
import { fillComponents, fits, makeStruct } from './fill-components.js';
import { Float } from './float.js';
import { ELEMENT_SHIFT, FLAG_64, SHORT_MODE_SHIFT, SHORT_TYPE_MASK, VALUE_SHIFT } from './header.js';
import { isPacked, isTyped, Kind, kindOf } from './kinds.js';
import { PackedStringArray } from './packed-string-array.js';
import { readNodePath } from './read-node-path.js';
import { readPacked } from './read-packed.js';
import { readFloat, readInt, readShortInt, readU64 } from './read-scalars.js';
import { EncodedObjectAsID, GodotCallable, GodotSignal, RID } from './references.js';
import { StringName } from './string-name.js';
import { readText } from './text.js';
import { ArrayOf, DictionaryOf } from './typed-containers.js';
import type { Variant, VariantStruct } from './variant.js';
import { DEFAULT_READ_LIMITS, type ReadLimits } from './variant-limits.js';
import { VARIANT_TYPE_COUNT, VariantType } from './variant-type.js';

/** What is filled: a value of ours, or one of an engine. */
type Target = Variant | EngineValue | undefined;

/** Scratch: filled and read within one call. */
const components = new Float64Array(MOST_COMPONENTS);

/** The bytes that a value takes at least, and that an entry of a dictionary does. */
const LEAST_VALUE = 4;
const LEAST_ENTRY = 8;

/**
 * Reads a value in the full form. A value that cannot be read gives null and sets `reader.failed`, which stays set.
 * When `into` is of the type that arrives, it is filled and given back, and nothing is allocated; otherwise the result
 * is a new value and `into` stays as it was.
 */
export function readVariant(reader: ByteReader, into?: Variant, limits?: ReadLimits): Variant;
export function readVariant(reader: ByteReader, into: Target, limits?: ReadLimits): Variant | EngineValue;
export function readVariant(
  reader: ByteReader,
  into?: Target,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): Variant | EngineValue {
  try {
    const value = readFull(reader, into, limits, 0, null);
    return reader.failed ? null : value;
  } catch (thrown) {
    // Anything else comes from a setter of an engine's value.
    if (!isExhausted(thrown)) throw thrown;
    reader.fail();
    return null;
  }
}

/** The same in the short form, which arguments, properties and spawn data have. */
export function readArgument(reader: ByteReader, into?: Variant, limits?: ReadLimits): Variant;
export function readArgument(reader: ByteReader, into: Target, limits?: ReadLimits): Variant | EngineValue;
export function readArgument(
  reader: ByteReader,
  into?: Target,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): Variant | EngineValue {
  switch (reader.peek() & SHORT_TYPE_MASK) {
    case VariantType.BOOL:
      return reader.u8() >> (SHORT_MODE_SHIFT + 1) === 1;
    case VariantType.INT: {
      const value = readShortInt(reader, reader.u8());
      return reader.failed ? null : value;
    }
    default:
      return readVariant(reader, into, limits);
  }
}

/** What the containers of one value may still hold together. */
class Allowance {
  #left: number;

  constructor(limits: ReadLimits) {
    this.#left = limits.maxElements;
  }

  /** Whether so many elements of at least so many bytes may be made; if not, the reader fails. */
  spend(reader: ByteReader, count: number, leastBytes: number): boolean {
    this.#left -= count;
    if (reader.failed || this.#left < 0 || count * leastBytes > reader.remaining) reader.fail();
    return !reader.failed;
  }
}

/** After a failure the result means nothing. `depth` is how many containers the value is in. */
function readFull(
  reader: ByteReader,
  into: Target,
  limits: ReadLimits,
  depth: number,
  allowance: Allowance | null,
): Variant | EngineValue {
  const header = reader.u32();
  const type = header & 0xff;
  if (type >= VARIANT_TYPE_COUNT || depth > limits.maxDepth) reader.fail();
  if (reader.failed) return null;
  switch (type) {
    case VariantType.NIL:
      return null;
    case VariantType.BOOL:
      return reader.u32() !== 0;
    case VariantType.INT:
      return readInt(reader, header);
    case VariantType.FLOAT:
      return readFloatInto(reader, header, into, limits);
    case VariantType.STRING:
      return readText(reader);
    case VariantType.ARRAY:
      return readArray(reader, header, into, limits, depth + 1, allowance ?? new Allowance(limits));
    case VariantType.DICTIONARY:
      return readDictionary(reader, header, limits, depth + 1, allowance ?? new Allowance(limits));
    case VariantType.PACKED_STRING_ARRAY:
      return readStrings(reader, allowance ?? new Allowance(limits));
    default:
      return componentCount(type) > 0 ? readStruct(reader, type, header, into) : readRest(reader, type, header, into);
  }
}

function readFloatInto(reader: ByteReader, header: number, into: Target, limits: ReadLimits): Variant {
  const value = readFloat(reader, header);
  if (into instanceof Float) {
    if (!reader.failed) into.value = value;
    return into;
  }
  return limits.keepFloats ? new Float(value) : value;
}

function readStruct(reader: ByteReader, type: number, header: number, into: Target): VariantStruct | EngineValue {
  const count = componentCount(type);
  const isInteger = hasIntegers(type);
  // Only reals may be wide, and a color always has components of four bytes.
  const isWide = (header & FLAG_64) !== 0 && !isInteger && type !== VariantType.COLOR;
  const at = reader.take(count * (isWide ? 8 : 4));
  if (at < 0) return makeStruct(VariantType.COLOR);
  const { data } = reader;
  if (isInteger) for (let i = 0; i < count; i += 1) components[i] = data.getInt32(at + i * 4, true);
  else if (isWide) for (let i = 0; i < count; i += 1) components[i] = data.getFloat64(at + i * 8, true);
  else for (let i = 0; i < count; i += 1) components[i] = data.getFloat32(at + i * 4, true);
  const kind = typeof into === 'object' && into !== null ? kindOf(into) : Kind.NONE;
  if (fits(kind, type)) return fillComponents(kind, type, into as VariantStruct | EngineValue, components);
  return fillComponents(type, type, makeStruct(type), components);
}

function readRest(reader: ByteReader, type: number, header: number, into: Target): Variant {
  switch (type) {
    case VariantType.STRING_NAME:
      return new StringName(readText(reader));
    case VariantType.NODE_PATH:
      return readNodePath(reader);
    case VariantType.RID:
      return new RID(readU64(reader));
    case VariantType.OBJECT:
      return readObject(reader, header);
    case VariantType.CALLABLE:
      return new GodotCallable();
    case VariantType.SIGNAL:
      return new GodotSignal(readText(reader), readU64(reader));
    default: {
      const fitting = typeof into === 'object' && into !== null && isPacked(type) && kindOf(into) === type;
      return readPacked(reader, type, (header & FLAG_64) !== 0, fitting ? into : null);
    }
  }
}

/** Only ever the number of an object. The object itself is refused. */
function readObject(reader: ByteReader, header: number): EncodedObjectAsID | null {
  if ((header & FLAG_64) === 0) reader.fail();
  const id = readU64(reader);
  return id === 0n ? null : new EncodedObjectAsID(id);
}

function readArray(
  reader: ByteReader,
  header: number,
  into: Target,
  limits: ReadLimits,
  depth: number,
  allowance: Allowance,
): readonly Variant[] {
  const type = readElementType(reader, header, ELEMENT_SHIFT);
  const count = reader.u32() & 0x7fffffff;
  if (!allowance.spend(reader, count, LEAST_VALUE)) return [];
  const reused = reusableArray(into, type);
  const array = reused ?? (type === VariantType.NIL ? [] : new ArrayOf<Variant>(type));
  let kept = 0;
  for (let i = 0; i < count; i += 1) {
    const from = type === VariantType.NIL ? type : reader.peek();
    const value = readFull(reader, reused?.[kept], limits, depth, allowance) as Variant;
    if (reader.failed) return array;
    const element = type === VariantType.NIL ? value : convertElement(value, from, type);
    if (element === undefined) continue;
    array[kept] = element;
    kept += 1;
  }
  if (array.length !== kept) array.length = kept;
  return array;
}

/** The given array, if it is one of this type. */
function reusableArray(into: Target, type: VariantType): Variant[] | null {
  if (!Array.isArray(into)) return null;
  const own = isTyped(into) ? (into as unknown as Partial<ArrayOf>).elementType : VariantType.NIL;
  return own === type ? (into as Variant[]) : null;
}

function readDictionary(
  reader: ByteReader,
  header: number,
  limits: ReadLimits,
  depth: number,
  allowance: Allowance,
): ReadonlyMap<Variant, Variant> {
  const keyType = readElementType(reader, header, ELEMENT_SHIFT);
  const valueType = readElementType(reader, header, VALUE_SHIFT);
  const count = reader.u32() & 0x7fffffff;
  const isTypedMap = keyType !== VariantType.NIL || valueType !== VariantType.NIL;
  const map = isTypedMap ? new DictionaryOf<Variant, Variant>(keyType, valueType) : new Map<Variant, Variant>();
  if (!allowance.spend(reader, count, LEAST_ENTRY)) return map;
  for (let i = 0; i < count && !reader.failed; i += 1) {
    const key = readFull(reader, undefined, limits, depth, allowance) as Variant;
    const value = readFull(reader, undefined, limits, depth, allowance) as Variant;
    map.set(key, value);
  }
  return map;
}

/** A negative count reads as none, as in Godot. */
function readStrings(reader: ByteReader, allowance: Allowance): PackedStringArray {
  const texts = new PackedStringArray();
  const count = Math.max(0, reader.i32());
  if (!allowance.spend(reader, count, LEAST_VALUE)) return texts;
  for (let i = 0; i < count && !reader.failed; i += 1) texts.push(readText(reader));
  return texts;
}
