import { AABB, Rect2, Rect2i } from './boxes.js';
import { Color } from './color.js';
import type {
  BabylonMatrix,
  BabylonPlane,
  EngineValue,
  ThreeBox3,
  ThreeColor,
  ThreeEuler,
  ThreeMatrix3,
  ThreeMatrix4,
  ThreePlane,
  ThreeQuaternion,
} from './engine-types.js';
import { Vector2i, Vector3i, Vector4i } from './integer-vectors.js';
import { Kind } from './kinds.js';
import { Plane } from './plane.js';
import { Basis, Projection, Transform2D, Transform3D } from './transforms.js';
import type { VariantStruct } from './variant.js';
import { VariantType } from './variant-type.js';
import { Quaternion, Vector2, Vector3, Vector4 } from './vectors.js';

/** Scratch: a fourth element would be taken for the order of the axes. */
const angles = new Float64Array(3);

/** A fresh value of a type that has components. */
export function makeStruct(type: number): VariantStruct {
  switch (type) {
    case VariantType.VECTOR2:
      return new Vector2();
    case VariantType.VECTOR2I:
      return new Vector2i();
    case VariantType.RECT2:
      return new Rect2();
    case VariantType.RECT2I:
      return new Rect2i();
    case VariantType.VECTOR3:
      return new Vector3();
    case VariantType.VECTOR3I:
      return new Vector3i();
    case VariantType.TRANSFORM2D:
      return new Transform2D();
    case VariantType.VECTOR4:
      return new Vector4();
    case VariantType.VECTOR4I:
      return new Vector4i();
    case VariantType.PLANE:
      return new Plane();
    case VariantType.QUATERNION:
      return new Quaternion();
    case VariantType.AABB:
      return new AABB();
    case VariantType.BASIS:
      return new Basis();
    case VariantType.TRANSFORM3D:
      return new Transform3D();
    case VariantType.PROJECTION:
      return new Projection();
    default:
      return new Color();
  }
}

/** Whether an object of this kind can hold what arrives as this type. */
export function fits(kind: number, type: number): boolean {
  switch (kind) {
    case Kind.COLOR_RGB:
      return type === VariantType.COLOR;
    case Kind.THREE_QUATERNION:
      return type === VariantType.QUATERNION;
    case Kind.THREE_EULER:
      return type === VariantType.VECTOR3;
    case Kind.THREE_MATRIX3:
      return type === VariantType.BASIS;
    case Kind.THREE_MATRIX4:
    case Kind.BABYLON_MATRIX:
      return type === VariantType.TRANSFORM3D || type === VariantType.PROJECTION;
    case Kind.THREE_PLANE:
    case Kind.BABYLON_PLANE:
      return type === VariantType.PLANE;
    case Kind.THREE_BOX3:
      return type === VariantType.AABB;
    default:
      return kind === type;
  }
}

/** Puts components into an object that `fits` them. */
export function fillComponents<V extends VariantStruct | EngineValue>(
  kind: number,
  type: number,
  into: V,
  from: Float64Array,
): V {
  switch (kind) {
    case VariantType.VECTOR3:
    case VariantType.VECTOR3I:
      fill3(into as Vector3, from, 0);
      return into;
    case VariantType.QUATERNION:
    case VariantType.VECTOR4:
    case VariantType.VECTOR4I:
      fill4(into as Vector4, from, 0);
      return into;
    case Kind.THREE_QUATERNION:
      (into as ThreeQuaternion).fromArray(from);
      return into;
    case Kind.THREE_EULER:
      setEuler(into as ThreeEuler, from);
      return into;
    case VariantType.VECTOR2:
    case VariantType.VECTOR2I:
      fill2(into as Vector2, from, 0);
      return into;
    case VariantType.COLOR:
      fillColor(into as Color, from);
      (into as Color).a = from[3]!;
      return into;
    case Kind.COLOR_RGB:
      fillColor(into as ThreeColor, from);
      return into;
    default:
      fillLarger(kind, type, into, from);
      return into;
  }
}

function fillLarger(kind: number, type: number, into: object, from: Float64Array): void {
  switch (kind) {
    case VariantType.RECT2:
    case VariantType.RECT2I:
      fill2((into as Rect2).position, from, 0);
      fill2((into as Rect2).size, from, 2);
      return;
    case VariantType.AABB:
      fill3((into as AABB).position, from, 0);
      fill3((into as AABB).size, from, 3);
      return;
    case VariantType.PLANE:
      fill3((into as Plane).normal, from, 0);
      (into as Plane).d = from[3]!;
      return;
    case VariantType.TRANSFORM2D:
      fill2((into as Transform2D).x, from, 0);
      fill2((into as Transform2D).y, from, 2);
      fill2((into as Transform2D).origin, from, 4);
      return;
    case VariantType.BASIS:
      fillBasis(into as Basis, from);
      return;
    case VariantType.TRANSFORM3D:
      fillBasis((into as Transform3D).basis, from);
      fill3((into as Transform3D).origin, from, 9);
      return;
    case VariantType.PROJECTION:
      fill4((into as Projection).x, from, 0);
      fill4((into as Projection).y, from, 4);
      fill4((into as Projection).z, from, 8);
      fill4((into as Projection).w, from, 12);
      return;
    default:
      fillEngine(kind, type, into, from);
  }
}

function fillEngine(kind: number, type: number, into: object, from: Float64Array): void {
  switch (kind) {
    case Kind.THREE_MATRIX4:
      fillMatrix((into as ThreeMatrix4).elements, type, from);
      return;
    case Kind.BABYLON_MATRIX:
      // Its type says that nobody writes into it, since somebody has to say so afterwards.
      fillMatrix((into as BabylonMatrix).m as number[], type, from);
      (into as BabylonMatrix).markAsUpdated();
      return;
    case Kind.THREE_MATRIX3: {
      const { elements } = into as ThreeMatrix3;
      for (let i = 0; i < 9; i += 1) elements[(i % 3) * 3 + Math.floor(i / 3)] = from[i]!;
      return;
    }
    case Kind.THREE_PLANE:
      fill3((into as ThreePlane).normal, from, 0);
      (into as ThreePlane).constant = 0 - from[3]!;
      return;
    case Kind.BABYLON_PLANE:
      fill3((into as BabylonPlane).normal, from, 0);
      (into as BabylonPlane).d = 0 - from[3]!;
      return;
    case Kind.THREE_BOX3: {
      const { min, max } = into as ThreeBox3;
      fill3(min, from, 0);
      max.x = from[0]! + from[3]!;
      max.y = from[1]! + from[4]!;
      max.z = from[2]! + from[5]!;
    }
  }
}

// PERF: three reads the array itself; components handed to its `set` would each be allocated for the call.

function setEuler(into: ThreeEuler, from: Float64Array): void {
  for (let i = 0; i < 3; i += 1) angles[i] = from[i]!;
  into.fromArray(angles as never);
}

interface XY {
  x: number;
  y: number;
}
interface XYZ extends XY {
  z: number;
}
interface XYZW extends XYZ {
  w: number;
}

function fill2(into: XY, from: Float64Array, at: number): void {
  into.x = from[at]!;
  into.y = from[at + 1]!;
}

function fill3(into: XYZ, from: Float64Array, at: number): void {
  into.x = from[at]!;
  into.y = from[at + 1]!;
  into.z = from[at + 2]!;
}

function fill4(into: XYZW, from: Float64Array, at: number): void {
  into.x = from[at]!;
  into.y = from[at + 1]!;
  into.z = from[at + 2]!;
  into.w = from[at + 3]!;
}

function fillColor(into: { r: number; g: number; b: number }, from: Float64Array): void {
  into.r = from[0]!;
  into.g = from[1]!;
  into.b = from[2]!;
}

function fillBasis({ x, y, z }: Basis, from: Float64Array): void {
  x.x = from[0]!;
  y.x = from[1]!;
  z.x = from[2]!;
  x.y = from[3]!;
  y.y = from[4]!;
  z.y = from[5]!;
  x.z = from[6]!;
  y.z = from[7]!;
  z.z = from[8]!;
}

function fillMatrix(m: number[], type: number, from: Float64Array): void {
  if (type === VariantType.PROJECTION) {
    for (let i = 0; i < 16; i += 1) m[i] = from[i]!;
    return;
  }
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 3; column += 1) m[column * 4 + row] = from[row * 3 + column]!;
    m[12 + row] = from[9 + row]!;
    m[row * 4 + 3] = 0;
  }
  m[15] = 1;
}
