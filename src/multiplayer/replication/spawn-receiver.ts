import { ByteReader } from '../../core/byte-reader.js';
import { Err } from '../../core/err.js';
import { pushError, quoted } from '../../core/fail.js';
import { RPC_FEATURE } from '../rpc/ask-options.js';
import type { DropReason } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import { readArgument } from '../variant/read-variant.js';
import type { VariantInput } from '../variant/variant.js';
import type { PeerView, ReceivedNode } from './peer-view.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { CUSTOM_SPAWN, isSpawner, type Spawner } from './replicator.js';
import { spawnObjection } from './spawn-objection.js';
import { isProblem, readDespawn, readSpawn, type SpawnMessage } from './spawn-packet.js';
import type { SynchronizerState } from './synchronizer-state.js';
import type { TrackedNode } from './tracked-node.js';

/** A spawned node that is about to enter the tree, with what its synchronizers get meanwhile. */
interface Arrival {
  readonly tracked: TrackedNode;
  readonly from: PeerView;
  readonly syncIds: readonly number[];
  readonly state: ByteReader;
  /** How many synchronizers have claimed an id. */
  claimed: number;
}

/**
 * SPAWN and DESPAWN of others. What a peer can do here is bounded by the spawners that name it as their authority: a
 * child of their spawn node, made by a factory of this side, with values for the properties that are replicated.
 */
export class SpawnReceiver {
  readonly #world: ReplicatedWorld;
  readonly #perSpawner = new WeakMap<Spawner, number>();
  readonly #whenKnown: (view: PeerView, syncId: number) => void;
  #arrival: Arrival | null = null;

  /** `whenKnown` is called for each synchronizer that a spawn has made known. */
  constructor(world: ReplicatedWorld, whenKnown: (view: PeerView, syncId: number) => void) {
    this.#world = world;
    this.#whenKnown = whenKnown;
  }

  receiveSpawn(packet: Uint8Array, view: PeerView): void {
    const message = readSpawn(packet, this.#world.limits);
    if (isProblem(message)) {
      this.#drop(view, message.problem, message.text);
      return;
    }
    const spawner = this.#spawnerOf(message, view);
    if (spawner === undefined) this.#hold(message, packet.length, view);
    else if (spawner !== null) this.#spawn(message, spawner, view);
  }

  /** Lets in what waited for its spawner, as far as it is there. */
  poll(view: PeerView): void {
    if (view.heldSpawns.size === 0) return;
    const { context, limits } = this.#world;
    const now = context.clock.now();
    for (const { message, since } of view.heldSpawns.all) {
      const isLate = now - since >= limits.heldSpawnMs;
      const found = this.#spawnerOf(message, view);
      if (found === undefined && !isLate) continue;
      view.heldSpawns.take(message.netId);
      const spawner = found === undefined ? context.paths.nodeOf(view.id, message.spawnerId) : found;
      if (spawner !== null) this.#spawn(message, spawner, view);
      for (const id of message.syncIds) view.held.unpin(id, view.receivedSyncs.has(id));
    }
  }

  receiveDespawn(packet: Uint8Array, view: PeerView): void {
    const netId = readDespawn(packet);
    if (typeof netId !== 'number') {
      this.#drop(view, netId.problem, netId.text);
      return;
    }
    const received = view.received.get(netId);
    const held = received === undefined ? view.heldSpawns.take(netId) : undefined;
    if (held !== undefined) {
      for (const id of held.message.syncIds) view.held.unpin(id, false);
      return;
    }
    if (received === undefined) {
      this.#drop(view, 'unknown-object', `A despawn of ${netId}, which is not known`);
      return;
    }
    const { tracked } = received;
    const spawner = tracked?.spawner ?? null;
    if (spawner !== null && spawner.authority !== view.id) {
      this.#drop(view, 'not-permitted', 'A despawn by a peer without authority');
      return;
    }
    this.#forget(received, view);
    if (tracked === null) return;
    this.#free(tracked.node);
    spawner?.emitDespawned(tracked.node);
  }

  /** A synchronizer has entered the tree: if it belongs to the node that is arriving, it gets its id and its state. */
  claim(state: SynchronizerState): void {
    const arrival = this.#arrival;
    if (arrival === null || arrival.tracked.node !== state.root) return;
    if (state.synchronizer.authority !== arrival.from.id) return;
    const id = arrival.syncIds[arrival.claimed];
    if (id === undefined) {
      const name = this.#world.host.getName(state.root);
      const hint = 'Set the authority of a synchronizer while its node enters the tree, not later';
      this.#drop(
        arrival.from,
        'unknown-object',
        `A spawn of ${name} with fewer synchronizers than it has here. ${hint}`,
      );
      return;
    }
    arrival.claimed += 1;
    arrival.from.receivedSyncs.set(id, state);
    state.netId = id;
    this.#apply(state, arrival);
  }

  /** Frees all that the peer spawned here. */
  freeAll(view: PeerView): void {
    for (const received of [...view.received.values()]) {
      const { tracked } = received;
      this.#forget(received, view);
      if (tracked !== null) this.#free(tracked.node);
    }
  }

  /**
   * The spawner; null when there is none, which is counted; undefined when it, or its spawn node, may still come: a
   * scenewire peer knows more of the level than is loaded here. For Godot's spawns nobody waits, as there.
   */
  #spawnerOf({ spawnerId }: SpawnMessage, view: PeerView): SceneNode | null | undefined {
    const { context } = this.#world;
    if (context.paths.isAwaited(view.id, spawnerId)) return undefined;
    const spawner = context.paths.nodeOf(view.id, spawnerId);
    const isHomeless = isSpawner(spawner) && spawner.authority === view.id && spawner.getSpawnNode() === null;
    return isHomeless && context.hasFeature(view.id, RPC_FEATURE) ? undefined : spawner;
  }

  #spawn(message: SpawnMessage, spawner: SceneNode, view: PeerView): void {
    const there = isSpawner(spawner) ? (this.#perSpawner.get(spawner) ?? 0) : 0;
    const objection = spawnObjection(message, spawner, there, view, this.#world);
    if (objection !== null) {
      this.#drop(view, ...objection);
      return;
    }
    const node = this.#make(message, spawner as Spawner, view);
    if (node !== null) this.#add(message, spawner as Spawner, node, view);
  }

  #hold(message: SpawnMessage, bytes: number, view: PeerView): void {
    const { limits, counters, context } = this.#world;
    const { heldSpawns, held } = view;
    const isFull = heldSpawns.size >= limits.maxHeldSpawns || heldSpawns.bytes + bytes > limits.maxHeldSpawnBytes;
    if (isFull || heldSpawns.has(message.netId) || view.received.has(message.netId)) {
      this.#drop(view, isFull ? 'limit' : 'not-permitted', `A spawn of ${quoted(message.name)} that cannot be held`);
      return;
    }
    const [data, state] = [message.data?.slice() ?? null, message.state.slice()];
    heldSpawns.add({ ...message, data, state }, bytes, context.clock.now());
    for (const id of message.syncIds) held.pin(id);
    counters.heldSpawns += 1;
  }

  #make(message: SpawnMessage, spawner: Spawner, view: PeerView): SceneNode | null {
    const absence = spawner.absenceOf(message.scene);
    if (absence !== null) {
      this.#drop(view, 'unknown-object', `A spawn of ${quoted(message.name)}: ${absence}`);
      return null;
    }
    let data: VariantInput = null;
    if (message.scene === CUSTOM_SPAWN) {
      const reader = new ByteReader(message.data as Uint8Array);
      data = readArgument(reader) as VariantInput;
      if (reader.failed) {
        this.#drop(view, 'bad-arguments', 'A spawn whose data cannot be read');
        return null;
      }
    }
    const node = message.scene === CUSTOM_SPAWN ? spawner.makeCustom(data) : spawner.makeFromScene(message.scene);
    const isUsed = node !== null && (this.#world.host.isInsideTree(node) || this.#world.tracked(node)?.spawner != null);
    if (node === null)
      this.#drop(view, 'unknown-object', `A spawn of ${quoted(message.name)} that nothing was made for`);
    if (isUsed)
      this.#drop(view, 'script-error', `A spawn of ${quoted(message.name)} that was given a node which is in use`);
    return isUsed ? null : node;
  }

  #add(message: SpawnMessage, spawner: Spawner, node: SceneNode, view: PeerView): void {
    const { host } = this.#world;
    const parent = spawner.getSpawnNode();
    // The factory has run meanwhile, and with it anything.
    if (parent === null) return;
    const tracked = this.#world.track(node);
    const { netId, syncIds } = message;
    tracked.spawner = spawner;
    tracked.netId = netId;
    tracked.remotePeer = view.id;
    const received: ReceivedNode = { netId, syncIds, tracked };
    view.received.set(netId, received);
    this.#perSpawner.set(spawner, (this.#perSpawner.get(spawner) ?? 0) + 1);
    const arrival: Arrival = { tracked, from: view, syncIds, state: new ByteReader(message.state), claimed: 0 };
    const outer = this.#arrival;
    this.#arrival = arrival;
    try {
      host.addChild(parent, node, message.name);
    } catch (thrown) {
      pushError(`${quoted(message.name)} could not be added`, Err.ERR_SCRIPT_FAILED, thrown);
    } finally {
      this.#arrival = outer;
    }
    if (!host.isInsideTree(node)) {
      this.#lose(received, view);
      return;
    }
    host.onTreeExiting(node, () => this.#lose(received, view));
    spawner.emitSpawned(node);
    if (arrival.claimed < syncIds.length) {
      this.#drop(view, 'unknown-object', `A spawn of ${quoted(message.name)} with more synchronizers than it has here`);
    }
    for (const id of syncIds) this.#whenKnown(view, id);
  }

  /** The values of its spawn properties. What cannot be read changes nothing. */
  #apply(state: SynchronizerState, arrival: Arrival): void {
    const { host } = this.#world;
    const { from, state: reader } = arrival;
    state.refresh();
    if (reader.remaining > 0) {
      const values = state.spawnProperties.map((property) => {
        property.inbox = readArgument(reader, property.inbox);
        return property.inbox;
      });
      if (reader.failed) {
        this.#drop(from, 'bad-arguments', `A spawn whose state of ${host.getName(state.root)} is wrong`);
        return;
      }
      for (const [at, property] of state.spawnProperties.entries()) property.write(host, values[at] ?? null);
    }
  }

  /** It left the tree here, and the peer does not know. */
  #lose(received: ReceivedNode, view: PeerView): void {
    const { tracked } = received;
    if (tracked === null) return;
    received.tracked = null;
    const { spawner } = tracked;
    if (spawner !== null) this.#perSpawner.set(spawner, Math.max(0, (this.#perSpawner.get(spawner) ?? 0) - 1));
    for (const id of received.syncIds) {
      view.receivedSyncs.delete(id);
      view.goneSyncs.add(id);
    }
    tracked.spawner = null;
    tracked.netId = tracked.remotePeer = 0;
    this.#world.untrackLoose(tracked);
  }

  /** The peer takes it back, or is gone. */
  #forget(received: ReceivedNode, view: PeerView): void {
    this.#lose(received, view);
    for (const id of received.syncIds) view.goneSyncs.delete(id);
    if (view.received.get(received.netId) === received) view.received.delete(received.netId);
  }

  #free(node: SceneNode): void {
    try {
      this.#world.host.free(node);
    } catch (thrown) {
      pushError('A spawned node could not be freed', Err.ERR_SCRIPT_FAILED, thrown);
    }
  }

  #drop(view: PeerView, reason: DropReason, text: string): void {
    this.#world.context.drop(view.id, reason, text);
  }
}
