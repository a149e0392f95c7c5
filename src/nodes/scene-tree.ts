import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { MultiplayerAPI } from '../multiplayer/multiplayer-api.js';
import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import type { AskOptions } from '../multiplayer/rpc/ask-options.js';
import type { RpcConfig } from '../multiplayer/rpc/rpc-config.js';
import type { Variant, VariantInput } from '../multiplayer/variant/variant.js';
import { forEachWaiting } from './attaching.js';
import { Branches } from './branches.js';
import { type Heartbeat, TimerHeartbeat } from './heartbeat.js';
import type { Moment } from './motion/moment.js';
import type { TreeNode } from './multiplayer-node.js';
import type { SceneAdapter } from './scene-adapter.js';
import { TreeHost } from './tree-host.js';
import { isAttached } from './tree-nodes.js';

export interface SceneTreeOptions {
  clock?: Clock;
  /** What `startTimerPolling` runs on. Default: a timer. */
  heartbeat?: Heartbeat;
}

/**
 * A scene as multiplayer sees it: nodes with names, scripts and authorities, over an engine's own tree. `processFrame`
 * drives it all; nothing happens between two frames.
 * @example
 * ```ts run
 * import { MemoryNode, MemorySceneAdapter, SceneTree } from 'scenewire';
 *
 * const tree = new SceneTree(new MemorySceneAdapter());
 * const car = new MemoryNode('Car');
 * tree.addChild(tree.getRoot(), car);
 * tree.setMultiplayerAuthority(car, 7);
 * console.log(tree.getPath(car), tree.isMultiplayerAuthority(car)); // → /root/Car false
 *
 * tree.processFrame(1 / 60); // once per frame
 * tree.flush(); // when it ends
 * ```
 */
export class SceneTree<N extends object = object> extends TreeHost<N> {
  /** Whether `processFrame` polls the APIs. */
  multiplayerPoll = true;

  readonly clock: Clock;
  /** When the frame that is running, or was the last, began: by the clock, in milliseconds. */
  readonly frameTime: Moment;
  readonly #heartbeat: Heartbeat;
  readonly #branches: Branches<N>;
  #isInFrame = false;
  readonly #frameTime: { timeMs: number };
  #deltaSeconds = 0;
  readonly #doomed: TreeNode<N>[] = [];

  constructor(adapter: SceneAdapter<N>, options: SceneTreeOptions = {}) {
    super(adapter);
    this.clock = options.clock ?? realClock;
    this.#heartbeat = options.heartbeat ?? new TimerHeartbeat();
    this.#branches = new Branches(this.nodes, this);
    this.frameTime = this.#frameTime = { timeMs: this.clock.now() };
  }

  /**
   * Ends it: no more frames from a timer, `_exitTree` is called on everything, and the engine's nodes are left alone. The
   * APIs keep their peers.
   */
  override dispose(): void {
    this.stopTimerPolling();
    super.dispose();
    this.#branches.leaveAll();
  }

  isMultiplayerPollEnabled(): boolean {
    return this.multiplayerPoll;
  }

  setMultiplayerPollEnabled(enabled: boolean): void {
    this.multiplayerPoll = enabled;
  }

  /**
   * The API of the whole tree, or of the branch at `rootPath` (`/root/Arena`), where null takes it away. A branch below
   * another one with an API of its own is refused.
   */
  setMultiplayer(multiplayer: MultiplayerAPICore<N> | null, rootPath = ''): Err {
    if (rootPath !== '' && !rootPath.startsWith('/')) {
      return fail(Err.ERR_INVALID_PARAMETER, `The root path ${rootPath} is not absolute`);
    }
    if (rootPath === '' && multiplayer === null) {
      return fail(Err.ERR_INVALID_PARAMETER, 'The tree itself cannot do without an API');
    }
    const err =
      rootPath === '' && multiplayer !== null
        ? this.#branches.setMain(multiplayer)
        : this.#branches.setBranch(rootPath, multiplayer);
    if (err === Err.OK) this.#tellOfApi(this.nodes.root);
    return err;
  }

  /** The one that nodes at this path belong to; without a path that of the tree, made when it is first asked for. */
  getMultiplayer(forPath = ''): MultiplayerAPICore<N> {
    const found = forPath === '' ? this.#branches.main : this.#branches.at(forPath);
    return found ?? this.#makeMain();
  }

  override multiplayerOf(node: TreeNode<N>): MultiplayerAPICore<N> {
    return this.#branches.of(node) ?? this.#makeMain();
  }

  /**
   * One frame: finds what the engine did to the tree, polls that of the tree and then those of the branches, emits
   * `process_frame`, and frees what was queued for it.
   */
  processFrame(deltaSeconds = 0): void {
    // From inside a listener: this frame goes on when that has returned.
    if (this.#isInFrame) return;
    this.#isInFrame = true;
    this.#deltaSeconds = deltaSeconds;
    this.#frameTime.timeMs = this.clock.now();
    try {
      this.nodes.beginFrame();
      this.nodes.adapter.poll?.();
      forEachWaiting(this.#adopt);
      if (this.multiplayerPoll) this.#branches.forEach(poll);
      // PERF: emitting makes a list of the arguments, also when there are none.
      if (this.process_frame.hasConnections()) this.process_frame.emit();
      this.#freeQueued();
    } finally {
      this.#isInFrame = false;
    }
  }

  physicsFrame(deltaSeconds = 0): void {
    this.#deltaSeconds = deltaSeconds;
    this.physics_frame.emit();
  }

  /** The time since the frame before, as the running (or last) frame was told. */
  getProcessDeltaTime(): number {
    return this.#deltaSeconds;
  }

  /** The frame ends: packets that waited for company leave now. */
  flush(): void {
    this.#branches.forEach(flush);
  }

  /**
   * Frames from a timer, whenever none came by itself for this long: for hidden tabs, and for servers without an engine.
   * It keeps no process alive.
   */
  startTimerPolling(intervalMs: number): void {
    this.#heartbeat.start(intervalMs, () => {
      const elapsed = this.clock.now() - this.#frameTime.timeMs;
      // A timer is not exact: two frames of its own must not count as one that came by itself.
      if (elapsed * 2 < intervalMs) return;
      this.processFrame(elapsed / 1000);
      this.flush();
    });
  }

  stopTimerPolling(): void {
    this.#heartbeat.stop();
  }

  /** Frees the node at the end of the frame. */
  queueFree(node: TreeNode<N>): void {
    const state = this.nodes.state(node);
    if (state.isQueuedForDeletion) return;
    state.isQueuedForDeletion = true;
    this.#doomed.push(node);
  }

  isQueuedForDeletion(node: TreeNode<N>): boolean {
    return this.nodes.peek(node)?.isQueuedForDeletion ?? false;
  }

  /** Calls the method of the same node at everybody else. */
  rpc(node: TreeNode<N>, method: string, ...args: readonly VariantInput[]): Err {
    return this.rpcId(node, 0, method, ...args);
  }

  /** The same at one peer, or at all but one. */
  rpcId(node: TreeNode<N>, peerId: number, method: string, ...args: readonly VariantInput[]): Err {
    if (!this.isInsideTree(node)) {
      return fail(Err.ERR_UNCONFIGURED, `A call of ${method} on ${this.getName(node)}, which is not in the tree`);
    }
    return this.multiplayerOf(node).rpc(peerId, node as N, method, args);
  }

  /** A call that one scenewire peer answers. Rejects with an `RpcError`. */
  ask(
    node: TreeNode<N>,
    peerId: number,
    method: string,
    args: readonly VariantInput[] = [],
    options?: AskOptions,
  ): Promise<Variant> {
    return this.multiplayerOf(node).ask(peerId, node as N, method, args, options);
  }

  /** Lets a method of this node alone be called from afar, or, with null, no longer. */
  rpcConfig(node: TreeNode<N>, method: string, config: Partial<RpcConfig> | null): void {
    const state = this.nodes.state(node);
    if (config === null) state.rpcConfig?.delete(method);
    else {
      state.rpcConfig ??= new Map();
      state.rpcConfig.set(method, { ...config });
    }
  }

  isMultiplayerAuthority(node: TreeNode<N>): boolean {
    return this.multiplayerOf(node).getUniqueId() === this.getMultiplayerAuthority(node);
  }

  /** A node in the scene that nobody has told of, with something that waits to be attached to it. */
  readonly #adopt = (owner: object): void => {
    const { adapter } = this.nodes;
    if (adapter.isNode(owner) && adapter.isInsideTree(owner)) this.life.entered(owner);
  };

  #tellOfApi(node: TreeNode<N>): void {
    if (isAttached<N>(node) && node.isInsideTree()) node._multiplayerChanged();
    for (const child of [...this.nodes.childrenOf(node)]) this.#tellOfApi(child);
  }

  #makeMain(): MultiplayerAPICore<N> {
    const made = MultiplayerAPI.createDefaultInterface() as MultiplayerAPICore<N>;
    this.#branches.setMain(made);
    return made;
  }

  #freeQueued(): void {
    for (let at = 0; at < this.#doomed.length; at += 1) {
      const node = this.#doomed[at] as TreeNode<N>;
      this.nodes.state(node).isQueuedForDeletion = false;
      if (this.getParent(node) !== null) this.free(node);
    }
    this.#doomed.length = 0;
  }
}

const poll = (api: { poll(): Err }): void => void api.poll();
const flush = (api: { readonly multiplayerPeer: { flush(): void } | null }): void => api.multiplayerPeer?.flush();
