import { type RefObject, useEffect, useState } from 'react';
import { type ReplicateOptions, replicate } from '../replicate.js';
import type { ReplicatedProperties } from '../replicate-types.js';
import type { ThreeNode } from '../three/three-types.js';
import { useNetwork } from './network-provider.js';

/** An object of the scene, or the ref of an element. */
export type Target<T> = RefObject<T | null> | T | null;

/**
 * Keeps properties of an element the same at all peers: `useReplicate(ref, { position: 'always' })`. The properties and
 * options are read when the element is mounted.
 */
export function useReplicate<T extends object>(
  target: Target<T>,
  properties: ReplicatedProperties<T>,
  options?: ReplicateOptions,
): void {
  const network = useNetwork();
  // biome-ignore lint/correctness/useExhaustiveDependencies: properties and options are read once per element
  useEffect(() => {
    const node = current(target);
    if (node === null) return undefined;
    const synchronizer = replicate(node, properties, options);
    return () => network.tree.detach(synchronizer as never);
  }, [network, target]);
}

/** Binds a script to an element: its listed methods can be called from afar. Made once, and given back. */
export function useScript<S extends object>(target: Target<ThreeNode>, make: () => S): S {
  const network = useNetwork();
  const [script] = useState(make);
  useEffect(() => {
    const node = current(target);
    if (node === null) return undefined;
    network.bind(node, script);
    return () => {
      if (network.tree.scriptOf(node) === script) network.bind(node, null);
    };
  }, [network, target, script]);
  return script;
}

function current<T>(target: Target<T>): T | null {
  return target !== null && typeof target === 'object' && 'current' in target ? target.current : (target as T | null);
}
