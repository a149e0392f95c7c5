import type { VariantInput } from './variant.js';

/** Whether two values are the same for a receiver; see docs/variant.md. Allocates nothing. */
export function sameVariant(_a: VariantInput, _b: VariantInput): boolean {
  return false;
}
