import { kindOf } from '../variant/kinds.js';
import type { Variant } from '../variant/variant.js';
import { VariantType } from '../variant/variant-type.js';

/** GDScript's names of the types that an argument can be asked to have. */
const TYPES = {
  Vector2: VariantType.VECTOR2,
  Vector2i: VariantType.VECTOR2I,
  Rect2: VariantType.RECT2,
  Rect2i: VariantType.RECT2I,
  Vector3: VariantType.VECTOR3,
  Vector3i: VariantType.VECTOR3I,
  Transform2D: VariantType.TRANSFORM2D,
  Vector4: VariantType.VECTOR4,
  Vector4i: VariantType.VECTOR4I,
  Plane: VariantType.PLANE,
  Quaternion: VariantType.QUATERNION,
  AABB: VariantType.AABB,
  Basis: VariantType.BASIS,
  Transform3D: VariantType.TRANSFORM3D,
  Projection: VariantType.PROJECTION,
  Color: VariantType.COLOR,
  StringName: VariantType.STRING_NAME,
  NodePath: VariantType.NODE_PATH,
  Dictionary: VariantType.DICTIONARY,
  Array: VariantType.ARRAY,
  PackedByteArray: VariantType.PACKED_BYTE_ARRAY,
  PackedInt32Array: VariantType.PACKED_INT32_ARRAY,
  PackedInt64Array: VariantType.PACKED_INT64_ARRAY,
  PackedFloat32Array: VariantType.PACKED_FLOAT32_ARRAY,
  PackedFloat64Array: VariantType.PACKED_FLOAT64_ARRAY,
  PackedStringArray: VariantType.PACKED_STRING_ARRAY,
  PackedVector2Array: VariantType.PACKED_VECTOR2_ARRAY,
  PackedVector3Array: VariantType.PACKED_VECTOR3_ARRAY,
  PackedColorArray: VariantType.PACKED_COLOR_ARRAY,
  PackedVector4Array: VariantType.PACKED_VECTOR4_ARRAY,
} as const;

type TypeName = 'Variant' | 'bool' | 'int' | 'float' | 'String' | keyof typeof TYPES;

/**
 * A type by its name in GDScript. `int` is a whole number or a bigint, `float` a finite number, `Variant` anything. One
 * with a question mark may be null, and may be left out when none without one follows.
 */
export type ArgumentType = TypeName | `${TypeName}?`;

/** Whether a method takes these arguments. One that throws takes none. */
export type ArgumentGuard = (args: readonly Variant[]) => boolean;

/** What the arguments of a call from afar have to be: a type for each, or a function that decides. */
export type ArgumentCheck = readonly ArgumentType[] | ArgumentGuard;

/** Makes one function of either form. An unknown name is the program's mistake and throws. */
export function compileCheck(check: ArgumentCheck): ArgumentGuard {
  if (typeof check === 'function') return check;
  const tests = check.map(testFor);
  const least = 1 + tests.findLastIndex(({ isOptional }) => !isOptional);
  return (args) => args.length >= least && args.length <= tests.length && args.every((arg, i) => tests[i]!.passes(arg));
}

interface Test {
  readonly isOptional: boolean;
  passes(value: Variant): boolean;
}

function testFor(type: ArgumentType): Test {
  const isOptional = type.endsWith('?');
  const passes = passesAs((isOptional ? type.slice(0, -1) : type) as TypeName);
  return { isOptional, passes: isOptional ? (value) => value === null || passes(value) : passes };
}

function passesAs(type: TypeName): (value: Variant) => boolean {
  switch (type) {
    case 'Variant':
      return () => true;
    case 'bool':
      return (value) => typeof value === 'boolean';
    case 'int':
      return (value) => Number.isInteger(value) || typeof value === 'bigint';
    case 'float':
      return (value) => Number.isFinite(value);
    case 'String':
      return (value) => typeof value === 'string';
    default:
      return objectTest(type);
  }
}

function objectTest(name: keyof typeof TYPES): (value: Variant) => boolean {
  if (!Object.hasOwn(TYPES, name)) throw new TypeError(`${String(name)} is no type of an argument`);
  const type: number = TYPES[name];
  return (value) => typeof value === 'object' && value !== null && kindOf(value) === type;
}
