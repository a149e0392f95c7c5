import { TYPE, VariantType } from './variant-type.js';
import { Vector2, Vector3, Vector4 } from './vectors.js';

/**
 * Two axes and an origin.
 * @example
 * ```ts run
 * import { Transform2D, Vector2 } from 'scenewire';
 *
 * const turned = new Transform2D(new Vector2(0, 1), new Vector2(-1, 0), new Vector2(10, 20));
 * console.log(turned.origin.x); // → 10
 * ```
 */
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

/**
 * A 3×3 matrix as its columns, which are where the axes go.
 * @example
 * ```ts run
 * import { Basis, Vector3 } from 'scenewire';
 *
 * const twiceAsHigh = new Basis(new Vector3(1, 0, 0), new Vector3(0, 2, 0), new Vector3(0, 0, 1));
 * console.log(twiceAsHigh.y.y); // → 2
 * ```
 */
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

/**
 * A basis and an origin.
 * @example
 * ```ts run
 * import { Basis, Transform3D, Vector3 } from 'scenewire';
 *
 * const place = new Transform3D(new Basis(), new Vector3(1, 2, 3));
 * console.log(place.origin.y, place.basis.x.x); // → 2 1
 * ```
 */
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

/**
 * A 4×4 matrix as its columns.
 * @example
 * ```ts run
 * import { Projection } from 'scenewire';
 *
 * const unchanged = new Projection();
 * console.log(unchanged.w.w); // → 1
 * ```
 */
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
