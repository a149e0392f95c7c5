import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import type { ReplicationPart, SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import { ChangeSender } from './change-sender.js';
import { COMMAND_MASK, DESPAWN, SPAWN } from './commands.js';
import type { PeerView } from './peer-view.js';
import { ReplicatedWorld } from './replicated-world.js';
import type { ReplicationCounters } from './replication-counters.js';
import type { ReplicationLimits } from './replication-limits.js';
import { isSpawner, isSynchronizer, type Synchronizer } from './replicator.js';
import { SpawnReceiver } from './spawn-receiver.js';
import { Spawning } from './spawning.js';
import { StateReceiver } from './state-receiver.js';
import { StateSender } from './state-sender.js';
import { subscribe } from './subscribing.js';
import { SynchronizerState } from './synchronizer-state.js';

/** Objects that are created, kept up to date and removed at other peers: spawners and synchronizers at work. */
export class SceneReplication implements ReplicationPart {
  readonly #world: ReplicatedWorld;
  readonly #spawning: Spawning;
  readonly #spawns: SpawnReceiver;
  readonly #states: StateReceiver;
  readonly #stateSender: StateSender;
  readonly #changeSender: ChangeSender;
  /** What was encoded in this frame. */
  readonly #bytes = new ByteWriter();
  /** Ends the listening to a synchronizer. */
  readonly #stopListening = new Map<SynchronizerState, () => void>();

  constructor(context: SceneContext) {
    const world = new ReplicatedWorld(context);
    this.#world = world;
    this.#spawning = new Spawning(world);
    this.#states = new StateReceiver(world);
    this.#spawns = new SpawnReceiver(world, (view, id) => this.#states.release(view, id));
    this.#stateSender = new StateSender(world, this.#bytes);
    this.#changeSender = new ChangeSender(world, this.#bytes);
  }

  /** What peers can make this side hold. May be changed at any time. */
  get limits(): ReplicationLimits {
    return this.#world.limits;
  }

  get counters(): Readonly<ReplicationCounters> {
    return this.#world.counters;
  }

  /** The synchronizer that a peer, or this side, means by a net id; for those who look on. */
  stateBehind(speaker: number, netId: number): SynchronizerState | null {
    const { context, states } = this.#world;
    if (speaker !== context.uniqueId) return this.#world.viewOf(speaker)?.receivedSyncs.get(netId) ?? null;
    return states.items.find((state) => state.netId === netId && this.#world.isOwn(state.synchronizer)) ?? null;
  }

  /** The same of a synchronizer that is known as a node, and of a node that was spawned. */
  stateOfNode(node: SceneNode): SynchronizerState | null {
    return (isSynchronizer(node) ? this.#world.stateOf(node) : undefined) ?? null;
  }

  nodeBehind(speaker: number, netId: number): SceneNode | null {
    const { context, spawned } = this.#world;
    if (speaker !== context.uniqueId) return this.#world.viewOf(speaker)?.received.get(netId)?.tracked?.node ?? null;
    for (const tracked of spawned) if (tracked.netId === netId) return tracked.node;
    return null;
  }

  configurationAdd(object: SceneNode | null, configuration: unknown): Err {
    if (this.#world.context.host === null) return fail(Err.ERR_UNCONFIGURED, 'There is no tree to replicate');
    if (object !== null && isSpawner(configuration)) return this.#spawning.add(object, configuration);
    if (object !== null && isSynchronizer(configuration)) return this.#start(object, configuration);
    return fail(Err.ERR_INVALID_PARAMETER, 'Only spawners and synchronizers configure replication, each with a node');
  }

  configurationRemove(object: SceneNode | null, configuration: unknown): Err {
    if (object !== null && isSpawner(configuration)) return this.#spawning.remove(object, configuration);
    if (object !== null && isSynchronizer(configuration)) return this.#stop(configuration);
    return fail(Err.ERR_INVALID_PARAMETER, 'Only spawners and synchronizers configure replication, each with a node');
  }

  receive(packet: Uint8Array, from: number): void {
    const view = this.#world.viewOf(from);
    const { context } = this.#world;
    if (view === undefined || context.host === null) {
      context.drop(from, 'unknown-peer', 'A packet of replication from a peer that is not in the game');
      return;
    }
    const command = (packet[0] as number) & COMMAND_MASK;
    if (command === SPAWN) this.#spawns.receiveSpawn(packet, view);
    else if (command === DESPAWN) this.#spawns.receiveDespawn(packet, view);
    else this.#states.receive(packet, view);
  }

  send(): void {
    this.#states.settle();
    this.#spawning.reportUnready();
    const { frame, views } = this.#world;
    frame.number += 1;
    this.#bytes.clear();
    for (let at = 0; at < views.length; at += 1) this.#sendTo(views[at] as PeerView);
  }

  isVisibleTo(node: SceneNode, peer: number): boolean {
    const tracked = this.#world.tracked(node);
    if (tracked === undefined || tracked.synchronizers.size === 0) return true;
    if (tracked.remotePeer !== 0 && tracked.remotePeer === peer) return true;
    if (!tracked.isSpawned) return tracked.synchronizers.items.some((state) => state.synchronizer.isVisibleTo(peer));
    const view = this.#world.viewOf(peer);
    if (view === undefined) return false;
    this.#spawning.flush(view);
    return view.has(tracked);
  }

  peerJoined(peer: number): void {
    const view = this.#world.addView(peer);
    if (this.#world.context.host === null) return;
    this.#spawning.join(view);
    for (const state of [...this.#world.states.items]) {
      if (this.#world.isOwn(state.synchronizer)) subscribe(view, state, state.synchronizer.isVisibleTo(peer));
    }
  }

  peerLeft(peer: number): void {
    const view = this.#world.viewOf(peer);
    if (view === undefined) return;
    this.#spawns.freeAll(view);
    this.#world.removeView(peer);
  }

  reset(): void {
    for (const view of this.#world.views) this.#spawns.freeAll(view);
    this.#world.removeAllViews();
    this.#world.resetIds();
  }

  #sendTo(view: PeerView): void {
    this.#spawns.poll(view);
    if (view.held.count > 0) view.held.expire(this.#world.frame.now);
    this.#spawning.flush(view);
    if (view.subscriptions.list.length === 0) return;
    view.time = (view.time + 1) & 0xffff;
    this.#stateSender.send(view);
    // As long as spawns wait for room, changes would have to as well.
    if (view.outbox.size === 0) this.#changeSender.send(view);
  }

  #start(root: SceneNode, synchronizer: Synchronizer): Err {
    if (this.#world.stateOf(synchronizer) !== undefined)
      return fail(Err.ERR_ALREADY_IN_USE, 'It is synchronized already');
    const state = new SynchronizerState(synchronizer, root);
    this.#world.addState(state);
    this.#world.track(root).synchronizers.add(state);
    const listener = (peer: number): void => this.#spawning.visibilityChanged(state, peer);
    synchronizer.visibility_changed.connect(listener);
    this.#stopListening.set(state, () => synchronizer.visibility_changed.disconnect(listener));
    if (this.#world.isOwn(synchronizer)) {
      for (const view of this.#world.views) subscribe(view, state, synchronizer.isVisibleTo(view.id));
    }
    this.#spawns.claim(state);
    return Err.OK;
  }

  #stop(synchronizer: Synchronizer): Err {
    const state = this.#world.stateOf(synchronizer);
    if (state === undefined) return Err.ERR_INVALID_PARAMETER;
    this.#stopListening.get(state)?.();
    this.#stopListening.delete(state);
    this.#world.removeState(state);
    for (const view of this.#world.views) {
      view.subscriptions.delete(state);
      if (view.receivedSyncs.get(state.netId) === state) view.receivedSyncs.delete(state.netId);
    }
    state.release();
    const tracked = this.#world.tracked(state.root);
    tracked?.synchronizers.delete(state);
    if (tracked !== undefined) this.#world.untrackLoose(tracked);
    return Err.OK;
  }
}
