import { TYPE, VariantType } from './variant-type.js';

// PERF: components are declared, not defined. A field that begins as undefined holds every number that is not whole as
// an object of its own, and each time it is set that is an allocation.

/**
 * Two numbers. Components are doubles here and 32-bit floats on the wire.
 * @example
 * ```ts run
 * import { Vector2 } from 'scenewire';
 *
 * const aim = new Vector2(3, 4);
 * console.log(Math.hypot(aim.x, aim.y)); // → 5
 * ```
 */
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

/**
 * Three numbers. Components are doubles here and 32-bit floats on the wire.
 * @example
 * ```ts run
 * import { MemoryNode, replicate, Vector3 } from 'scenewire';
 *
 * class Crate extends MemoryNode {
 *   position = new Vector3(0, 3, 0); // engines' own vectors will do as well
 * }
 *
 * const crate = new Crate();
 * replicate(crate, { position: 'always' });
 * console.log(crate.position.y); // → 3
 * ```
 */
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

/**
 * Four numbers. Components are doubles here and 32-bit floats on the wire.
 * @example
 * ```ts run
 * import { Vector4 } from 'scenewire';
 *
 * console.log(new Vector4(1, 2, 3, 4).w); // → 4
 * ```
 */
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

/**
 * A rotation.
 * @example
 * ```ts run
 * import { Quaternion } from 'scenewire';
 *
 * const notTurned = new Quaternion();
 * const halfRound = new Quaternion(0, 1, 0, 0); // about the y axis
 * console.log(notTurned.w, halfRound.y); // → 1 1
 * ```
 */
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
