import {
  AABB,
  Basis,
  Color,
  EncodedObjectAsID,
  Float,
  GodotCallable,
  GodotSignal,
  NodePath,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rect2i,
  RID,
  StringName,
  Transform2D,
  Transform3D,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from 'scenewire';

type Class = abstract new (...args: never[]) => object;

/** Values that Godot writes as a name and their numbers. */
const STRUCTS: readonly (readonly [string, Class])[] = [
  ['Vector2', Vector2],
  ['Vector2i', Vector2i],
  ['Vector3', Vector3],
  ['Vector3i', Vector3i],
  ['Vector4', Vector4],
  ['Vector4i', Vector4i],
  ['Rect2', Rect2],
  ['Rect2i', Rect2i],
  ['Plane', Plane],
  ['Quaternion', Quaternion],
  ['AABB', AABB],
  ['Basis', Basis],
  ['Transform2D', Transform2D],
  ['Transform3D', Transform3D],
  ['Projection', Projection],
  ['Color', Color],
];

const PACKED: readonly (readonly [string, Class])[] = [
  ['PackedByteArray', Uint8Array],
  ['PackedInt32Array', Int32Array],
  ['PackedInt64Array', BigInt64Array],
  ['PackedFloat32Array', Float32Array],
  ['PackedFloat64Array', Float64Array],
];

const VECTORS: readonly (readonly [string, Class])[] = [
  ['PackedVector2Array', PackedVector2Array],
  ['PackedVector3Array', PackedVector3Array],
  ['PackedVector4Array', PackedVector4Array],
  ['PackedColorArray', PackedColorArray],
];

const nameIn = (table: readonly (readonly [string, Class])[], value: object): string | undefined =>
  table.find(([, type]) => value instanceof type)?.[0];

/** A value as the recordings write it (`var_to_str`). */
export function show(value: unknown): string {
  return value instanceof EncodedObjectAsID ? '<EncodedObjectAsID>' : text(value);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return number(value as number | bigint | boolean);
  if (value instanceof Float) return number(value.value);
  if (value instanceof StringName) return `&${quote(value.text)}`;
  if (value instanceof NodePath) return `NodePath(${quote(value.path)})`;
  if (value instanceof GodotCallable) return 'Callable()';
  if (value instanceof GodotSignal) return 'Signal()';
  if (value instanceof RID) return value.id === 0n ? 'RID()' : `RID(${value.id})`;
  if (value instanceof EncodedObjectAsID) return object(value);
  if (value instanceof PackedStringArray) return `PackedStringArray(${[...value].map(quote).join(', ')})`;
  if (value instanceof Map) return dictionary(value);
  const vectors = nameIn(VECTORS, value);
  if (vectors !== undefined) return `${vectors}(${[...(value as { data: Float32Array }).data].map(number).join(', ')})`;
  const packed = nameIn(PACKED, value);
  if (packed !== undefined) return `${packed}(${[...(value as Uint8Array)].map(number).join(', ')})`;
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  const struct = nameIn(STRUCTS, value);
  return struct === undefined ? `<${value.constructor.name}>` : `${struct}(${numbersIn(value).map(number).join(', ')})`;
}

const object = ({ objectId }: EncodedObjectAsID): string =>
  `Object(EncodedObjectAsID,"object_id":${BigInt.asIntN(64, objectId)},"script":null)`;

/** Godot writes the entries in the order of their keys: numbers, then texts. */
function dictionary(map: ReadonlyMap<unknown, unknown>): string {
  const entries = [...map].sort(([a], [b]) => {
    if (typeof a === typeof b && typeof a !== 'object') return (a as string) < (b as string) ? -1 : 1;
    return Number(typeof a === 'string') - Number(typeof b === 'string');
  });
  return `{${entries.map(([key, value]) => `${text(key)}: ${text(value)}`).join(', ')}}`;
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  // Row by row.
  if (value instanceof Basis) return (['x', 'y', 'z'] as const).flatMap((i) => [value.x[i], value.y[i], value.z[i]]);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const quote = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

function number(value: number | bigint | boolean): string {
  if (Object.is(value, -0)) return '-0';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Number.isNaN(value) ? 'nan' : String(value);
}

/**
 * Without what a text says beyond the value: blanks, that a whole number is a float (numbers here don't tell), and
 * decimals beyond single precision.
 */
export function normalized(shown: string): string {
  const single = (digits: string): string => String(Math.fround(Number(digits)));
  return shown
    .replace(/\s+/g, '')
    .replace(/(?<![\w.])-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)(?![\w.])/g, single)
    .replace(/^&(?=")/, '');
}
