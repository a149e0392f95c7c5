import { TYPE, VariantType } from './variant-type.js';

// Components are 32-bit integers: what does not fit is cut off when it is written, as in Godot.

/**
 * Two whole numbers of 32 bits.
 * @example
 * ```ts run
 * import { Vector2i } from 'scenewire';
 *
 * const tile = new Vector2i(3, 4);
 * console.log(tile.x, tile.y); // → 3 4
 * ```
 */
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

/**
 * Three whole numbers of 32 bits.
 * @example
 * ```ts run
 * import { Vector3i } from 'scenewire';
 *
 * const voxel = new Vector3i(1, 2, 3);
 * console.log(voxel.z); // → 3
 * ```
 */
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

/**
 * Four whole numbers of 32 bits.
 * @example
 * ```ts run
 * import { Vector4i } from 'scenewire';
 *
 * const cell = new Vector4i(1, 2, 3, 4);
 * console.log(cell.w); // → 4
 * ```
 */
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
