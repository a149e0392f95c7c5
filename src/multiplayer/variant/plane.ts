import { TYPE, VariantType } from './variant-type.js';
import { Vector3 } from './vectors.js';

/**
 * The points p with `normal · p = d`. Babylon and three have the other sign: `normal · p + d = 0`.
 * @example
 * ```ts run
 * import { Plane, Vector3 } from 'scenewire';
 *
 * const floor = new Plane(new Vector3(0, 1, 0), 2); // all points at a height of 2
 * console.log(floor.normal.y, floor.d); // → 1 2
 * ```
 */
export class Plane {
  normal: Vector3;
  declare d: number;

  constructor(normal = new Vector3(), d = 0) {
    this.normal = normal;
    this.d = d;
  }

  get [TYPE](): typeof VariantType.PLANE {
    return VariantType.PLANE;
  }
}
