import { TYPE, VariantType } from './variant-type.js';

/**
 * An array of strings that travels as Godot's PackedStringArray; a plain array of strings travels as an Array.
 * @example
 * ```ts run
 * import { PackedStringArray, variantTypeOf, VariantType } from 'scenewire';
 *
 * const names = new PackedStringArray(['Ann', 'Bob']);
 * console.log(names.length, variantTypeOf(names) === VariantType.PACKED_STRING_ARRAY); // → 2 true
 * ```
 */
export class PackedStringArray extends Array<string> {
  constructor(strings: Iterable<string> = []) {
    super();
    for (const text of strings) this.push(text);
  }

  /** What `map` and `filter` give is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  get [TYPE](): typeof VariantType.PACKED_STRING_ARRAY {
    return VariantType.PACKED_STRING_ARRAY;
  }
}
