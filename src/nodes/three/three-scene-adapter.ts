import type { PropertyBinding, Unsubscribe } from '../../multiplayer/scene/scene-host.js';
import { bindPropertyPath } from '../property-path.js';
import type { SceneAdapter, TreeWatcher } from '../scene-adapter.js';
import { bindSpatialProperty } from '../spatial-property.js';
import { TreeDiff } from '../tree-diff.js';
import { threeSpace } from './three-space.js';
import type { ThreeNode } from './three-types.js';

/**
 * A three.js scene, or any object in one, as a SceneTree sees it.
 * @example
 * ```ts run
 * import { SceneTree } from 'scenewire';
 * import { ThreeSceneAdapter } from 'scenewire/three';
 * import { Group, Scene } from 'three';
 *
 * const scene = new Scene();
 * const tree = new SceneTree(new ThreeSceneAdapter(scene)); // `attach` does this
 * const players = new Group();
 * players.name = 'Players';
 * scene.add(players);
 * tree.processFrame(1 / 60);
 * console.log(tree.getPath(players)); // → /root/Players
 * ```
 */
export class ThreeSceneAdapter implements SceneAdapter<ThreeNode> {
  readonly #root: ThreeNode;
  readonly #diff: TreeDiff<ThreeNode>;

  constructor(root: ThreeNode) {
    this.#root = root;
    this.#diff = new TreeDiff<ThreeNode>(this, root);
  }

  getRoot(): ThreeNode {
    return this.#root;
  }

  isNode(thing: unknown): thing is ThreeNode {
    return typeof thing === 'object' && thing !== null && (thing as Partial<ThreeNode>).isObject3D === true;
  }

  isInsideTree(node: ThreeNode): boolean {
    for (let at: ThreeNode | null = node; at !== null; at = at.parent) if (at === this.#root) return true;
    return false;
  }

  getName(node: ThreeNode): string {
    return node.name;
  }

  setName(node: ThreeNode, name: string): void {
    node.name = name;
  }

  getKind(node: ThreeNode): string {
    return node.type;
  }

  getParent(node: ThreeNode): ThreeNode | null {
    return node === this.#root ? null : node.parent;
  }

  getChildren(node: ThreeNode): readonly ThreeNode[] {
    return node.children;
  }

  addChild(parent: ThreeNode, child: ThreeNode): void {
    parent.add(child);
  }

  removeChild(parent: ThreeNode, child: ThreeNode): void {
    parent.remove(child);
  }

  /** Takes it out. Geometries and materials are shared as a rule, so they stay: a factory's `dispose` may free its own. */
  free(node: ThreeNode): void {
    node.parent?.remove(node);
  }

  /** three.js counts the objects it makes. */
  getCreationOrder(node: ThreeNode): number {
    return node.id;
  }

  watch(watcher: TreeWatcher<ThreeNode>): Unsubscribe {
    return this.#diff.watch(watcher);
  }

  track(node: ThreeNode): void {
    this.#diff.track(node);
  }

  poll(): void {
    this.#diff.poll();
  }

  bindProperty(node: ThreeNode, property: string, script: object | null): PropertyBinding | null {
    return (
      bindPropertyPath(script, property) ??
      bindSpatialProperty(threeSpace, node, property) ??
      bindPropertyPath(node, property)
    );
  }
}
