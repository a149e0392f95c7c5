import type { NodeRpcConfig } from '../rpc/rpc-config.js';
import type { Variant, VariantInput } from '../variant/variant.js';

/** Anything with a place in the scene: a node of the engine, a spawner, a synchronizer. */
export type SceneNode = object;

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** One property of one node, looked up once and then read and written without allocation. */
export interface PropertyBinding {
  /** The value now, an engine's own vectors as they are; undefined when it can't be read. */
  get(): VariantInput | undefined;
  /** False when it can't be set. What is kept of the value has to be copied: the caller may reuse the object. */
  set(value: Variant): boolean;
}

/** How a tree makes itself known to an API: `objectConfigurationAdd(null, root)`. */
export interface SceneRoot {
  readonly host: SceneHost;
  /** Absolute: `/root`, `/root/Level`. */
  readonly path: string;
}

/**
 * What a SceneMultiplayer needs of the tree its nodes live in; `SceneTree` implements it. Paths of the first group are
 * those of the wire, relative to the root of the API (`World/Hero`, the root itself is `.`), and never lead outside it.
 */
export interface SceneHost {
  findNode(rootPath: string, path: string): SceneNode | null;
  /** Null when the node is outside the tree, or not below the root. */
  pathOf(rootPath: string, node: SceneNode): string | null;

  isInsideTree(node: SceneNode): boolean;
  /** Called once, when the node begins to leave the tree; its name and path can still be asked for. */
  onTreeExiting(node: SceneNode, fn: () => void): Unsubscribe;
  /** Called once, when the node and everything below it are ready: not again for a node that comes back. */
  onReady(node: SceneNode, fn: () => void): Unsubscribe;
  /** Whether it is in the tree, and it and everything below it became ready there. */
  isReady(node: SceneNode): boolean;
  /** Called for each node that enters the tree directly below this one. */
  onChildEntered(parent: SceneNode, fn: (child: SceneNode) => void): Unsubscribe;

  getMultiplayerAuthority(node: SceneNode): number;
  getNodeRpcConfig(node: SceneNode): NodeRpcConfig;
  /** Calls a method of the node's script, or of the node where it has none. What it throws comes through. */
  callMethod(node: SceneNode, method: string, args: readonly VariantInput[]): unknown;
  hasMethod(node: SceneNode, method: string): boolean;

  getName(node: SceneNode): string;
  getParent(node: SceneNode): SceneNode | null;
  /** A path as configurations hold it, `..` included, seen from this node. */
  resolve(from: SceneNode, path: string): SceneNode | null;
  getChildNamed(parent: SceneNode, name: string): SceneNode | null;
  /** Names the child, or gives it a readable unique name when there is none, and adds it. */
  addChild(parent: SceneNode, child: SceneNode, name?: string): void;
  /** Takes the node out of the tree and disposes of it with everything below it. */
  free(node: SceneNode): void;
  /** Grows with every node that was made: late joiners get spawned nodes in this order. */
  creationOrder(node: SceneNode): number;
  /** The scene this node was made from by `instantiateScene`; empty for others. */
  scenePathOf(node: SceneNode): string;

  /** Such as `position` or `position:x`. Null when there is no such property. */
  bindProperty(node: SceneNode, property: string): PropertyBinding | null;
}
