import type { AABB, Rect2, Rect2i } from './boxes.js';
import type { Color } from './color.js';
import type { EngineValue } from './engine-types.js';
import type { Float } from './float.js';
import type { Vector2i, Vector3i, Vector4i } from './integer-vectors.js';
import type { NodePath } from './node-path.js';
import type { PackedColorArray, PackedVector2Array, PackedVector3Array, PackedVector4Array } from './packed-arrays.js';
import type { PackedStringArray } from './packed-string-array.js';
import type { Plane } from './plane.js';
import type { EncodedObjectAsID, GodotCallable, GodotSignal, RID } from './references.js';
import type { StringName } from './string-name.js';
import type { Basis, Projection, Transform2D, Transform3D } from './transforms.js';
import type { Quaternion, Vector2, Vector3, Vector4 } from './vectors.js';

/** Values with a fixed number of components. */
export type VariantStruct =
  | Vector2
  | Vector2i
  | Rect2
  | Rect2i
  | Vector3
  | Vector3i
  | Transform2D
  | Vector4
  | Vector4i
  | Plane
  | Quaternion
  | AABB
  | Basis
  | Transform3D
  | Projection
  | Color;

/** Godot's packed arrays. The first five are JavaScript's own typed arrays. */
export type PackedArray =
  | Uint8Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | PackedStringArray
  | PackedVector2Array
  | PackedVector3Array
  | PackedColorArray
  | PackedVector4Array;

type Leaf =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | StringName
  | NodePath
  | RID
  | EncodedObjectAsID
  | GodotCallable
  | GodotSignal
  | VariantStruct
  | PackedArray;

/** What arrives. A whole float arrives as a number, unless `Float` was asked for. */
export type Variant = Leaf | readonly Variant[] | ReadonlyMap<Variant, Variant>;

/**
 * What can be sent: everything that arrives, plain objects as dictionaries with String keys, `undefined` as null, and
 * the vectors, quaternions, colours and matrices of Babylon and three.
 */
export type VariantInput =
  | Leaf
  | undefined
  | EngineValue
  | readonly VariantInput[]
  | ReadonlyMap<VariantInput, VariantInput>
  | { readonly [key: string]: VariantInput };
