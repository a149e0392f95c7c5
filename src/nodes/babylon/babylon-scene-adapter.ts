import type { PropertyBinding, Unsubscribe } from '../../multiplayer/scene/scene-host.js';
import { bindPropertyPath } from '../property-path.js';
import type { SceneAdapter, TreeWatcher } from '../scene-adapter.js';
import { bindSpatialProperty } from '../spatial-property.js';
import { TreeDiff } from '../tree-diff.js';
import { BabylonSpace, hasPlace, type NodeSpace, warnOfGltfRoot } from './babylon-space.js';
import {
  type BabylonNode,
  type BabylonScene,
  type BabylonThing,
  isBabylonNode,
  isBabylonScene,
} from './babylon-types.js';

const NO_CHILDREN: readonly BabylonNode[] = [];

/**
 * A Babylon.js scene as a SceneTree sees it. The scene itself is the root, and its root nodes are the root's children.
 * @example
 * ```ts
 * import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
 * import type { Scene } from '@babylonjs/core/scene.js';
 * import { attach } from 'scenewire/babylon';
 *
 * declare const scene: Scene;
 * declare const sky: TransformNode;
 *
 * const { adapter } = attach(scene); // it makes one
 * adapter.setSpace(sky, 'raw'); // its values travel as they are, not mirrored
 * ```
 */
export class BabylonSceneAdapter implements SceneAdapter<BabylonThing> {
  readonly #scene: BabylonScene;
  readonly #space = new BabylonSpace();
  readonly #diff: TreeDiff<BabylonThing>;
  /**
   * Babylon puts each node into its scene when it is made. Here it is in the tree from the next poll on, or when it is
   * given a parent: until then it has neither name nor place.
   */
  #roots: readonly BabylonNode[];
  #rootSet: ReadonlySet<BabylonNode>;
  /** Taken out of the tree, though Babylon keeps them in the scene; and whether they were enabled before. */
  readonly #removed = new WeakMap<BabylonNode, boolean>();

  constructor(scene: BabylonScene) {
    this.#scene = scene;
    this.#roots = [...scene.rootNodes];
    this.#rootSet = new Set(this.#roots);
    this.#diff = new TreeDiff<BabylonThing>(this, scene);
  }

  /** How a node's own position and rotation are to be read; see `NodeSpace`. */
  setSpace(node: BabylonNode, space: NodeSpace): void {
    this.#space.setSpace(node, space);
  }

  getRoot(): BabylonThing {
    return this.#scene;
  }

  isNode(thing: unknown): thing is BabylonThing {
    return thing === this.#scene || isBabylonNode(thing);
  }

  isInsideTree(node: BabylonThing): boolean {
    if (isBabylonScene(node)) return node === this.#scene;
    if (node.isDisposed()) return false;
    let top = node;
    while (top.parent !== null) {
      if (this.#removed.has(top)) return false;
      top = top.parent;
    }
    return this.#rootSet.has(top);
  }

  isGone(node: BabylonThing): boolean {
    return !isBabylonScene(node) && node.isDisposed();
  }

  getName(node: BabylonThing): string {
    return isBabylonScene(node) ? 'root' : node.name;
  }

  setName(node: BabylonThing, name: string): void {
    if (!isBabylonScene(node)) node.name = name;
  }

  getKind(node: BabylonThing): string {
    return isBabylonScene(node) ? 'Scene' : node.getClassName();
  }

  getParent(node: BabylonThing): BabylonThing | null {
    if (isBabylonScene(node)) return null;
    if (node.parent !== null) return this.#removed.has(node) ? null : node.parent;
    return this.#rootSet.has(node) ? this.#scene : null;
  }

  getChildren(node: BabylonThing): readonly BabylonNode[] {
    if (isBabylonScene(node)) return this.#roots;
    // PERF: Babylon's own list, which it doesn't show; `getChildren` makes a new one for each call.
    const own = (node as { readonly _children?: readonly BabylonNode[] | null })._children;
    return own === undefined ? node.getChildren(undefined, true) : (own ?? NO_CHILDREN);
  }

  addChild(parent: BabylonThing, child: BabylonThing): void {
    if (isBabylonScene(child)) return;
    const wasEnabled = this.#removed.get(child);
    if (wasEnabled !== undefined) child.setEnabled(wasEnabled);
    this.#removed.delete(child);
    child.parent = isBabylonScene(parent) ? null : parent;
    if (child.parent === null && !this.#rootSet.has(child)) this.#setRoots([...this.#roots, child]);
  }

  /** Babylon knows no node outside of its scene: it is switched off, and kept. */
  removeChild(_parent: BabylonThing, child: BabylonThing): void {
    if (isBabylonScene(child)) return;
    if (!this.#removed.has(child)) this.#removed.set(child, child.isEnabled(false));
    child.parent = null;
    child.setEnabled(false);
    this.#setRoots(this.#roots.filter((root) => root !== child));
  }

  /** With everything below it. Materials and textures stay: they are shared as a rule. */
  free(node: BabylonThing): void {
    if (isBabylonScene(node)) return;
    node.dispose();
    if (this.#rootSet.has(node)) this.#setRoots(this.#roots.filter((root) => root !== node));
  }

  /** Babylon counts the nodes it makes. */
  getCreationOrder(node: BabylonThing): number {
    return isBabylonScene(node) ? 0 : node.uniqueId;
  }

  watch(watcher: TreeWatcher<BabylonThing>): Unsubscribe {
    return this.#diff.watch(watcher);
  }

  track(node: BabylonThing): void {
    this.#diff.track(node);
  }

  poll(): void {
    if (this.#haveRootsChanged()) this.#setRoots(this.#scene.rootNodes.filter((node) => !this.#removed.has(node)));
    this.#diff.poll();
  }

  bindProperty(node: BabylonThing, property: string, script: object | null): PropertyBinding | null {
    const ofScript = bindPropertyPath(script, property);
    if (ofScript !== null) return ofScript;
    if (!isBabylonScene(node) && hasPlace(node, property)) {
      const spatial = bindSpatialProperty(this.#space, node, property);
      if (spatial !== null) {
        warnOfGltfRoot(node, property);
        return spatial;
      }
    }
    return bindPropertyPath(node, property);
  }

  #setRoots(roots: readonly BabylonNode[]): void {
    this.#roots = roots;
    this.#rootSet = new Set(roots);
  }

  // PERF: runs each frame, and as a rule says no.
  #haveRootsChanged(): boolean {
    const now = this.#scene.rootNodes;
    let at = 0;
    for (let n = 0; n < now.length; n += 1) {
      const node = now[n] as BabylonNode;
      if (this.#removed.has(node)) continue;
      if (this.#roots[at] !== node) return true;
      at += 1;
    }
    return at !== this.#roots.length;
  }
}
