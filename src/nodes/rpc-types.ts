import type { Err } from '../core/err.js';
import type { AABB } from '../multiplayer/variant/boxes.js';
import type { Color } from '../multiplayer/variant/color.js';
import type {
  BabylonColor3,
  BabylonMatrix,
  BabylonPlane,
  BabylonVector2,
  BabylonVector3,
  BabylonVector4,
  ThreeBox3,
  ThreeColor,
  ThreeEuler,
  ThreeMatrix4,
  ThreePlane,
  ThreeQuaternion,
  ThreeVector2,
  ThreeVector3,
  ThreeVector4,
} from '../multiplayer/variant/engine-types.js';
import type { Float } from '../multiplayer/variant/float.js';
import type { Plane } from '../multiplayer/variant/plane.js';
import type { Transform3D } from '../multiplayer/variant/transforms.js';
import type { Variant, VariantInput } from '../multiplayer/variant/variant.js';
import type { TypedValue } from '../multiplayer/variant/variant-type.js';
import type { Quaternion, Vector2, Vector3, Vector4 } from '../multiplayer/variant/vectors.js';
import type { RpcOptions } from './rpc-options.js';

/** What a script or any object has of its own accord: no names for RPCs. */
type Reserved = 'rpcs' | 'rpc' | 'rpcTo' | 'ask' | keyof typeof Object.prototype;

// What it returns is not looked at: a method may return what the list that is being typed makes of another one.
type Method = (...args: never[]) => void;

/** The names of the methods that a class can list. */
export type RpcName<T> = {
  [K in Exclude<keyof T, Reserved> & string]: T[K] extends Method ? K : never;
}[Exclude<keyof T, Reserved> & string];

/** A list of RPCs as it is written: options by the names of methods. */
export type RpcMap<T> = { readonly [K in RpcName<T>]?: RpcOptions };

type Arguments = readonly unknown[];
type ParametersOf<F> = F extends (...args: infer A) => unknown ? A : never;
type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Without the `RpcContext`, which the caller does not give. */
type Given<A extends Arguments, O> = O extends { readonly context: true }
  ? A extends readonly [unknown, ...infer R]
    ? R
    : []
  : A;

/** What may be sent where a method takes a `P`: engine values arrive as values of this library. */
type Sent<P> = Variant extends P ? VariantInput : SentPart<P>;
type SentPart<P> = P extends number
  ? P | Float
  : P extends TypedValue
    ? P | EngineFormOf<P>
    : P extends readonly (infer E)[]
      ? readonly Sent<E>[]
      : P extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<Sent<K>, Sent<V>> | { readonly [key: string]: Sent<V> }
        : P;

type EngineFormOf<P> = P extends Vector3
  ? ThreeVector3 | ThreeEuler | BabylonVector3
  : P extends Quaternion
    ? ThreeQuaternion | BabylonVector4
    : P extends Vector2
      ? ThreeVector2 | BabylonVector2
      : P extends Vector4
        ? ThreeVector4 | BabylonVector4
        : P extends Color
          ? ThreeColor | BabylonColor3
          : EngineFormOfLarger<P>;
type EngineFormOfLarger<P> = P extends Transform3D
  ? ThreeMatrix4 | BabylonMatrix
  : P extends Plane
    ? ThreePlane | BabylonPlane
    : P extends AABB
      ? ThreeBox3
      : never;

type SentAll<A extends Arguments> = { [I in keyof A]: Sent<A[I]> };

/** A method as its caller sees it. */
type Call<A extends Arguments, R> = (...args: SentAll<A>) => R;

/** What arrives of what a method gives: nothing is null, a plain object is a Map. */
export type Answer<R> = unknown extends R ? Variant : AnswerPart<R>;
type AnswerPart<R> = R extends null | boolean | number | bigint | string | TypedValue | ArrayBufferView
  ? R
  : R extends readonly (infer E)[]
    ? readonly Answer<E>[]
    : R extends object
      ? Variant
      : null;

/** The listed methods of a script as they are called from afar. */
export type RpcCalls<T, M> = {
  readonly [K in keyof M & keyof T]: Call<Given<ParametersOf<T[K]>, M[K]>, Err>;
};

/** The same for questions: promises of what the methods give. They reject with an `RpcError`. */
export type RpcQuestions<T, M> = {
  readonly [K in keyof M & keyof T]: Call<Given<ParametersOf<T[K]>, M[K]>, Promise<Answer<ResultOf<T[K]>>>>;
};
