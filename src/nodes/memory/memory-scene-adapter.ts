import type { PropertyBinding, Unsubscribe } from '../../multiplayer/scene/scene-host.js';
import { bindPropertyPath } from '../property-path.js';
import type { SceneAdapter, TreeWatcher } from '../scene-adapter.js';
import { MemoryNode } from './memory-node.js';

/**
 * A tree of `MemoryNode`s as a SceneTree sees it.
 * @example
 * ```ts run
 * import { MemoryNode, MemorySceneAdapter, SceneTree } from 'scenewire';
 *
 * const root = new MemoryNode('root');
 * const tree = new SceneTree(new MemorySceneAdapter(root));
 * root.addChild(new MemoryNode('World'));
 * console.log(tree.getNode('/root/World')?.name); // → World
 * ```
 */
export class MemorySceneAdapter implements SceneAdapter<MemoryNode> {
  readonly #root: MemoryNode;

  constructor(root: MemoryNode = new MemoryNode('root')) {
    this.#root = root;
  }

  getRoot(): MemoryNode {
    return this.#root;
  }

  isNode(thing: unknown): thing is MemoryNode {
    return thing instanceof MemoryNode;
  }

  isInsideTree(node: MemoryNode): boolean {
    return node.root === this.#root;
  }

  getName(node: MemoryNode): string {
    return node.name;
  }

  setName(node: MemoryNode, name: string): void {
    node.name = name;
  }

  getKind(node: MemoryNode): string {
    return node.kind;
  }

  getParent(node: MemoryNode): MemoryNode | null {
    return node.parent;
  }

  getChildren(node: MemoryNode): readonly MemoryNode[] {
    return node.children;
  }

  findChild(parent: MemoryNode, name: string): MemoryNode | null {
    return parent.getChild(name);
  }

  addChild(parent: MemoryNode, child: MemoryNode): void {
    parent.addChild(child);
  }

  removeChild(parent: MemoryNode, child: MemoryNode): void {
    parent.removeChild(child);
  }

  free(node: MemoryNode): void {
    node.parent?.removeChild(node);
  }

  watch(watcher: TreeWatcher<MemoryNode>): Unsubscribe {
    this.#root._watch(watcher);
    return () => this.#root._watch(null);
  }

  /** Every node tells. */
  track(_node: MemoryNode): void {}

  bindProperty(node: MemoryNode, property: string, script: object | null): PropertyBinding | null {
    return bindPropertyPath(script, property) ?? bindPropertyPath(node, property);
  }
}
