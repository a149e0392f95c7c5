import { Err } from '../../core/err.js';
import { fail, pushError } from '../../core/fail.js';
import type { SceneNode } from '../scene/scene-host.js';
import type { PeerView } from './peer-view.js';
import type { ReplicatedWorld } from './replicated-world.js';
import type { Spawner } from './replicator.js';
import { SpawnSender } from './spawn-sender.js';
import { subscribe } from './subscribing.js';
import type { SynchronizerState } from './synchronizer-state.js';
import type { TrackedNode } from './tracked-node.js';

/** Our nodes that other peers have: from being ready to leaving the tree, to whoever may see them. */
export class Spawning {
  readonly #world: ReplicatedWorld;
  readonly #sender: SpawnSender;
  /** Nodes that have entered the tree and are not ready yet, outer ones first. */
  readonly #queue = new Set<TrackedNode>();

  constructor(world: ReplicatedWorld) {
    this.#world = world;
    this.#sender = new SpawnSender(world);
  }

  /** A spawner has a new node. It is told when it is ready; its place in the order is taken now. */
  add(node: SceneNode, spawner: Spawner): Err {
    const tracked = this.#world.track(node);
    if (tracked.spawner !== null) return fail(Err.ERR_ALREADY_IN_USE, 'The node is spawned already');
    tracked.spawner = spawner;
    if (this.#world.host.isReady(node)) {
      // It was told to another API before.
      this.#start(tracked);
      return Err.OK;
    }
    this.#queue.add(tracked);
    tracked.stopWaiting = this.#world.host.onReady(node, () => this.#ready(tracked));
    return Err.OK;
  }

  /** The node or its spawner leaves. */
  remove(node: SceneNode, spawner: Spawner): Err {
    const tracked = this.#world.tracked(node);
    if (tracked === undefined || tracked.spawner !== spawner) return Err.ERR_INVALID_PARAMETER;
    this.#stopWaiting(tracked);
    this.#sender.forgetPacket();
    for (const view of this.#world.views) this.#sender.despawn(tracked, view);
    this.#world.spawned.delete(tracked);
    tracked.isSpawned = false;
    tracked.spawner = null;
    tracked.netId = 0;
    tracked.leaveOuter();
    this.#world.untrackLoose(tracked);
    return Err.OK;
  }

  /** A poll has come to its end: whoever still waits to be ready will wait for ever. */
  reportUnready(): void {
    if (this.#queue.size === 0) return;
    for (const tracked of [...this.#queue]) {
      const name = this.#world.host.getName(tracked.node);
      pushError(`${name} is not spawned: it never became ready. Call requestReady for a node that is added again`);
      this.#stopWaiting(tracked);
    }
  }

  /** Everything that the peer may see, in the order in which it was made, what is inside of something behind that. */
  join(view: PeerView): void {
    const { host, spawned } = this.#world;
    const waiting = [...spawned].map((tracked) => ({ tracked, order: host.creationOrder(tracked.node) }));
    waiting.sort((a, b) => a.order - b.order);
    for (const { tracked } of waiting) this.#show(tracked, view);
    for (const { tracked } of waiting) this.#showInner(tracked, view);
  }

  /** The filters or flags of a synchronizer have changed, for one peer or, with 0, for all. */
  visibilityChanged(state: SynchronizerState, peer: number): void {
    if (!this.#world.isOwn(state.synchronizer)) return;
    const tracked = this.#world.tracked(state.root);
    this.#sender.forgetPacket();
    for (const view of this.#world.views) {
      if (peer !== 0 && view.id !== peer) continue;
      if (tracked?.isSpawned) this.#update(tracked, view);
      subscribe(view, state, state.synchronizer.isVisibleTo(view.id));
    }
  }

  /** Tries again what peers could not take. */
  flush(view: PeerView): void {
    if (view.outbox.size > 0) this.#sender.flush(view);
  }

  /** Nodes inside of another one wait for the outer one. */
  #ready(tracked: TrackedNode): void {
    const [first] = this.#queue;
    if (first !== tracked) return;
    const ready = [...this.#queue];
    this.#queue.clear();
    for (const one of ready) this.#start(one);
  }

  #start(tracked: TrackedNode): void {
    if (tracked.spawner === null) return;
    this.#stopWaiting(tracked);
    tracked.isSpawned = true;
    tracked.outer = this.#findOuter(tracked);
    tracked.outer?.inner.add(tracked);
    this.#world.spawned.add(tracked);
    this.#sender.forgetPacket();
    for (const view of this.#world.views) this.#update(tracked, view);
  }

  /** Spawns or despawns it at the peer, as it may see it or not. */
  #update(tracked: TrackedNode, view: PeerView): void {
    if (tracked.spawner === null || !this.#world.isOwn(tracked.spawner)) return;
    if (!view.spawned.has(tracked)) {
      this.#show(tracked, view);
      this.#showInner(tracked, view);
    } else if (!this.#isVisible(tracked, view)) this.#sender.despawn(tracked, view);
  }

  #show(tracked: TrackedNode, view: PeerView): void {
    if (view.spawned.has(tracked) || !this.#isVisible(tracked, view)) return;
    this.#sender.spawn(tracked, view);
  }

  /** What could not be shown without the node it is inside of. */
  #showInner(tracked: TrackedNode, view: PeerView): void {
    if (!view.spawned.has(tracked)) return;
    for (const inner of tracked.inner) {
      this.#show(inner, view);
      this.#showInner(inner, view);
    }
  }

  /** Without synchronizers of ours everybody sees it; with several, one is enough. */
  #isVisible(tracked: TrackedNode, view: PeerView): boolean {
    if (tracked.spawner === null || !this.#world.isOwn(tracked.spawner)) return false;
    if (tracked.outer !== null && !view.spawned.has(tracked.outer)) return false;
    let isHidden = false;
    for (const { synchronizer } of tracked.synchronizers.items) {
      if (!this.#world.isOwn(synchronizer)) continue;
      if (synchronizer.isVisibleTo(view.id)) return true;
      isHidden = true;
    }
    return !isHidden;
  }

  #findOuter(tracked: TrackedNode): TrackedNode | null {
    const { host } = this.#world;
    for (let node = host.getParent(tracked.node); node !== null; node = host.getParent(node)) {
      const found = this.#world.tracked(node);
      if (found?.isSpawned) return found;
    }
    return null;
  }

  #stopWaiting(tracked: TrackedNode): void {
    this.#queue.delete(tracked);
    tracked.stopWaiting?.();
    tracked.stopWaiting = null;
  }
}
