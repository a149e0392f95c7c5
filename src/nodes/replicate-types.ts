import type { Smooth } from './motion/smoothing.js';

/**
 * When a property travels: every frame (`always`), when it has changed (`onChange`), or with the node's spawn alone
 * (`spawn`). The first two travel with the spawn as well; the object form can leave that out.
 */
export type Replication =
  | 'always'
  | 'onChange'
  | 'spawn'
  | {
      readonly mode: 'always' | 'onChange';
      readonly spawn?: boolean | undefined;
      /** Of `always`: shown evenly at the others, rather than in steps as it arrives. */
      readonly smooth?: Smooth | undefined;
    };

/** What a name in a list of properties is looked up in: a script has its own members and those of its node. */
export type Replicable<T> = T extends { readonly node: infer N } ? T & NonNullable<N> : T;

type PropertyName<T> = {
  [K in keyof T & string]: T[K] extends (...args: never[]) => unknown ? never : K;
}[keyof T & string];

/** Parts of vectors, quaternions and colours. */
type Part = 'x' | 'y' | 'z' | 'w' | 'r' | 'g' | 'b' | 'a';

type PartName<T> = {
  [K in PropertyName<T>]: `${K}:${keyof NonNullable<T[K]> & Part}`;
}[PropertyName<T>];

/** Of a child, or deeper: `./Gun:rotation`, `.:stats:strength`. Not checked: children are not in the type of a node. */
type DeepPath = `.${string}:${string}`;

/** Names of properties, of parts of them (`position:x`), and paths of children (`./Gun:rotation`). */
export type ReplicatedProperties<T> = {
  readonly [P in PropertyName<Replicable<T>> | PartName<Replicable<T>> | DeepPath]?: Replication | undefined;
};
