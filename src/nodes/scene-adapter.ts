import type { PropertyBinding, Unsubscribe } from '../multiplayer/scene/scene-host.js';

/** The tree behind an adapter. What is told twice counts once. */
export interface TreeWatcher<N extends object> {
  /** This node, with everything below it, is inside now. */
  entered(node: N): void;
  /** This node, with everything below it, leaves. It is still in its place, where the engine lets that be seen. */
  exiting(node: N): void;
}

/**
 * How a SceneTree sees an engine: one implementation for Babylon.js, one for three.js, one for the tree in memory.
 * `N` is the engine's node class. Engines are never imported: adapters know them by their shape.
 */
export interface SceneAdapter<N extends object> {
  getRoot(): N;
  /** Whether this object is a node of this engine at all. */
  isNode(thing: unknown): thing is N;
  isInsideTree(node: N): boolean;

  getName(node: N): string;
  setName(node: N, name: string): void;
  /** What an unnamed node is called before it gets a number: the engine's word for its kind. */
  getKind(node: N): string;
  getParent(node: N): N | null;
  /** In the engine's order. Valid until the tree changes. */
  getChildren(node: N): readonly N[];
  /** For engines whose siblings have different names, and are found by them at once. */
  findChild?(parent: N, name: string): N | null;
  addChild(parent: N, child: N): void;
  removeChild(parent: N, child: N): void;
  /** Disposes of the node, its children, and what belongs to them alone. */
  free(node: N): void;
  /** Whether it was disposed of and can never come back. Without it nobody is. */
  isGone?(node: N): boolean;
  /** A number that grows with every node that was made. Without it the tree counts by itself as it meets them. */
  getCreationOrder?(node: N): number;

  /**
   * Who is told of nodes that come and go by the engine's own calls. An engine without such events compares in `poll`;
   * a node may thus be told one frame late, never not at all.
   */
  watch(watcher: TreeWatcher<N>): Unsubscribe;
  /** This node matters: it and its children have to be told of from now on. Of all others an adapter may keep silent. */
  track(node: N): void;
  /** Once per frame, before the network is polled: finds what the engine did not tell. */
  poll?(): void;

  /** A property of the script, else of the node, by its path inside: `position`, `position:x`, `health`. */
  bindProperty(node: N, property: string, script: object | null): PropertyBinding | null;
}
