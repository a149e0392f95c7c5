import { createPortal } from '@react-three/fiber';
import {
  createElement,
  Fragment,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import type { Variant, VariantInput } from '../../multiplayer/variant/variant.js';
import type { MultiplayerSpawner } from '../multiplayer-spawner.js';
import { spawnInto } from '../replicate.js';
import type { ThreeNetwork } from '../three/attach.js';
import type { ThreeNode } from '../three/three-types.js';
import { useNetwork } from './network-provider.js';

/** Something that exists at all peers: a group in the scene, and what it was spawned with. */
export interface SpawnedEntity<D = Variant> {
  /** For React's `key`. */
  readonly id: number;
  readonly node: ThreeNode;
  readonly data: D;
}

export interface SpawnedHandle {
  /** Makes one at all peers. Only its authority can; null where it could not. */
  spawn(data?: VariantInput): ThreeNode | null;
  /** Takes it away everywhere. */
  despawn(node: ThreeNode): void;
  readonly spawner: MultiplayerSpawner<ThreeNode> | null;
}

export interface SpawnedProps<D = Variant> {
  /** The name of its group in the scene: part of the path, so the same at all peers. */
  name: string;
  /** What one looks like. It is drawn inside of the entity's own group. */
  children: (entity: SpawnedEntity<D>) => ReactNode;
  /** Entities that may be there at once. */
  limit?: number;
  /** Who spawns: 1, the server, unless it says otherwise. */
  authority?: number;
  /** With each new group, before it is in the tree: the place for `replicate`. Read when it is mounted. */
  onSpawn?: (node: ThreeNode, data: D) => void;
  ref?: Ref<SpawnedHandle>;
}

/**
 * Entities that appear at all peers, as React has them: what was spawned is state, and `children` says how to draw one.
 */
export function Spawned<D = Variant>({ name, children, limit, authority, onSpawn, ref }: SpawnedProps<D>): ReactNode {
  const network = useNetwork();
  const group = useRef<ThreeNode>(null);
  const spawner = useRef<MultiplayerSpawner<ThreeNode>>(null);
  const [entities, setEntities] = useState<readonly SpawnedEntity<D>[]>([]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: onSpawn is read once
  useEffect(() => {
    const parent = group.current as ThreeNode;
    const made = spawnInto<ThreeNode>(
      parent,
      {},
      {
        limit,
        authority,
        spawn: (data) => {
          // The class of three.js's groups, without importing it.
          const node = new (parent.constructor as new () => ThreeNode)();
          onSpawn?.(node, data as D);
          follow(network, node, data as D, setEntities);
          return node;
        },
      },
    );
    spawner.current = made;
    return () => {
      spawner.current = null;
      network.tree.detach(made as never);
      for (const child of [...parent.children]) network.tree.free(child);
    };
  }, [network, limit, authority]);

  useImperativeHandle(
    ref,
    () => ({
      spawn: (data = null) => spawner.current?.spawn(data) ?? null,
      despawn: (node) => network.tree.free(node),
      get spawner() {
        return spawner.current;
      },
    }),
    [network],
  );

  return createElement(
    'group',
    { name, ref: group },
    entities.map((entity) =>
      createElement(Fragment, { key: entity.id }, createPortal(children(entity), entity.node as never)),
    ),
  );
}

type SetEntities<D> = (change: (before: readonly SpawnedEntity<D>[]) => readonly SpawnedEntity<D>[]) => void;

function follow<D>({ tree }: ThreeNetwork, node: ThreeNode, data: D, setEntities: SetEntities<D>): void {
  // A node that is refused a place in the tree is never ready.
  tree.onReady(node, () => setEntities((before) => [...before, { id: node.id, node, data }]));
  tree.onTreeExiting(node, () => setEntities((before) => before.filter((entity) => entity.node !== node)));
}
