import { isTyped, Kind } from './kinds.js';
import type { DictionaryOf } from './typed-containers.js';
import { VariantType } from './variant-type.js';

type AnyMap = ReadonlyMap<unknown, unknown>;

export function isDictionary(kind: number): boolean {
  return kind === VariantType.DICTIONARY || kind === Kind.RECORD;
}

/** A dictionary as a Map: itself, or the own entries of a plain object. */
export function asMap(kind: number, value: object): AnyMap {
  return kind === Kind.RECORD ? new Map(Object.entries(value)) : (value as AnyMap);
}

export function keyTypeOf(map: AnyMap): VariantType {
  return isTyped(map) ? (map as DictionaryOf).keyType : VariantType.NIL;
}

export function valueTypeOf(map: AnyMap): VariantType {
  return isTyped(map) ? (map as DictionaryOf).valueType : VariantType.NIL;
}
