import { Color } from './color.js';
import { TYPE, VariantType } from './variant-type.js';
import { Vector2, Vector3, Vector4 } from './vectors.js';

/** Zeros for so many elements, or the components themselves: a Float32Array is kept, not copied. */
export type PackedContent = number | Float32Array | readonly number[];

/**
 * An array of vectors or colours whose components lie flat in one Float32Array, as they travel: no object for each
 * element. `get` fills an object of yours, so that walking over it makes none.
 */
export abstract class PackedComponents<E> {
  readonly data: Float32Array;
  /** Components of one element. */
  readonly stride: number;

  constructor(content: PackedContent, stride: number) {
    this.data = flat(content, stride);
    this.stride = stride;
    if (this.data.length % stride !== 0) {
      throw new RangeError(`${this.data.length} components do not make elements of ${stride}`);
    }
  }

  abstract get [TYPE](): VariantType;

  get length(): number {
    return this.data.length / this.stride;
  }

  /** Reads one element, into `into` if it is given. */
  abstract get(index: number, into?: E): E;
  abstract set(index: number, element: E): void;

  *[Symbol.iterator](): IterableIterator<E> {
    for (let i = 0; i < this.length; i += 1) yield this.get(i);
  }

  /** Where an element begins in `data`. */
  protected offset(index: number): number {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`${index} is not in an array of ${this.length}`);
    return index * this.stride;
  }
}

function flat(content: PackedContent, stride: number): Float32Array {
  if (content instanceof Float32Array) return content;
  return typeof content === 'number' ? new Float32Array(content * stride) : new Float32Array(content);
}

/**
 * Godot's array of Vector2, with all components in one Float32Array.
 * @example
 * ```ts run
 * import { PackedVector2Array, Vector2 } from 'scenewire';
 *
 * const route = new PackedVector2Array([0, 0, 3, 4]); // or a length, or a Float32Array, which is taken as it is
 * const point = route.get(1, new Vector2());
 * console.log(route.length, point.x, point.y); // → 2 3 4
 * ```
 */
export class PackedVector2Array extends PackedComponents<Vector2> {
  constructor(content: PackedContent = 0) {
    super(content, 2);
  }

  get [TYPE](): typeof VariantType.PACKED_VECTOR2_ARRAY {
    return VariantType.PACKED_VECTOR2_ARRAY;
  }

  get(index: number, into = new Vector2()): Vector2 {
    const at = this.offset(index);
    into.x = this.data[at]!;
    into.y = this.data[at + 1]!;
    return into;
  }

  set(index: number, { x, y }: Vector2): void {
    const at = this.offset(index);
    this.data[at] = x;
    this.data[at + 1] = y;
  }
}

/**
 * Godot's array of Vector3, with all components in one Float32Array.
 * @example
 * ```ts run
 * import { PackedVector3Array, Vector3 } from 'scenewire';
 *
 * const cloud = new PackedVector3Array(1000); // a thousand points at the origin
 * cloud.set(7, new Vector3(1, 2, 3));
 * console.log(cloud.data.length, cloud.get(7).z); // → 3000 3
 * ```
 */
export class PackedVector3Array extends PackedComponents<Vector3> {
  constructor(content: PackedContent = 0) {
    super(content, 3);
  }

  get [TYPE](): typeof VariantType.PACKED_VECTOR3_ARRAY {
    return VariantType.PACKED_VECTOR3_ARRAY;
  }

  get(index: number, into = new Vector3()): Vector3 {
    const at = this.offset(index);
    into.x = this.data[at]!;
    into.y = this.data[at + 1]!;
    into.z = this.data[at + 2]!;
    return into;
  }

  set(index: number, { x, y, z }: Vector3): void {
    const at = this.offset(index);
    this.data[at] = x;
    this.data[at + 1] = y;
    this.data[at + 2] = z;
  }
}

/**
 * Godot's array of Vector4, with all components in one Float32Array.
 * @example
 * ```ts run
 * import { PackedVector4Array } from 'scenewire';
 *
 * const planes = new PackedVector4Array([0, 1, 0, 5]);
 * console.log(planes.get(0).w); // → 5
 * ```
 */
export class PackedVector4Array extends PackedComponents<Vector4> {
  constructor(content: PackedContent = 0) {
    super(content, 4);
  }

  get [TYPE](): typeof VariantType.PACKED_VECTOR4_ARRAY {
    return VariantType.PACKED_VECTOR4_ARRAY;
  }

  get(index: number, into = new Vector4()): Vector4 {
    const at = this.offset(index);
    into.x = this.data[at]!;
    into.y = this.data[at + 1]!;
    into.z = this.data[at + 2]!;
    into.w = this.data[at + 3]!;
    return into;
  }

  set(index: number, { x, y, z, w }: Vector4): void {
    const at = this.offset(index);
    this.data[at] = x;
    this.data[at + 1] = y;
    this.data[at + 2] = z;
    this.data[at + 3] = w;
  }
}

/**
 * Godot's array of Color, with all components in one Float32Array.
 * @example
 * ```ts run
 * import { Color, PackedColorArray } from 'scenewire';
 *
 * const palette = new PackedColorArray(2);
 * palette.set(1, new Color(1, 0.5, 0));
 * console.log(palette.get(1).g, palette.get(1).a); // → 0.5 1
 * ```
 */
export class PackedColorArray extends PackedComponents<Color> {
  constructor(content: PackedContent = 0) {
    super(content, 4);
  }

  get [TYPE](): typeof VariantType.PACKED_COLOR_ARRAY {
    return VariantType.PACKED_COLOR_ARRAY;
  }

  get(index: number, into = new Color()): Color {
    const at = this.offset(index);
    into.r = this.data[at]!;
    into.g = this.data[at + 1]!;
    into.b = this.data[at + 2]!;
    into.a = this.data[at + 3]!;
    return into;
  }

  set(index: number, { r, g, b, a }: Color): void {
    const at = this.offset(index);
    this.data[at] = r;
    this.data[at + 1] = g;
    this.data[at + 2] = b;
    this.data[at + 3] = a;
  }
}
