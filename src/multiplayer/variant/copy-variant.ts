import { loadComponents, MOST_COMPONENTS } from './components.js';
import { asMap, isDictionary, keyTypeOf, valueTypeOf } from './dictionary.js';
import { fillComponents, makeStruct } from './fill-components.js';
import { Float } from './float.js';
import { isPacked, isTyped, Kind, kindOf } from './kinds.js';
import {
  PackedColorArray,
  type PackedComponents,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
} from './packed-arrays.js';
import { PackedStringArray } from './packed-string-array.js';
import { ArrayOf, DictionaryOf } from './typed-containers.js';
import type { PackedArray, Variant, VariantInput, VariantStruct } from './variant.js';
import { MAX_DEPTH } from './variant-limits.js';
import { VariantType } from './variant-type.js';

/** Scratch: filled and read within one call. */
const components = new Float64Array(MOST_COMPONENTS);

/**
 * A deep copy that nobody else holds: engine values become values of this library, plain objects become Maps. `into`,
 * an earlier copy, is filled and given back when it is of the same type: then nothing is allocated for values with
 * components. What cannot travel becomes null.
 */
export function copyVariant(value: VariantInput, into?: Variant): Variant {
  return copy(value, into, null);
}

/** `around` holds the containers that the value is in, so that one inside itself comes to an end. */
function copy(value: unknown, last: unknown, around: object[] | null): Variant {
  if (typeof value !== 'object' || value === null) return copyPrimitive(value);
  const into = last === value ? undefined : last;
  const kind = kindOf(value);
  if (kind === VariantType.ARRAY) return copyArray(value as readonly unknown[], into, around ?? []);
  if (isDictionary(kind)) return copyMap(asMap(kind, value), value, into, around ?? []);
  return copyLeaf(kind, value, into);
}

function copyPrimitive(value: unknown): Variant {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    default:
      return null;
  }
}

function copyLeaf(kind: number, value: object, into: unknown): Variant {
  const type = loadComponents(kind, value, components);
  if (type !== Kind.NONE) {
    return fillComponents(type, type, own<VariantStruct>(into, type) ?? makeStruct(type), components);
  }
  if (isPacked(kind)) return copyPacked(kind, value as PackedArray, into);
  if (kind === VariantType.FLOAT) return copyFloat(value as Float, own<Float>(into, kind));
  // The rest never changes.
  return kind === Kind.NONE ? null : (value as Variant);
}

/** The earlier copy, if it is one of our values of this kind: an engine's is not ours to fill. */
function own<V>(into: unknown, kind: number): V | null {
  return typeof into === 'object' && into !== null && isTyped(into) && kindOf(into) === kind ? (into as V) : null;
}

function copyFloat({ value }: Float, into: Float | null): Float {
  const copied = into ?? new Float();
  copied.value = value;
  return copied;
}

/** Whether what is in a container may be copied: it is not inside itself, and not too deep. */
function enter(container: object, around: object[]): boolean {
  if (around.length >= MAX_DEPTH || around.includes(container)) return false;
  around.push(container);
  return true;
}

function copyArray(array: readonly unknown[], into: unknown, around: object[]): Variant {
  if (!enter(array, around)) return null;
  const copied = arrayFor(array, into);
  copied.length = array.length;
  for (let i = 0; i < array.length; i += 1) copied[i] = copy(array[i], copied[i], around);
  around.pop();
  return copied;
}

/** The earlier copy if it is an array of the same type, else a new one. */
function arrayFor(array: readonly unknown[], into: unknown): Variant[] {
  const type = elementType(array);
  if (Array.isArray(into) && elementType(into) === type) return into;
  return type === undefined || type === VariantType.NIL ? [] : new ArrayOf<Variant>(type);
}

function elementType(array: readonly unknown[]): VariantType | undefined {
  return isTyped(array) ? (array as unknown as Partial<ArrayOf>).elementType : VariantType.NIL;
}

type AnyMap = ReadonlyMap<unknown, unknown>;

/** Entries come in the order of the original. Values go into those of the earlier copy. */
function copyMap(map: AnyMap, original: object, into: unknown, around: object[]): Variant {
  if (!enter(original, around)) return null;
  const [keyType, valueType] = [keyTypeOf(map), valueTypeOf(map)];
  const isUntyped = keyType === VariantType.NIL && valueType === VariantType.NIL;
  const copied = isUntyped ? new Map<Variant, Variant>() : new DictionaryOf<Variant, Variant>(keyType, valueType);
  const before = into instanceof Map ? (into as AnyMap) : null;
  for (const [key, value] of map) copied.set(copy(key, undefined, around), copy(value, before?.get(key), around));
  around.pop();
  return copied;
}

function copyPacked(kind: number, value: PackedArray, into: unknown): PackedArray {
  if (kind === VariantType.PACKED_STRING_ARRAY) return new PackedStringArray(value as PackedStringArray);
  const before = typeof into === 'object' && into !== null && kindOf(into) === kind ? (into as PackedArray) : null;
  const target = before !== null && before.length === value.length ? before : null;
  if (kind >= VariantType.PACKED_VECTOR2_ARRAY) {
    return copyVectors(kind, value as PackedComponents<unknown>, target as VectorArray | null);
  }
  if (target === null) return (value as Uint8Array).slice();
  (target as Uint8Array).set(value as Uint8Array);
  return target;
}

type VectorArray = PackedVector2Array | PackedVector3Array | PackedVector4Array | PackedColorArray;

function copyVectors(kind: number, { data }: PackedComponents<unknown>, into: VectorArray | null): VectorArray {
  if (into !== null) {
    into.data.set(data);
    return into;
  }
  switch (kind) {
    case VariantType.PACKED_VECTOR2_ARRAY:
      return new PackedVector2Array(data.slice());
    case VariantType.PACKED_VECTOR3_ARRAY:
      return new PackedVector3Array(data.slice());
    case VariantType.PACKED_COLOR_ARRAY:
      return new PackedColorArray(data.slice());
    default:
      return new PackedVector4Array(data.slice());
  }
}
