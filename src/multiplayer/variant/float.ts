import { TYPE, VariantType } from './variant-type.js';

/**
 * A number that travels as Godot's float even when it is whole. Without it 1 travels as int, and a GDScript function
 * that takes anything would see an int.
 * @example
 * ```ts run
 * import { float, variantTypeOf, VariantType } from 'scenewire';
 *
 * console.log(variantTypeOf(1) === VariantType.INT); // → true
 * console.log(variantTypeOf(float(1)) === VariantType.FLOAT); // → true
 * console.log(float(1).value + 1); // → 2
 * ```
 */
export class Float {
  declare value: number;

  constructor(value = 0) {
    this.value = value;
  }

  get [TYPE](): typeof VariantType.FLOAT {
    return VariantType.FLOAT;
  }

  valueOf(): number {
    return this.value;
  }
}

/** `float(1)` is 1.0 in Godot. */
export function float(value: number): Float {
  return new Float(value);
}
