import type { AttachedNode, NodeHome } from './multiplayer-node.js';

// `replicate(player, …)` names no tree: what it makes has to find its way to the tree of its node by itself.

/** The tree that a node is inside of. */
const homes = new WeakMap<object, NodeHome<object>>();
/** What waits to be attached to a node that is in no tree yet, or to the node of a script that is bound to none yet. */
const waiting = new WeakMap<object, readonly AttachedNode<object>[]>();

/** Attaches it to the node now, or as soon as the node enters a tree. */
export function attachTo<N extends object>(node: object, attached: AttachedNode<N>): void {
  const home = homes.get(node);
  if (home !== undefined) home.addChild(node, attached);
  else waiting.set(node, [...(waiting.get(node) ?? []), attached as AttachedNode<object>]);
}

/** What waited for this node or script. */
export function takeWaiting(owner: object): readonly AttachedNode<object>[] {
  const found = waiting.get(owner) ?? [];
  waiting.delete(owner);
  return found;
}

/** For trees: this node is inside now, or, with null, no longer. */
export function setHome(node: object, home: NodeHome<object> | null): void {
  if (home === null) homes.delete(node);
  else homes.set(node, home);
}
