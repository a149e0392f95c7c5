import { Err } from '../core/err.js';
import { pushError, watchRejection } from '../core/fail.js';
import type { SceneNode, Unsubscribe } from '../multiplayer/scene/scene-host.js';
import { enterHome, leaveHome } from './attaching.js';
import type { NodeHome, TreeNode } from './multiplayer-node.js';
import { Listeners } from './node-state.js';
import type { TreeWatcher } from './scene-adapter.js';
import { placeOf, releaseScript, setScriptPlace } from './script-home.js';
import { isAttached, type TreeNodes } from './tree-nodes.js';

type Hook = '_enterTree' | '_ready' | '_exitTree';

/**
 * How nodes come, become ready and go, in Godot's order: parents enter before their children and become ready after
 * them; children leave before their parents, the last one first. A node becomes ready once, unless it asks to be so anew.
 */
export class TreeLife<N extends object> implements TreeWatcher<N> {
  readonly #nodes: TreeNodes<N>;
  readonly #home: NodeHome<N>;
  #isOver = false;

  constructor(nodes: TreeNodes<N>, home: NodeHome<N>) {
    this.#nodes = nodes;
    this.#home = home;
  }

  /** Everything leaves for good, and nothing comes any more. A second time does nothing. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.exiting(this.#nodes.root, true);
  }

  /** Being told again does nothing. What an adapter kept silent about, above the node, enters with it. */
  entered(node: TreeNode<N>): void {
    if (this.#isOver || this.#nodes.isInside(node)) return;
    let top = node;
    let parent = this.#nodes.parentOf(top);
    while (top !== this.#nodes.root && parent !== null && !this.#nodes.isInside(parent)) {
      top = parent;
      parent = this.#nodes.parentOf(top);
    }
    if (parent === null && top !== this.#nodes.root) return;
    this.#enter(top);
    if (parent === null || this.#nodes.state(parent).isReadyNotified) this.#becomeReady(top);
  }

  /** For good, their scripts are theirs no more. */
  exiting(node: TreeNode<N>, isForGood = false): void {
    const state = this.#nodes.peek(node);
    if (state === undefined || !state.isInside) return;
    const children = this.#nodes.childrenOf(node);
    for (let at = children.length - 1; at >= 0; at -= 1) this.exiting(children[at] as TreeNode<N>, isForGood);
    this.#callHook(node, '_exitTree');
    for (const listener of state.exitListeners?.takeAll() ?? []) this.#tell(listener, node);
    state.isInside = state.isReadyNotified = false;
    leaveHome(node, this.#home as NodeHome<object>);
    state.checkedName = null;
    if (isForGood && state.script !== null) releaseScript(state.script, this.#home as NodeHome<object>);
    if (isAttached<N>(node)) node._place(this.#home, node.getParent(), false);
  }

  /** A script came to a node that may be inside already: it lives through what it has missed. */
  bound(node: N): void {
    const state = this.#nodes.state(node);
    if (!state.isInside) return;
    this.#nodes.checkNames(node);
    this.#callHook(node, '_enterTree');
    if (state.isReadyNotified && !state.isFresh) this.#callHook(node, '_ready');
  }

  onExit(node: TreeNode<N>, fn: () => void): Unsubscribe {
    const state = this.#nodes.state(node);
    state.exitListeners ??= new Listeners();
    this.#track(node);
    return state.exitListeners.add(fn);
  }

  onReady(node: TreeNode<N>, fn: () => void): Unsubscribe {
    const state = this.#nodes.state(node);
    state.readyListeners ??= new Listeners();
    this.#track(node);
    return state.readyListeners.add(fn);
  }

  onChildEntered(parent: TreeNode<N>, fn: (child: SceneNode) => void): Unsubscribe {
    const state = this.#nodes.state(parent);
    state.childListeners ??= new Listeners();
    this.#track(parent);
    return state.childListeners.add(fn);
  }

  #enter(node: TreeNode<N>): void {
    const state = this.#nodes.state(node);
    const parent = this.#nodes.parentOf(node);
    state.isInside = true;
    enterHome(node, this.#home as NodeHome<object>);
    // Freed nodes may be kept and used again, with the scripts they had.
    if (state.script !== null && placeOf(state.script) === undefined) {
      setScriptPlace(state.script, { home: this.#home as NodeHome<object>, node });
    }
    if (isAttached<N>(node)) node._place(this.#home, parent, true);
    const childListeners = parent === null ? null : this.#nodes.state(parent).childListeners;
    if (isAttached(node) || state.script !== null || childListeners !== null) this.#nodes.checkNames(node);
    this.#callHook(node, '_enterTree');
    for (const listener of childListeners?.all ?? []) if (state.isInside) this.#tell(listener, node);
    for (const child of [...this.#nodes.childrenOf(node)]) if (this.#isWaitingIn(child, node)) this.#enter(child);
  }

  /** A hook that ran meanwhile may have taken either of them out again, or the child in already. */
  #isWaitingIn(child: TreeNode<N>, parent: TreeNode<N>): boolean {
    const isThere = this.#nodes.isInside(parent) && this.#nodes.parentOf(child) === parent;
    return isThere && !this.#nodes.isInside(child);
  }

  #becomeReady(node: TreeNode<N>): void {
    const state = this.#nodes.state(node);
    if (!state.isInside) return;
    state.isReadyNotified = true;
    for (const child of [...this.#nodes.childrenOf(node)]) this.#becomeReady(child);
    if (!state.isInside) return;
    if (isAttached(node) || state.isFresh) this.#callHook(node, '_ready');
    if (!state.isFresh) return;
    state.isFresh = false;
    for (const listener of state.readyListeners?.takeAll() ?? []) this.#tell(listener, node);
  }

  #callHook(node: TreeNode<N>, hook: Hook): void {
    const script = isAttached(node) ? node : this.#nodes.state(node).script;
    if (script === null) return;
    const method = (script as { [name in Hook]?: unknown })[hook];
    if (typeof method !== 'function') return;
    try {
      watchRejection(method.call(script), 'The hook', hook);
    } catch (thrown) {
      pushError(`${hook} of ${this.#nodes.nameOf(node)} threw`, Err.ERR_SCRIPT_FAILED, thrown);
    }
  }

  #tell(listener: (node: SceneNode) => void, node: TreeNode<N>): void {
    try {
      listener(node);
    } catch (thrown) {
      pushError(`What waited for ${this.#nodes.nameOf(node)} threw`, Err.ERR_SCRIPT_FAILED, thrown);
    }
  }

  #track(node: TreeNode<N>): void {
    if (!isAttached(node)) this.#nodes.adapter.track(node);
  }
}
