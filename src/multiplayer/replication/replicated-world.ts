import type { SceneContext } from '../scene/scene-context.js';
import type { SceneHost, SceneNode } from '../scene/scene-host.js';
import { Frame } from './frame.js';
import { HeldUpdates } from './held-updates.js';
import { PeerView } from './peer-view.js';
import { noCounts, type ReplicationCounters } from './replication-counters.js';
import { DEFAULT_REPLICATION_LIMITS, type ReplicationLimits } from './replication-limits.js';
import type { Synchronizer } from './replicator.js';
import { SwapSet } from './swap-set.js';
import type { SynchronizerState } from './synchronizer-state.js';
import { TrackedNode } from './tracked-node.js';

/** What is replicated, and to whom: the facts that senders and receivers share. */
export class ReplicatedWorld {
  readonly context: SceneContext;
  readonly limits: ReplicationLimits = { ...DEFAULT_REPLICATION_LIMITS };
  readonly counters: ReplicationCounters = noCounts();
  readonly frame: Frame;
  /** All synchronizers in the tree, in the order in which they came. */
  readonly states = new SwapSet<SynchronizerState>();
  /** Nodes of ours that peers may have. */
  readonly spawned = new Set<TrackedNode>();

  readonly #tracked = new Map<SceneNode, TrackedNode>();
  readonly #stateOf = new Map<Synchronizer, SynchronizerState>();
  readonly #views = new Map<number, PeerView>();
  #viewList: readonly PeerView[] = [];
  #lastNetId = 0;

  constructor(context: SceneContext) {
    this.context = context;
    this.frame = new Frame(context.clock);
  }

  /** The tree. There is one wherever anything is replicated. */
  get host(): SceneHost {
    return this.context.host as SceneHost;
  }

  /** Peers in the order in which they joined. Replaced when it changes. */
  get views(): readonly PeerView[] {
    return this.#viewList;
  }

  viewOf(peer: number): PeerView | undefined {
    return this.#views.get(peer);
  }

  addView(peer: number): PeerView {
    const view = new PeerView(peer, new HeldUpdates(this.limits, this.counters));
    this.#views.set(peer, view);
    this.#viewList = [...this.#views.values()];
    return view;
  }

  removeView(peer: number): void {
    this.#views.delete(peer);
    this.#viewList = [...this.#views.values()];
  }

  removeAllViews(): void {
    this.#views.clear();
    this.#viewList = [];
  }

  tracked(node: SceneNode): TrackedNode | undefined {
    return this.#tracked.get(node);
  }

  track(node: SceneNode): TrackedNode {
    const known = this.#tracked.get(node);
    if (known !== undefined) return known;
    const tracked = new TrackedNode(node);
    this.#tracked.set(node, tracked);
    return tracked;
  }

  /** Forgets the node if nothing keeps it. */
  untrackLoose(tracked: TrackedNode): void {
    if (!tracked.isLoose) return;
    tracked.leaveOuter();
    this.#tracked.delete(tracked.node);
  }

  stateOf(synchronizer: Synchronizer): SynchronizerState | undefined {
    return this.#stateOf.get(synchronizer);
  }

  addState(state: SynchronizerState): void {
    this.#stateOf.set(state.synchronizer, state);
    this.states.add(state);
  }

  removeState(state: SynchronizerState): void {
    this.#stateOf.delete(state.synchronizer);
    this.states.delete(state);
  }

  /** One counter for nodes and synchronizers. */
  nextNetId(): number {
    this.#lastNetId = (this.#lastNetId + 1) >>> 0;
    return this.#lastNetId;
  }

  /** Whether this side has the say over a spawner or a synchronizer. */
  isOwn(replicator: { readonly authority: number }): boolean {
    return replicator.authority === this.context.uniqueId && replicator.authority !== 0;
  }

  /** The network begins anew: ids do too. */
  resetIds(): void {
    this.#lastNetId = 0;
    for (const tracked of this.#tracked.values()) {
      tracked.netId = 0;
      tracked.remotePeer = 0;
    }
    for (const state of this.states.items) state.reset();
  }
}
