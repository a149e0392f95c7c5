import { TYPE, VariantType } from './variant-type.js';

/**
 * Red, green, blue and alpha, from 0 to 1.
 * @example
 * ```ts run
 * import { Color } from 'scenewire';
 *
 * const translucentRed = new Color(1, 0, 0, 0.5); // three's and Babylon's colours travel as they are, too
 * console.log(translucentRed.a); // → 0.5
 * ```
 */
export class Color {
  declare r: number;
  declare g: number;
  declare b: number;
  declare a: number;

  constructor(r = 0, g = 0, b = 0, a = 1) {
    this.r = r;
    this.g = g;
    this.b = b;
    this.a = a;
  }

  get [TYPE](): typeof VariantType.COLOR {
    return VariantType.COLOR;
  }
}
