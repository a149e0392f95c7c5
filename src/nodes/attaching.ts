import type { AttachedNode, NodeHome } from './multiplayer-node.js';

// `replicate(player, …)` names no tree: what it makes has to find its way to the tree of its node by itself. So these
// tables are one per process, as what they are about is: a node is in one scene, whoever asks. They hold nothing that its
// owner does not (the nodes of engines are not for us to write on), and no order of calls changes what is in them.

/** The tree that a node is inside of. */
const homes = new WeakMap<object, NodeHome<object>>();
/** What waits to be attached to a node that is in no tree yet, or to the node of a script that is bound to none yet. */
const waiting = new WeakMap<object, readonly AttachedNode<object>[]>();
/** Who waits. An engine does not tell of nodes that nobody has asked about, so trees look for these. */
const owners = new Set<WeakRef<object>>();

/** Attaches it to the node now, or as soon as the node enters a tree. */
export function attachTo<N extends object>(node: object, attached: AttachedNode<N>): void {
  const home = homes.get(node);
  if (home !== undefined) {
    home.addChild(node, attached);
    return;
  }
  if (!waiting.has(node)) owners.add(new WeakRef(node));
  waiting.set(node, [...(waiting.get(node) ?? []), attached as AttachedNode<object>]);
}

/** Calls it with each node or script that something waits for. */
export function forEachWaiting(fn: (owner: object) => void): void {
  // PERF: in most frames there is none, and even an empty loop makes an iterator.
  if (owners.size === 0) return;
  for (const ref of owners) {
    const owner = ref.deref();
    if (owner !== undefined && waiting.has(owner)) fn(owner);
    if (owner === undefined || !waiting.has(owner)) owners.delete(ref);
  }
}

/** What waited for this node or script. */
export function takeWaiting(owner: object): readonly AttachedNode<object>[] {
  const found = waiting.get(owner) ?? [];
  waiting.delete(owner);
  return found;
}

/** For trees: this node is inside now. */
export function enterHome(node: object, home: NodeHome<object>): void {
  homes.set(node, home);
}

/** For trees: it no longer is. Another tree may have it by now. */
export function leaveHome(node: object, home: NodeHome<object>): void {
  if (homes.get(node) === home) homes.delete(node);
}
