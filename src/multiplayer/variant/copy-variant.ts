import type { Variant, VariantInput } from './variant.js';

/**
 * A deep copy that nobody else holds: engine values become values of this library, plain objects become Maps. `into` is
 * filled and given back when it is of the same type: then nothing is allocated.
 */
export function copyVariant(_value: VariantInput, _into?: Variant): Variant {
  return null;
}
