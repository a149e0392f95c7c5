import { loadComponents, MOST_COMPONENTS } from './components.js';
import { fillComponents, fits } from './fill-components.js';
import { Kind, kindOf } from './kinds.js';
import type { Variant, VariantStruct } from './variant.js';

/** Scratch: filled and read within one call. */
const components = new Float64Array(MOST_COMPONENTS);

/**
 * Puts a value's components into an object that is there already, an engine's own vectors, quaternions, colours and
 * matrices among them. False when the object can't hold this type of value; then it is left as it is.
 */
export function assignVariant(into: unknown, value: Variant): boolean {
  if (typeof into !== 'object' || into === null || typeof value !== 'object' || value === null) return false;
  const kind = kindOf(into);
  const type = loadComponents(kindOf(value), value, components);
  if (type === Kind.NONE || kind === Kind.NONE || !fits(kind, type)) return false;
  fillComponents(kind, type, into as VariantStruct, components);
  return true;
}
