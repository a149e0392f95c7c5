import { Vector2i } from './integer-vectors.js';
import { TYPE, VariantType } from './variant-type.js';
import { Vector2, Vector3 } from './vectors.js';

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

/** An axis-aligned box. */
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
