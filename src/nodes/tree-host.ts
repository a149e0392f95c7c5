import type { Clock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { GodotObject } from '../core/godot-object.js';
import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import type { NodeRpcConfig } from '../multiplayer/rpc/rpc-config.js';
import type { PropertyBinding, SceneNode, Unsubscribe } from '../multiplayer/scene/scene-host.js';
import { copyVariant } from '../multiplayer/variant/copy-variant.js';
import type { VariantInput } from '../multiplayer/variant/variant.js';
import type { Moment } from './motion/moment.js';
import type { AttachedNode, NodeHome, TreeNode } from './multiplayer-node.js';
import { bindPropertyPath } from './property-path.js';
import type { SceneAdapter } from './scene-adapter.js';
import { placeOf, releaseScript, setScriptPlace } from './script-home.js';
import { scriptRpcs } from './script-rpcs.js';
import { TreeLife } from './tree-life.js';
import { isAttached, TreeNodes } from './tree-nodes.js';

export type SceneTreeSignals = {
  /** The network was polled; what the game does each frame comes now. */
  process_frame: [];
  physics_frame: [];
};

type Callee = { readonly [method: string]: unknown };

/** The half of a SceneTree that knows nodes: what is where, what it is called, how it comes and goes. */
export abstract class TreeHost<N extends object> extends GodotObject<SceneTreeSignals> implements NodeHome<N> {
  readonly process_frame = this.signal('process_frame');
  readonly physics_frame = this.signal('physics_frame');

  /** @internal */
  protected readonly nodes: TreeNodes<N>;
  /** @internal */
  protected readonly life: TreeLife<N>;

  readonly #unwatch: Unsubscribe;

  constructor(adapter: SceneAdapter<N>) {
    super();
    this.nodes = new TreeNodes(adapter, this);
    this.life = new TreeLife(this.nodes, this);
    this.#unwatch = adapter.watch({
      entered: (node) => this.life.entered(node),
      exiting: (node) => this.#exiting(node),
    });
    this.life.entered(adapter.getRoot());
  }

  abstract readonly clock: Clock;
  abstract readonly frameTime: Moment;
  /** All nodes leave the tree, and it lets go of the engine: what happens to its nodes is of no interest any more. */
  dispose(): void {
    this.life.end();
    this.#unwatch();
  }

  abstract multiplayerOf(node: TreeNode<N>): MultiplayerAPICore<N>;

  getRoot(): N {
    return this.nodes.root;
  }

  // What is where.

  isInsideTree(node: SceneNode): boolean {
    return this.nodes.isInside(node);
  }

  getParent(node: SceneNode): TreeNode<N> | null {
    return this.#isKnown(node) ? this.nodes.parentOf(node) : null;
  }

  /** Of the engine and of the library, in the order in which they came. */
  getChildren(node: SceneNode): readonly TreeNode<N>[] {
    return this.#isKnown(node) ? this.nodes.childrenOf(node) : [];
  }

  getChildNamed(parent: SceneNode, name: string): TreeNode<N> | null {
    return this.#isKnown(parent) ? this.nodes.childNamed(parent, name) : null;
  }

  /** A path from this node (`../World/Hero`), or an absolute one (`/root/World`). */
  resolve(from: SceneNode, path: string): TreeNode<N> | null {
    return this.#isKnown(from) ? this.nodes.resolve(from, path) : null;
  }

  /** By its absolute path. */
  getNode(path: string): TreeNode<N> | null {
    return this.nodes.findAbsolute(path);
  }

  /** Absolute; null outside of the tree. */
  getPath(node: SceneNode): string | null {
    return this.#isKnown(node) ? this.nodes.absolutePath(node) : null;
  }

  findNode(rootPath: string, path: string): TreeNode<N> | null {
    const base = this.nodes.findAbsolute(rootPath);
    return base === null ? null : this.nodes.findBelow(base, path);
  }

  pathOf(rootPath: string, node: SceneNode): string | null {
    const base = this.nodes.findAbsolute(rootPath);
    return base === null || !this.#isKnown(node) ? null : this.nodes.relativePath(base, node);
  }

  getName(node: SceneNode): string {
    return this.#isKnown(node) ? this.nodes.nameOf(node) : '';
  }

  renameNode(node: TreeNode<N>, name: string): void {
    this.nodes.rename(node, name);
  }

  creationOrder(node: SceneNode): number {
    if (!this.#isKnown(node)) return 0;
    const { adapter } = this.nodes;
    const own = isAttached(node) ? undefined : adapter.getCreationOrder?.(node);
    return own ?? this.nodes.state(node).order;
  }

  scenePathOf(node: SceneNode): string {
    return this.nodes.peek(node)?.scenePath ?? '';
  }

  noteScene(node: N, path: string): void {
    this.nodes.state(node).scenePath = path;
  }

  // How it comes and goes.

  addChild(parent: SceneNode, child: SceneNode, name?: string): void {
    if (this.#isKnown(parent) && isAttached<N>(child)) {
      if (name !== undefined) child._setName(name);
      this.attach(parent, child);
    } else if (this.nodes.adapter.isNode(parent) && this.nodes.adapter.isNode(child)) {
      if (name !== undefined) this.nodes.adapter.setName(child, name);
      this.nodes.adapter.addChild(parent, child);
      // An engine that tells by itself has told already.
      this.life.entered(child);
    } else {
      fail(Err.ERR_INVALID_PARAMETER, 'Only nodes of the engine have nodes of the engine below them');
    }
  }

  /** Takes the node out of the tree and keeps it: it can be added again. */
  removeChild(parent: SceneNode, child: SceneNode): void {
    if (!this.#isKnown(child) || this.getParent(child) !== parent) {
      fail(Err.ERR_INVALID_PARAMETER, `${this.getName(child)} is no child of ${this.getName(parent)}`);
      return;
    }
    this.#exiting(child);
    if (isAttached<N>(child)) this.nodes.detach(child);
    else this.nodes.adapter.removeChild(parent as N, child);
  }

  /** Makes a node of the library a child of this one. */
  attach(parent: TreeNode<N>, node: AttachedNode<N>): void {
    if (node.getParent() !== null) this.detach(node);
    this.nodes.attach(parent, node);
    this.nodes.checkName(node);
    if (this.nodes.isInside(parent)) this.life.entered(node);
  }

  detach(node: AttachedNode<N>): void {
    this.life.exiting(node);
    this.nodes.detach(node);
  }

  free(node: SceneNode): void {
    if (!this.#isKnown(node) || node === this.nodes.root) {
      fail(Err.ERR_INVALID_PARAMETER, 'The root cannot be freed, nor what is no node');
      return;
    }
    this.#exiting(node, true);
    if (isAttached<N>(node)) this.nodes.detach(node);
    else this.nodes.adapter.free(node);
  }

  /** The node's next entering makes it ready anew, as if it were for the first time. */
  requestReady(node: TreeNode<N>): void {
    this.nodes.state(node).isFresh = true;
  }

  onTreeExiting(node: SceneNode, fn: () => void): Unsubscribe {
    return this.life.onExit(node as TreeNode<N>, fn);
  }

  onReady(node: SceneNode, fn: () => void): Unsubscribe {
    return this.life.onReady(node as TreeNode<N>, fn);
  }

  isReady(node: SceneNode): boolean {
    const state = this.nodes.peek(node);
    return state?.isInside === true && state.isReadyNotified && !state.isFresh;
  }

  onChildEntered(parent: SceneNode, fn: (child: SceneNode) => void): Unsubscribe {
    return this.life.onChildEntered(parent as TreeNode<N>, fn);
  }

  // What belongs to it.

  /**
   * Gives a node a script: an object whose class declares what can be called from afar, with the hooks `_enterTree`,
   * `_ready` and `_exitTree`. In the tree already, the first two are called at once. Null takes it away.
   */
  bind(node: N, script: object | null): void {
    const state = this.nodes.state(node);
    if (state.script !== null) releaseScript(state.script, this);
    state.script = script;
    if (script === null) return;
    setScriptPlace(script, { home: this, node });
    this.nodes.adapter.track(node);
    this.life.bound(node);
  }

  scriptOf(node: N): object | null {
    return this.nodes.peek(node)?.script ?? null;
  }

  /** The node this script was bound to. */
  nodeOf(script: object): N | null {
    const place = placeOf(script);
    return place?.home === this ? (place.node as N) : null;
  }

  getMultiplayerAuthority(node: SceneNode): number {
    return isAttached(node) ? node.authority : (this.nodes.peek(node)?.authority ?? 1);
  }

  setMultiplayerAuthority(node: TreeNode<N>, id: number, recursive = true): void {
    if (isAttached<N>(node)) node._setAuthority(id);
    else this.nodes.state(node).authority = id;
    if (!recursive) return;
    for (const child of [...this.nodes.childrenOf(node)]) this.setMultiplayerAuthority(child, id);
  }

  getNodeRpcConfig(node: SceneNode): NodeRpcConfig {
    const state = this.nodes.peek(node);
    return { script: scriptRpcs(state?.script ?? node), node: state?.rpcConfig ?? new Map() };
  }

  hasMethod(node: SceneNode, method: string): boolean {
    return typeof (this.#calleeOf(node, method) as Callee)[method] === 'function';
  }

  callMethod(node: SceneNode, method: string, args: readonly VariantInput[]): unknown {
    const callee = this.#calleeOf(node, method);
    return (callee as { [name: string]: (...all: readonly VariantInput[]) => unknown })[method]?.(...args);
  }

  bindProperty(node: SceneNode, property: string): PropertyBinding | null {
    if (isAttached(node)) return bindPropertyPath(node, property);
    if (!this.nodes.adapter.isNode(node)) return null;
    return this.nodes.adapter.bindProperty(node, property, this.scriptOf(node));
  }

  /** `position`, `position:x` of a node or its script; undefined when there is no such property. */
  getIndexed(node: TreeNode<N>, property: string): VariantInput | undefined {
    return this.bindProperty(node, property)?.get();
  }

  /** False when there is no such property. The value is copied. */
  setIndexed(node: TreeNode<N>, property: string, value: VariantInput): boolean {
    return this.bindProperty(node, property)?.set(copyVariant(value)) ?? false;
  }

  /** The script, where it has such a method; else the node itself. */
  #calleeOf(node: SceneNode, method: string): object {
    const script = this.nodes.peek(node)?.script ?? null;
    return script !== null && typeof (script as Callee)[method] === 'function' ? script : node;
  }

  #exiting(node: TreeNode<N>, isFreed = false): void {
    // Told twice: by this tree, and by an engine that tells by itself.
    if (!this.nodes.isInside(node)) return;
    const parent = this.nodes.parentOf(node);
    const isGone = isFreed || (!isAttached(node) && this.nodes.adapter.isGone?.(node) === true);
    this.life.exiting(node, isGone);
    if (parent !== null && !isAttached(node)) this.nodes.forgetPlace(parent, node);
  }

  #isKnown(node: SceneNode): node is TreeNode<N> {
    return isAttached(node) || this.nodes.adapter.isNode(node);
  }
}
