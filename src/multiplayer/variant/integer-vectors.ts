import { TYPE, VariantType } from './variant-type.js';

// Components are 32-bit integers: what does not fit is cut off when it is written, as in Godot.

export class Vector2i {
  declare x: number;
  declare y: number;

  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
  }

  get [TYPE](): typeof VariantType.VECTOR2I {
    return VariantType.VECTOR2I;
  }
}

export class Vector3i {
  declare x: number;
  declare y: number;
  declare z: number;

  constructor(x = 0, y = 0, z = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  get [TYPE](): typeof VariantType.VECTOR3I {
    return VariantType.VECTOR3I;
  }
}

export class Vector4i {
  declare x: number;
  declare y: number;
  declare z: number;
  declare w: number;

  constructor(x = 0, y = 0, z = 0, w = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }

  get [TYPE](): typeof VariantType.VECTOR4I {
    return VariantType.VECTOR4I;
  }
}
