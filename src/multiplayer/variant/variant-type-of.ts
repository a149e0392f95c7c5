import { loadComponents, MOST_COMPONENTS } from './components.js';
import { isDictionary } from './dictionary.js';
import { Kind, kindOf } from './kinds.js';
import { VARIANT_TYPE_COUNT, VariantType } from './variant-type.js';
import { fitsInt64, isInt } from './write-scalars.js';

/** Scratch: filled and forgotten within one call. */
const components = new Float64Array(MOST_COMPONENTS);

/** The type as which a value travels (Godot's `typeof`); null for what cannot. */
export function variantTypeOf(value: unknown): VariantType | null {
  switch (typeof value) {
    case 'number':
      return isInt(value) ? VariantType.INT : VariantType.FLOAT;
    case 'string':
      return VariantType.STRING;
    case 'boolean':
      return VariantType.BOOL;
    case 'bigint':
      return fitsInt64(value) ? VariantType.INT : null;
    case 'undefined':
      return VariantType.NIL;
    case 'object':
      return value === null ? VariantType.NIL : typeOfObject(value);
    default:
      return null;
  }
}

function typeOfObject(value: object): VariantType | null {
  const kind = kindOf(value);
  if (isDictionary(kind)) return VariantType.DICTIONARY;
  // What an engine's matrix travels as depends on what is in it.
  const type = kind < VARIANT_TYPE_COUNT ? kind : loadComponents(kind, value, components);
  return type === Kind.NONE ? null : (type as VariantType);
}
