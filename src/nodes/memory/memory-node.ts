import { NameNumbers, validNodeName } from '../../multiplayer/scene/node-name.js';
import type { TreeWatcher } from '../scene-adapter.js';

/**
 * A node of a tree that is only in memory: for tests, for bots, and for servers without an engine. Make a subclass with
 * fields of its own, or bind a script to it.
 * @example
 * ```ts run
 * import { MemoryNode } from 'scenewire';
 *
 * class Hero extends MemoryNode {
 *   health = 100;
 * }
 *
 * const world = new MemoryNode('World');
 * world.addChild(new Hero('Hero'));
 * world.addChild(new Hero('Hero'));
 * console.log(world.children.map(({ name }) => name)); // → [ 'Hero', 'Hero2' ]
 * ```
 */
export class MemoryNode {
  readonly kind: string;
  #name: string;
  #parent: MemoryNode | null = null;
  readonly #children: MemoryNode[] = [];
  readonly #byName = new Map<string, MemoryNode>();
  /** PERF: thousands of siblings may have one name and a number each. */
  #numbers = new NameNumbers();
  #watcher: TreeWatcher<MemoryNode> | null = null;

  constructor(name = '', kind = 'Node') {
    this.kind = kind;
    this.#name = validNodeName(name);
  }

  get name(): string {
    return this.#name;
  }

  /** Made valid, and unique among its siblings. */
  set name(name: string) {
    const parent = this.#parent;
    if (parent !== null) parent.#releaseName(this.#name);
    this.#name = validNodeName(name);
    if (parent !== null) parent.#nameChild(this);
  }

  get parent(): MemoryNode | null {
    return this.#parent;
  }

  get children(): readonly MemoryNode[] {
    return this.#children;
  }

  getChild(name: string): MemoryNode | null {
    return this.#byName.get(name) ?? null;
  }

  get root(): MemoryNode {
    let node: MemoryNode = this;
    while (node.#parent !== null) node = node.#parent;
    return node;
  }

  /** Puts it at the end; it leaves the parent it has. */
  addChild(child: MemoryNode): void {
    if (this.isWithin(child)) throw new RangeError(`${child.#name} cannot become a child of what is below it`);
    child.#parent?.removeChild(child);
    child.#parent = this;
    this.#children.push(child);
    this.#nameChild(child);
    this.root.#watcher?.entered(child);
  }

  removeChild(child: MemoryNode): void {
    if (child.#parent !== this) return;
    this.root.#watcher?.exiting(child);
    // What it was told may have moved it elsewhere.
    const at = this.#children.indexOf(child);
    if (at < 0) return;
    this.#children.splice(at, 1);
    this.#releaseName(child.#name);
    child.#parent = null;
  }

  /** Whether this is the other node or somewhere below it. */
  isWithin(other: MemoryNode): boolean {
    for (let node: MemoryNode | null = this; node !== null; node = node.#parent) if (node === other) return true;
    return false;
  }

  /** For the adapter whose root this is. */
  _watch(watcher: TreeWatcher<MemoryNode> | null): void {
    this.#watcher = watcher;
  }

  #nameChild(child: MemoryNode): void {
    child.#name = this.#numbers.unique(child.#name || child.kind, (name) => this.#byName.has(name));
    this.#byName.set(child.#name, child);
  }

  #releaseName(name: string): void {
    this.#byName.delete(name);
    this.#numbers = new NameNumbers();
  }
}
