import { uniqueNodeName, validNodeName } from '../multiplayer/scene/node-name.js';
import { takeWaiting } from './attaching.js';
import { type AttachedNode, MultiplayerNode, type NodeHome, type TreeNode } from './multiplayer-node.js';
import { NodeState } from './node-state.js';
import type { SceneAdapter } from './scene-adapter.js';

/** The absolute path of every tree's root, whatever the engine calls it. */
export const ROOT_PATH = '/root';

const NO_NAMES: readonly string[] = [];
const NO_NODES: readonly never[] = [];

/**
 * The nodes of the engine and those that are attached to them as one tree: parents, children in order, names and paths.
 * What it knows of each is kept aside, never in the engine's own objects.
 */
export class TreeNodes<N extends object> {
  readonly adapter: SceneAdapter<N>;
  readonly #home: NodeHome<N>;
  readonly #states = new WeakMap<object, NodeState<N>>();
  #met = 0;

  constructor(adapter: SceneAdapter<N>, home: NodeHome<N>) {
    this.adapter = adapter;
    this.#home = home;
  }

  get root(): N {
    return this.adapter.getRoot();
  }

  state(node: TreeNode<N>): NodeState<N> {
    const known = this.#states.get(node);
    if (known !== undefined) return known;
    this.#met += 1;
    const made = new NodeState<N>(this.#met);
    this.#states.set(node, made);
    return made;
  }

  /** Undefined for what the tree has never met. */
  peek(node: object): NodeState<N> | undefined {
    return this.#states.get(node);
  }

  isInside(node: object): boolean {
    return this.#states.get(node)?.isInside ?? false;
  }

  parentOf(node: TreeNode<N>): TreeNode<N> | null {
    return isAttached(node) ? node.getParent() : this.adapter.getParent(node);
  }

  nameOf(node: TreeNode<N>): string {
    return isAttached(node) ? node.name : this.adapter.getName(node);
  }

  kindOf(node: TreeNode<N>): string {
    return isAttached(node) ? node.getKind() : this.adapter.getKind(node);
  }

  /** In order, what is attached among them. A list of its own where something is attached, else the engine's. */
  childrenOf(node: TreeNode<N>): readonly TreeNode<N>[] {
    for (const attached of takeWaiting(node)) this.attach(node, attached as AttachedNode<N>);
    const attachments = this.#states.get(node)?.attachments ?? [];
    const own = isAttached(node) ? [] : this.adapter.getChildren(node);
    if (attachments.length === 0) return own;
    const merged: TreeNode<N>[] = [];
    let next = 0;
    for (const { node: attached, after } of attachments) {
      while (next < own.length && next < after) merged.push(own[next++] as N);
      merged.push(attached);
    }
    while (next < own.length) merged.push(own[next++] as N);
    return merged;
  }

  attach(parent: TreeNode<N>, node: AttachedNode<N>): void {
    const after = isAttached(parent) ? 0 : this.adapter.getChildren(parent).length;
    const state = this.state(parent);
    state.attachments = [...state.attachments, { node, after }];
    node._place(this.#home, parent, false);
    if (!isAttached(parent)) this.adapter.track(parent);
  }

  detach(node: AttachedNode<N>): void {
    const parent = node.getParent();
    if (parent !== null) {
      const state = this.state(parent);
      state.attachments = state.attachments.filter((one) => one.node !== node);
    }
    node._place(null, null, false);
  }

  /** An engine's child goes: what was attached behind it stays behind those that remain. */
  forgetPlace(parent: TreeNode<N>, child: N): void {
    const attachments = this.#states.get(parent)?.attachments ?? [];
    if (attachments.length === 0 || isAttached(parent)) return;
    const at = this.adapter.getChildren(parent).indexOf(child);
    if (at < 0) return;
    for (const attachment of attachments) if (attachment.after > at) attachment.after -= 1;
  }

  /** The child of that name. Where names are not in order yet, they are put in order first. */
  childNamed(parent: TreeNode<N>, name: string): TreeNode<N> | null {
    const found = this.#findChild(parent, name);
    if (found !== null) return found;
    return this.#orderNames(parent) ? this.#findChild(parent, name) : null;
  }

  rename(node: TreeNode<N>, name: string): void {
    this.#setName(node, name);
    this.checkName(node);
  }

  /** Gives the node a name that is valid and unique, and so to all above it: with it they have a path. */
  checkNames(node: TreeNode<N>): void {
    for (let at: TreeNode<N> | null = node; at !== null && at !== this.root; at = this.parentOf(at)) this.checkName(at);
  }

  checkName(node: TreeNode<N>): void {
    const parent = this.parentOf(node);
    const state = this.state(node);
    const name = this.nameOf(node);
    if (parent === null || node === this.root || state.checkedName === name) return;
    const isFine = name !== '' && validNodeName(name) === name && !this.#isShared(parent, node, name);
    if (isFine) state.checkedName = name;
    else this.#orderNames(parent);
  }

  /** Absolute, from `/root` on; null outside of the tree. */
  absolutePath(node: TreeNode<N>): string | null {
    return this.#climb(node, this.root, ROOT_PATH);
  }

  /** As packets carry it: `.` for the base itself; null when the node is not below it. */
  relativePath(base: TreeNode<N>, node: TreeNode<N>): string | null {
    return node === base ? '.' : this.#climb(node, base, '');
  }

  /** Never leads above the base: a peer may ask for anything. */
  findBelow(base: TreeNode<N>, path: string): TreeNode<N> | null {
    let node: TreeNode<N> | null = base;
    for (const name of path.split('/')) {
      if (node === null || name === '' || name === '..') return null;
      if (name !== '.') node = this.childNamed(node, name);
    }
    return node;
  }

  /** A path as a program writes it: absolute, or from this node, `..` included. */
  resolve(from: TreeNode<N>, path: string): TreeNode<N> | null {
    if (path === '') return null;
    if (path.startsWith('/')) return this.findAbsolute(path);
    let node: TreeNode<N> | null = from;
    for (const name of path.split('/')) {
      if (node === null) return null;
      if (name === '..') node = this.parentOf(node);
      else if (name !== '.' && name !== '') node = this.childNamed(node, name);
    }
    return node;
  }

  findAbsolute(path: string): TreeNode<N> | null {
    const [, root, ...names] = path.split('/');
    if (`/${root}` !== ROOT_PATH) return null;
    return names.length === 0 ? this.root : this.findBelow(this.root, names.join('/'));
  }

  #climb(node: TreeNode<N>, top: TreeNode<N>, prefix: string): string | null {
    if (!this.isInside(node)) return null;
    const names: string[] = [];
    let at: TreeNode<N> = node;
    while (at !== top) {
      const parent = this.parentOf(at);
      if (parent === null) return null;
      this.checkName(at);
      names.push(this.nameOf(at));
      at = parent;
    }
    if (prefix !== '') names.push(prefix);
    return names.reverse().join('/');
  }

  /** Where several have the name, the one it was given to in order. */
  #findChild(parent: TreeNode<N>, name: string): TreeNode<N> | null {
    for (const { node } of this.#states.get(parent)?.attachments ?? NO_NODES) if (node.name === name) return node;
    if (isAttached(parent)) return null;
    const { adapter } = this;
    if (adapter.findChild !== undefined) return adapter.findChild(parent, name);
    let found: N | null = null;
    for (const child of adapter.getChildren(parent)) {
      if (adapter.getName(child) !== name) continue;
      if (this.#states.get(child)?.checkedName === name) return child;
      found ??= child;
    }
    return found;
  }

  #isShared(parent: TreeNode<N>, node: TreeNode<N>, name: string): boolean {
    const has = (child: TreeNode<N>): boolean => child !== node && this.nameOf(child) === name;
    if (this.#states.get(parent)?.attachments.some((attachment) => has(attachment.node))) return true;
    if (isAttached(parent)) return false;
    const { adapter } = this;
    if (adapter.findChild === undefined) return adapter.getChildren(parent).some(has);
    const other = adapter.findChild(parent, name);
    return other !== null && other !== node;
  }

  /** Makes the names of all children valid and unique, in their order, so that every side comes to the same ones. */
  #orderNames(parent: TreeNode<N>): boolean {
    const children = this.childrenOf(parent);
    const taken = new Set<string>(this.#checkedNames(children));
    let hasChanged = false;
    for (const child of children) {
      const state = this.state(child);
      const name = this.nameOf(child);
      if (state.checkedName === name) continue;
      const unique = uniqueNodeName(validNodeName(name) || this.kindOf(child), (other) => taken.has(other));
      if (unique !== name) {
        this.#setName(child, unique);
        hasChanged = true;
      }
      state.checkedName = unique;
      taken.add(unique);
    }
    return hasChanged;
  }

  #checkedNames(children: readonly TreeNode<N>[]): readonly string[] {
    const names = children.flatMap((child) => {
      const name = this.nameOf(child);
      return this.#states.get(child)?.checkedName === name ? [name] : NO_NAMES;
    });
    return names;
  }

  #setName(node: TreeNode<N>, name: string): void {
    if (isAttached(node)) node._setName(name);
    else this.adapter.setName(node, name);
  }
}

export function isAttached<N extends object>(node: object): node is AttachedNode<N> {
  return node instanceof MultiplayerNode;
}
