import { Vector2i } from './integer-vectors.js';
import { TYPE, VariantType } from './variant-type.js';
import { Vector2, Vector3 } from './vectors.js';

/**
 * A rectangle: where it begins, and how large it is.
 * @example
 * ```ts run
 * import { Rect2, Vector2 } from 'scenewire';
 *
 * const screen = new Rect2(new Vector2(0, 0), new Vector2(640, 360));
 * console.log(screen.position.x + screen.size.x); // → 640
 * ```
 */
export class Rect2 {
  position: Vector2;
  size: Vector2;

  constructor(position = new Vector2(), size = new Vector2()) {
    this.position = position;
    this.size = size;
  }

  get [TYPE](): typeof VariantType.RECT2 {
    return VariantType.RECT2;
  }
}

/**
 * A rectangle of whole numbers.
 * @example
 * ```ts run
 * import { Rect2i, Vector2i } from 'scenewire';
 *
 * const tiles = new Rect2i(new Vector2i(2, 3), new Vector2i(8, 8));
 * console.log(tiles.size.x * tiles.size.y); // → 64
 * ```
 */
export class Rect2i {
  position: Vector2i;
  size: Vector2i;

  constructor(position = new Vector2i(), size = new Vector2i()) {
    this.position = position;
    this.size = size;
  }

  get [TYPE](): typeof VariantType.RECT2I {
    return VariantType.RECT2I;
  }
}

/**
 * An axis-aligned box.
 * @example
 * ```ts run
 * import { AABB, Vector3 } from 'scenewire';
 *
 * const box = new AABB(new Vector3(-1, 0, -1), new Vector3(2, 4, 2));
 * console.log(box.position.y + box.size.y); // → 4
 * ```
 */
export class AABB {
  position: Vector3;
  size: Vector3;

  constructor(position = new Vector3(), size = new Vector3()) {
    this.position = position;
    this.size = size;
  }

  get [TYPE](): typeof VariantType.AABB {
    return VariantType.AABB;
  }
}
