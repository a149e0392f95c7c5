import { TYPE, VariantType } from './variant-type.js';

/**
 * A number that travels as Godot's float even when it is whole. Without it 1 travels as int, and a GDScript function
 * that takes anything would see an int.
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
