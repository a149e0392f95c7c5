import type { AABB, Rect2, Rect2i } from './boxes.js';
import type { Color } from './color.js';
import type {
  BabylonMatrix,
  BabylonPlane,
  ThreeBox3,
  ThreeColor,
  ThreeEuler,
  ThreeMatrix3,
  ThreeMatrix4,
  ThreePlane,
} from './engine-types.js';
import { Kind } from './kinds.js';
import type { Plane } from './plane.js';
import type { Basis, Projection, Transform2D, Transform3D } from './transforms.js';
import { VariantType } from './variant-type.js';
import type { Vector2, Vector3, Vector4 } from './vectors.js';

/** The most components a value has. */
export const MOST_COMPONENTS = 16;

/** Components of each type, by its number; 0 for types that have none. */
const COUNTS = [0, 0, 0, 0, 0, 2, 2, 4, 4, 3, 3, 6, 4, 4, 4, 4, 6, 9, 12, 16, 4];

export function componentCount(type: number): number {
  return type < COUNTS.length ? COUNTS[type]! : 0;
}

/** Whether the components are 32-bit integers. */
export function hasIntegers(type: number): boolean {
  return (
    type === VariantType.VECTOR2I ||
    type === VariantType.VECTOR3I ||
    type === VariantType.VECTOR4I ||
    type === VariantType.RECT2I
  );
}

/**
 * Puts the components of an object into `out` in the order in which they travel, and tells their type: -1 when the kind
 * has no components.
 */
export function loadComponents(kind: number, value: object, out: Float64Array): number {
  switch (kind) {
    case VariantType.VECTOR3:
    case VariantType.VECTOR3I:
      load3(value as Vector3, out, 0);
      return kind;
    case VariantType.QUATERNION:
    case VariantType.VECTOR4:
    case VariantType.VECTOR4I:
      load4(value as Vector4, out, 0);
      return kind;
    case Kind.THREE_QUATERNION:
      load4(value as Vector4, out, 0);
      return VariantType.QUATERNION;
    case Kind.THREE_EULER:
      load3(value as ThreeEuler, out, 0);
      return VariantType.VECTOR3;
    case VariantType.VECTOR2:
    case VariantType.VECTOR2I:
      load2(value as Vector2, out, 0);
      return kind;
    case VariantType.COLOR:
      loadColor(value as Color, out);
      out[3] = (value as Color).a;
      return kind;
    case Kind.COLOR_RGB:
      loadColor(value as ThreeColor, out);
      out[3] = 1;
      return VariantType.COLOR;
    default:
      return loadLarger(kind, value, out);
  }
}

function loadLarger(kind: number, value: object, out: Float64Array): number {
  switch (kind) {
    case VariantType.RECT2:
    case VariantType.RECT2I: {
      const { position, size } = value as Rect2 | Rect2i;
      load2(position, out, 0);
      load2(size, out, 2);
      return kind;
    }
    case VariantType.AABB: {
      const { position, size } = value as AABB;
      load3(position, out, 0);
      load3(size, out, 3);
      return kind;
    }
    case VariantType.PLANE:
      load3((value as Plane).normal, out, 0);
      out[3] = (value as Plane).d;
      return kind;
    case VariantType.TRANSFORM2D: {
      const { x, y, origin } = value as Transform2D;
      load2(x, out, 0);
      load2(y, out, 2);
      load2(origin, out, 4);
      return kind;
    }
    case VariantType.BASIS:
      loadBasis(value as Basis, out);
      return kind;
    case VariantType.TRANSFORM3D:
      loadBasis((value as Transform3D).basis, out);
      load3((value as Transform3D).origin, out, 9);
      return kind;
    case VariantType.PROJECTION: {
      const { x, y, z, w } = value as Projection;
      load4(x, out, 0);
      load4(y, out, 4);
      load4(z, out, 8);
      load4(w, out, 12);
      return kind;
    }
    default:
      return loadFromEngine(kind, value, out);
  }
}

function loadFromEngine(kind: number, value: object, out: Float64Array): number {
  switch (kind) {
    case Kind.THREE_MATRIX4:
      return loadMatrix((value as ThreeMatrix4).elements, out);
    case Kind.BABYLON_MATRIX:
      return loadMatrix((value as BabylonMatrix).m, out);
    case Kind.THREE_MATRIX3: {
      const { elements } = value as ThreeMatrix3;
      for (let i = 0; i < 9; i += 1) out[i] = elements[(i % 3) * 3 + Math.floor(i / 3)]!;
      return VariantType.BASIS;
    }
    // The engines' planes have the other sign.
    case Kind.THREE_PLANE:
      load3((value as ThreePlane).normal, out, 0);
      out[3] = 0 - (value as ThreePlane).constant;
      return VariantType.PLANE;
    case Kind.BABYLON_PLANE:
      load3((value as BabylonPlane).normal, out, 0);
      out[3] = 0 - (value as BabylonPlane).d;
      return VariantType.PLANE;
    case Kind.THREE_BOX3: {
      const { min, max } = value as ThreeBox3;
      load3(min, out, 0);
      out[3] = max.x - min.x;
      out[4] = max.y - min.y;
      out[5] = max.z - min.z;
      return VariantType.AABB;
    }
    default:
      return Kind.NONE;
  }
}

// PERF: none of these is handed a single component: a number that is not whole would be allocated for the call.

interface XY {
  readonly x: number;
  readonly y: number;
}
interface XYZ extends XY {
  readonly z: number;
}
interface XYZW extends XYZ {
  readonly w: number;
}

function load2(value: XY, out: Float64Array, at: number): void {
  out[at] = value.x;
  out[at + 1] = value.y;
}

function load3(value: XYZ, out: Float64Array, at: number): void {
  out[at] = value.x;
  out[at + 1] = value.y;
  out[at + 2] = value.z;
}

function load4(value: XYZW, out: Float64Array, at: number): void {
  out[at] = value.x;
  out[at + 1] = value.y;
  out[at + 2] = value.z;
  out[at + 3] = value.w;
}

interface RGB {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

function loadColor(value: RGB, out: Float64Array): void {
  out[0] = value.r;
  out[1] = value.g;
  out[2] = value.b;
}

/** Row by row, though a basis holds its columns. */
function loadBasis({ x, y, z }: Basis, out: Float64Array): void {
  out[0] = x.x;
  out[1] = y.x;
  out[2] = z.x;
  out[3] = x.y;
  out[4] = y.y;
  out[5] = z.y;
  out[6] = x.z;
  out[7] = y.z;
  out[8] = z.z;
}

/** An affine matrix is a Transform3D, any other a Projection. */
function loadMatrix(m: ArrayLike<number>, out: Float64Array): number {
  if (m[3] !== 0 || m[7] !== 0 || m[11] !== 0 || m[15] !== 1) {
    for (let i = 0; i < 16; i += 1) out[i] = m[i]!;
    return VariantType.PROJECTION;
  }
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 3; column += 1) out[row * 3 + column] = m[column * 4 + row]!;
    out[9 + row] = m[12 + row]!;
  }
  return VariantType.TRANSFORM3D;
}
