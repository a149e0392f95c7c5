import { componentCount, hasIntegers, loadComponents, MOST_COMPONENTS } from './components.js';
import { asMap, isDictionary, keyTypeOf, valueTypeOf } from './dictionary.js';
import type { Float } from './float.js';
import { isPacked, isTyped, Kind, kindOf } from './kinds.js';
import type { PackedComponents } from './packed-arrays.js';
import type { EncodedObjectAsID, GodotSignal, RID } from './references.js';
import type { ArrayOf } from './typed-containers.js';
import type { VariantInput } from './variant.js';
import { MAX_DEPTH } from './variant-limits.js';
import { VariantType } from './variant-type.js';
import { isInt } from './write-scalars.js';

/** Scratch: filled and compared within one call. */
const left = new Float64Array(MOST_COMPONENTS);
const right = new Float64Array(MOST_COMPONENTS);

/**
 * Whether a receiver could not tell one value from the other. The types have to be the same: an int is no float, a
 * String no StringName. NaN is NaN, minus zero is zero, components are compared as the 32-bit floats that travel, and
 * containers by what they hold. An engine's vector is the same as one of ours. Allocates nothing for values with components.
 */
export function sameVariant(a: VariantInput, b: VariantInput): boolean {
  return same(a, b, 0);
}

function same(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return samePrimitive(a, b);
  if (depth > MAX_DEPTH) return false;
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (isDictionary(kindA) && isDictionary(kindB)) return sameDictionary(asMap(kindA, a), asMap(kindB, b), depth + 1);
  if (kindA === VariantType.ARRAY) return kindB === kindA && sameArray(a as ArrayOf, b as ArrayOf, depth + 1);
  return sameLeaf(kindA, a, kindB, b);
}

/** At least one of them is no object. */
function samePrimitive(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) && Number.isNaN(b);
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b);
  return (a ?? null) === (b ?? null);
}

function isNumeric(value: unknown): value is number | bigint | Float {
  return typeof value === 'number' || typeof value === 'bigint' || isFloat(value);
}

function isFloat(value: unknown): value is Float {
  return typeof value === 'object' && value !== null && kindOf(value) === VariantType.FLOAT;
}

/** At most one of them is a plain number. */
function sameNumber(a: number | bigint | Float, b: number | bigint | Float): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const [x, y] = [intOf(a), intOf(b)];
    return x !== null && x === y;
  }
  const [x, y] = [floatOf(a), floatOf(b)];
  return x !== null && y !== null && sameReal(x, y);
}

function intOf(value: number | bigint | Float): bigint | null {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && isInt(value) ? BigInt(value) : null;
}

function floatOf(value: number | Float): number | null {
  if (typeof value !== 'number') return value.value;
  return isInt(value) ? null : value;
}

function sameReal(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function sameLeaf(kindA: number, a: object, kindB: number, b: object): boolean {
  const type = loadComponents(kindA, a, left);
  if (type !== Kind.NONE) return loadComponents(kindB, b, right) === type && sameComponents(type);
  if (kindA !== kindB) return false;
  if (kindA === VariantType.FLOAT) return sameReal((a as Float).value, (b as Float).value);
  return isPacked(kindA) ? samePacked(kindA, a, b) : sameNamed(kindA, a, b);
}

function sameComponents(type: number): boolean {
  const count = componentCount(type);
  const isInteger = hasIntegers(type);
  for (let i = 0; i < count; i += 1) {
    const a = left[i]!;
    const b = right[i]!;
    const isSame = isInteger ? (a | 0) === (b | 0) : sameReal(Math.fround(a), Math.fround(b));
    if (!isSame) return false;
  }
  return true;
}

function sameArray(a: ArrayOf, b: ArrayOf, depth: number): boolean {
  if (a.length !== b.length || elementType(a) !== elementType(b)) return false;
  for (let i = 0; i < a.length; i += 1) if (!same(a[i], b[i], depth)) return false;
  return true;
}

function elementType(array: ArrayOf): VariantType {
  return isTyped(array) ? array.elementType : VariantType.NIL;
}

type AnyMap = ReadonlyMap<unknown, unknown>;

/** Whatever the order. */
function sameDictionary(a: AnyMap, b: AnyMap, depth: number): boolean {
  if (a.size !== b.size || keyTypeOf(a) !== keyTypeOf(b) || valueTypeOf(a) !== valueTypeOf(b)) return false;
  for (const [key, value] of a) {
    const other = typeof key === 'object' && key !== null ? findKey(b, key, depth) : key;
    if (!b.has(other) || !same(value, b.get(other), depth)) return false;
  }
  return true;
}

/** The key of a map that is the same as an object; the object itself if there is none. */
function findKey(map: AnyMap, key: object, depth: number): unknown {
  if (map.has(key)) return key;
  for (const other of map.keys()) if (same(key, other, depth)) return other;
  return key;
}

function samePacked(kind: number, a: object, b: object): boolean {
  const isFlat = kind >= VariantType.PACKED_VECTOR2_ARRAY;
  const x = isFlat ? (a as PackedComponents<unknown>).data : (a as Uint8Array);
  const y = isFlat ? (b as PackedComponents<unknown>).data : (b as Uint8Array);
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i += 1) if (!sameReal(x[i]!, y[i]!)) return false;
  return true;
}

function sameNamed(kind: number, a: object, b: object): boolean {
  switch (kind) {
    case VariantType.STRING_NAME:
    case VariantType.NODE_PATH:
      return String(a) === String(b);
    case VariantType.RID:
      return (a as RID).id === (b as RID).id;
    case VariantType.OBJECT:
      return (a as EncodedObjectAsID).objectId === (b as EncodedObjectAsID).objectId;
    case VariantType.CALLABLE:
      return true;
    case VariantType.SIGNAL:
      return (
        (a as GodotSignal).name === (b as GodotSignal).name &&
        (a as GodotSignal).objectId === (b as GodotSignal).objectId
      );
    default:
      return false;
  }
}
