import { TYPE, VariantType } from './variant-type.js';

// PERF: components are declared, not defined. A field that begins as undefined holds every number that is not whole as
// an object of its own, and each time it is set that is an allocation.

export class Vector2 {
  declare x: number;
  declare y: number;

  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
  }

  get [TYPE](): typeof VariantType.VECTOR2 {
    return VariantType.VECTOR2;
  }
}

export class Vector3 {
  declare x: number;
  declare y: number;
  declare z: number;

  constructor(x = 0, y = 0, z = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  get [TYPE](): typeof VariantType.VECTOR3 {
    return VariantType.VECTOR3;
  }
}

export class Vector4 {
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

  get [TYPE](): typeof VariantType.VECTOR4 {
    return VariantType.VECTOR4;
  }
}

export class Quaternion {
  declare x: number;
  declare y: number;
  declare z: number;
  declare w: number;

  constructor(x = 0, y = 0, z = 0, w = 1) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }

  get [TYPE](): typeof VariantType.QUATERNION {
    return VariantType.QUATERNION;
  }
}
