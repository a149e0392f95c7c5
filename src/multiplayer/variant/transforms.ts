import { TYPE, VariantType } from './variant-type.js';
import { Vector2, Vector3, Vector4 } from './vectors.js';

/** Two axes and an origin. */
export class Transform2D {
  x: Vector2;
  y: Vector2;
  origin: Vector2;

  constructor(x = new Vector2(1, 0), y = new Vector2(0, 1), origin = new Vector2()) {
    this.x = x;
    this.y = y;
    this.origin = origin;
  }

  get [TYPE](): typeof VariantType.TRANSFORM2D {
    return VariantType.TRANSFORM2D;
  }
}

/** A 3×3 matrix as its columns, which are where the axes go. */
export class Basis {
  x: Vector3;
  y: Vector3;
  z: Vector3;

  constructor(x = new Vector3(1, 0, 0), y = new Vector3(0, 1, 0), z = new Vector3(0, 0, 1)) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  get [TYPE](): typeof VariantType.BASIS {
    return VariantType.BASIS;
  }
}

export class Transform3D {
  basis: Basis;
  origin: Vector3;

  constructor(basis = new Basis(), origin = new Vector3()) {
    this.basis = basis;
    this.origin = origin;
  }

  get [TYPE](): typeof VariantType.TRANSFORM3D {
    return VariantType.TRANSFORM3D;
  }
}

/** A 4×4 matrix as its columns. */
export class Projection {
  x: Vector4;
  y: Vector4;
  z: Vector4;
  w: Vector4;

  constructor(
    x = new Vector4(1, 0, 0, 0),
    y = new Vector4(0, 1, 0, 0),
    z = new Vector4(0, 0, 1, 0),
    w = new Vector4(0, 0, 0, 1),
  ) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }

  get [TYPE](): typeof VariantType.PROJECTION {
    return VariantType.PROJECTION;
  }
}
