import { useEffect, useState } from 'react';
import type { Signal } from 'scenewire';
import type { ThreeNode } from 'scenewire/three';
import type { Group } from 'three';

/** Something that was spawned, and the node that the game has made for it. */
export interface Entity<T> {
  readonly key: string;
  readonly thing: T;
  readonly node: Group;
}

/** What comes and goes in the game, as state. A node may be gone a moment before its component is. */
export function useEntities<T extends { readonly node: object | null }>(
  things: ReadonlyMap<string, T>,
  added: Signal<[thing: T, node: ThreeNode]>,
  removed: Signal<[thing: T]>,
): readonly Entity<T>[] {
  const [entities, setEntities] = useState<readonly Entity<T>[]>([]);
  useEffect(() => {
    const refresh = (): void =>
      setEntities([...things].map(([key, thing]) => ({ key, thing, node: thing.node as Group })));
    refresh();
    added.connect(refresh);
    removed.connect(refresh);
    return () => {
      added.disconnect(refresh);
      removed.disconnect(refresh);
    };
  }, [things, added, removed]);
  return entities;
}
