import { TYPE, type TypedValue, VariantType } from './variant-type.js';

/**
 * How an object is laid out: numbers below 39 are the types themselves, for values of this library and for engine values
 * with the same fields; those above are what needs reading of its own.
 */
export const Kind = {
  NONE: -1,
  /** A plain object: a dictionary with String keys. */
  RECORD: 40,
  /** Without alpha. */
  COLOR_RGB: 41,
  /** Filled as a whole, so that its owner is told once. */
  THREE_QUATERNION: 42,
  THREE_EULER: 43,
  THREE_MATRIX3: 44,
  THREE_MATRIX4: 45,
  THREE_PLANE: 46,
  THREE_BOX3: 47,
  BABYLON_PLANE: 48,
  BABYLON_MATRIX: 49,
} as const;

/** What objects of both engines and of this library have, as far as it tells what they are. */
interface Marks {
  readonly [TYPE]?: VariantType;
  readonly [Symbol.toStringTag]?: string;
  readonly getClassName?: () => unknown;
  readonly isVector2?: true;
  readonly isVector3?: true;
  readonly isVector4?: true;
  readonly isQuaternion?: true;
  readonly isEuler?: true;
  readonly isColor?: true;
  readonly isMatrix3?: true;
  readonly isMatrix4?: true;
  readonly isPlane?: true;
  readonly isBox3?: true;
}

/** The kind of an object, `Kind.NONE` for one that cannot travel. */
export function kindOf(value: object): number {
  const marks: Marks = value;
  const type = marks[TYPE];
  if (type !== undefined) return type;
  if (Array.isArray(value)) return VariantType.ARRAY;
  if (isPlain(value)) return Kind.RECORD;
  if (typeof marks.getClassName === 'function') return babylonKind(marks.getClassName());
  const kind = threeKind(marks);
  if (kind !== Kind.NONE) return kind;
  return taggedKind(marks[Symbol.toStringTag]);
}

/** A value of one of the classes here. */
export function isTyped(value: object): value is TypedValue {
  return (value as Marks)[TYPE] !== undefined;
}

/** Whether a type is one of the packed arrays. */
export function isPacked(type: number): boolean {
  return type >= VariantType.PACKED_BYTE_ARRAY && type <= VariantType.PACKED_VECTOR4_ARRAY;
}

/** Made by a literal or by JSON.parse, in any realm: what is above its prototype is nothing. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function threeKind(marks: Marks): number {
  if (marks.isVector3 === true) return VariantType.VECTOR3;
  if (marks.isQuaternion === true) return Kind.THREE_QUATERNION;
  if (marks.isEuler === true) return Kind.THREE_EULER;
  if (marks.isColor === true) return Kind.COLOR_RGB;
  if (marks.isVector2 === true) return VariantType.VECTOR2;
  if (marks.isMatrix4 === true) return Kind.THREE_MATRIX4;
  if (marks.isVector4 === true) return VariantType.VECTOR4;
  if (marks.isMatrix3 === true) return Kind.THREE_MATRIX3;
  if (marks.isPlane === true) return Kind.THREE_PLANE;
  return marks.isBox3 === true ? Kind.THREE_BOX3 : Kind.NONE;
}

function babylonKind(name: unknown): number {
  switch (name) {
    case 'Vector3':
      return VariantType.VECTOR3;
    case 'Quaternion':
      return VariantType.QUATERNION;
    case 'Color3':
      return Kind.COLOR_RGB;
    case 'Color4':
      return VariantType.COLOR;
    case 'Vector2':
      return VariantType.VECTOR2;
    case 'Vector4':
      return VariantType.VECTOR4;
    case 'Matrix':
      return Kind.BABYLON_MATRIX;
    case 'Plane':
      return Kind.BABYLON_PLANE;
    default:
      return Kind.NONE;
  }
}

/** By the tag, which holds in every realm. Node's Buffer is a Uint8Array. */
function taggedKind(tag: string | undefined): number {
  switch (tag) {
    case 'Map':
      return VariantType.DICTIONARY;
    case 'Uint8Array':
      return VariantType.PACKED_BYTE_ARRAY;
    case 'Int32Array':
      return VariantType.PACKED_INT32_ARRAY;
    case 'BigInt64Array':
      return VariantType.PACKED_INT64_ARRAY;
    case 'Float32Array':
      return VariantType.PACKED_FLOAT32_ARRAY;
    case 'Float64Array':
      return VariantType.PACKED_FLOAT64_ARRAY;
    default:
      return Kind.NONE;
  }
}
