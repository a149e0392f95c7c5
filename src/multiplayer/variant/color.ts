import { TYPE, VariantType } from './variant-type.js';

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
