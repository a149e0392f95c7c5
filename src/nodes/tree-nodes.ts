import { uniqueNodeName, validNodeName } from '../multiplayer/scene/node-name.js';
import { takeWaiting } from './attaching.js';
import { ChildNames } from './child-names.js';
import { type AttachedNode, MultiplayerNode, type NodeHome, type TreeNode } from './multiplayer-node.js';
import { type Attachment, NodeState } from './node-state.js';
import type { SceneAdapter } from './scene-adapter.js';

/** The absolute path of every tree's root, whatever the engine calls it. */
export const ROOT_PATH = '/root';

const NO_ATTACHMENTS: readonly never[] = [];

/**
 * The nodes of the engine and those that are attached to them as one tree: parents, children in order, names and paths.
 * What it knows of each is kept aside, never in the engine's own objects.
 */
export class TreeNodes<N extends object> {
  readonly adapter: SceneAdapter<N>;
  readonly #home: NodeHome<N>;
  readonly #states = new WeakMap<object, NodeState<N>>();
  /** Of engines that can't find a child by its name. */
  readonly #childNames = new WeakMap<object, ChildNames<N>>();
  #frame = 0;
  #met = 0;

  constructor(adapter: SceneAdapter<N>, home: NodeHome<N>) {
    this.adapter = adapter;
    this.#home = home;
  }

  get root(): N {
    return this.adapter.getRoot();
  }

  /** What engines did to names since the last one counts from now on. */
  beginFrame(): void {
    this.#frame += 1;
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
    const attachments = this.#attachmentsOf(node);
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
    this.#childNames.delete(parent);
    const attachments = this.#attachmentsOf(parent);
    if (attachments.length === 0 || isAttached(parent)) return;
    const at = this.adapter.getChildren(parent).indexOf(child);
    if (at < 0) return;
    for (const attachment of attachments) if (attachment.after > at) attachment.after -= 1;
  }

  /** The child of that name. Where names are not in order yet, they are put in order first. */
  childNamed(parent: TreeNode<N>, name: string): TreeNode<N> | null {
    const found = this.#findChild(parent, name);
    if (found !== null || isAttached(parent) || !this.#childNames.get(parent)?.hasUnchecked) return found;
    this.#orderNames(parent);
    return this.#findChild(parent, name);
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
    if (!isFine) this.#orderNames(parent);
    else {
      state.checkedName = name;
      if (!isAttached(node) && !isAttached(parent)) this.#childNames.get(parent)?.checked(node, name);
    }
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

  #findChild(parent: TreeNode<N>, name: string): TreeNode<N> | null {
    for (const { node } of this.#attachmentsOf(parent)) if (node.name === name) return node;
    if (isAttached(parent)) return null;
    const { adapter } = this;
    return adapter.findChild === undefined
      ? this.#namesBelow(parent).find(name, this.#frame)
      : adapter.findChild(parent, name);
  }

  #isShared(parent: TreeNode<N>, node: TreeNode<N>, name: string): boolean {
    for (const { node: other } of this.#attachmentsOf(parent)) if (other !== node && other.name === name) return true;
    if (isAttached(parent)) return false;
    const { adapter } = this;
    if (adapter.findChild === undefined) return this.#namesBelow(parent).isShared(node, name, this.#frame);
    const other = adapter.findChild(parent, name);
    return other !== null && other !== node;
  }

  /** Makes the names of all children valid and unique, in their order, so that every side comes to the same ones. */
  #orderNames(parent: TreeNode<N>): void {
    const names = isAttached(parent) || this.adapter.findChild !== undefined ? null : this.#namesBelow(parent);
    for (const child of names?.takeUnchecked(this.#frame) ?? []) {
      const name = validNodeName(this.nameOf(child)) || this.kindOf(child);
      this.#giveName(child, names?.unique(child, name, (other) => this.#isAttachments(parent, child, other)) ?? name);
      names?.checked(child, this.nameOf(child));
    }
    if (names === null && !isAttached(parent)) {
      for (const child of this.adapter.getChildren(parent)) this.#giveFreeName(parent, child, null);
    }
    for (const { node } of this.#attachmentsOf(parent)) this.#giveFreeName(parent, node, names);
  }

  #giveFreeName(parent: TreeNode<N>, node: TreeNode<N>, names: ChildNames<N> | null): void {
    if (this.state(node).checkedName === this.nameOf(node)) return;
    const isTaken = (name: string): boolean => {
      if (this.#isAttachments(parent, node, name) || names?.isGiven(node, name)) return true;
      const other = isAttached(parent) ? null : (this.adapter.findChild?.(parent, name) ?? null);
      return other !== null && other !== node;
    };
    this.#giveName(node, uniqueNodeName(validNodeName(this.nameOf(node)) || this.kindOf(node), isTaken));
  }

  #giveName(node: TreeNode<N>, name: string): void {
    if (this.nameOf(node) !== name) this.#setName(node, name);
    this.state(node).checkedName = name;
  }

  /** Whether something else that is attached was given this name. */
  #isAttachments(parent: TreeNode<N>, node: TreeNode<N>, name: string): boolean {
    return this.#attachmentsOf(parent).some(
      ({ node: other }) => other !== node && other.name === name && this.#states.get(other)?.checkedName === name,
    );
  }

  #attachmentsOf(parent: TreeNode<N>): readonly Attachment<N>[] {
    return this.#states.get(parent)?.attachments ?? NO_ATTACHMENTS;
  }

  #namesBelow(parent: N): ChildNames<N> {
    const known = this.#childNames.get(parent);
    if (known !== undefined) return known;
    const made = new ChildNames<N>({
      children: () => this.adapter.getChildren(parent),
      isChild: (node) => this.adapter.getParent(node) === parent,
      nameOf: (child) => this.adapter.getName(child),
      isChecked: (child, name) => this.#states.get(child)?.checkedName === name,
    });
    this.#childNames.set(parent, made);
    return made;
  }

  #setName(node: TreeNode<N>, name: string): void {
    if (isAttached(node)) node._setName(name);
    else this.adapter.setName(node, name);
  }
}

export function isAttached<N extends object>(node: object): node is AttachedNode<N> {
  return node instanceof MultiplayerNode;
}
