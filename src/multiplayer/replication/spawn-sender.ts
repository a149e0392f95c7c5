import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { TransferMode } from '../multiplayer-types.js';
import { writeArgument } from '../variant/write-variant.js';
import type { PeerView } from './peer-view.js';
import { isRefusal } from './refusal.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { CUSTOM_SPAWN, type Spawner } from './replicator.js';
import { writeDespawn, writeSpawn } from './spawn-packet.js';
import type { TrackedNode } from './tracked-node.js';

const GIVE_UP_MS = 10_000;

/**
 * SPAWN and DESPAWN to one peer at a time. What a peer refuses for lack of room waits in its view, as nodes rather than
 * as bytes: when it leaves, it tells of the node as it is then.
 */
export class SpawnSender {
  readonly #world: ReplicatedWorld;
  readonly #writer = new ByteWriter();
  readonly #state = new ByteWriter();
  readonly #data = new ByteWriter();
  /** The packet of this node is ready: the same one goes to several peers. */
  #prepared: TrackedNode | null = null;
  #packet: Uint8Array | null = null;

  constructor(world: ReplicatedWorld) {
    this.#world = world;
  }

  /** From now on packets are made anew. */
  forgetPacket(): void {
    this.#prepared = null;
  }

  spawn(tracked: TrackedNode, view: PeerView): void {
    view.spawned.add(tracked);
    if (view.outbox.size > 0 || !this.#sendSpawn(tracked, view)) view.outbox.add(tracked);
    else view.closeSubscriptions(tracked);
  }

  /** With what is inside of it, which goes first. */
  despawn(tracked: TrackedNode, view: PeerView): void {
    for (const inner of [...tracked.inner].reverse()) this.despawn(inner, view);
    if (!view.spawned.delete(tracked)) return;
    view.closeSubscriptions(tracked);
    // It was never told.
    if (view.outbox.delete(tracked)) return;
    if (view.outbox.size > 0 || !this.#sendDespawn(tracked.netId, view)) view.outbox.add(tracked.netId);
  }

  /** Tries again what the peer could not take. */
  flush(view: PeerView): void {
    for (const entry of view.outbox) {
      this.forgetPacket();
      const isTaken = typeof entry === 'number' ? this.#sendDespawn(entry, view) : this.#sendSpawn(entry, view);
      if (!isTaken) return;
      view.outbox.delete(entry);
      if (typeof entry !== 'number') view.closeSubscriptions(entry);
    }
  }

  /** False: the peer takes nothing now. */
  #sendSpawn(tracked: TrackedNode, view: PeerView): boolean {
    const { spawner } = tracked;
    if (spawner === null) return true;
    const spawnerId = this.#world.context.paths.announce(spawner, view.id);
    if (spawnerId === 0) return this.#noteRefusal(view, Err.ERR_BUSY);
    if (this.#prepared !== tracked) {
      this.#packet = this.#encode(tracked, spawner, spawnerId);
      this.#prepared = tracked;
    }
    // What can't be encoded, which was reported, counts as told: trying again would not help.
    return this.#packet === null || this.#send(this.#packet, view);
  }

  #sendDespawn(netId: number, view: PeerView): boolean {
    this.forgetPacket();
    return this.#send(writeDespawn(this.#writer, netId), view);
  }

  #send(packet: Uint8Array, view: PeerView): boolean {
    const err = this.#world.context.sendCommand(view.id, packet, TransferMode.TRANSFER_MODE_RELIABLE, 0);
    if (isRefusal(err)) return this.#noteRefusal(view, err);
    view.refusesSince = Number.NaN;
    return true;
  }

  /**
   * A link says ERR_BUSY, and ends peers that never take anything again. Without a link ERR_OUT_OF_MEMORY may also mean
   * that a packet is too large for ever: then the next one gets its turn after a while.
   */
  #noteRefusal(view: PeerView, err: Err): boolean {
    const now = this.#world.context.clock.now();
    if (Number.isNaN(view.refusesSince)) view.refusesSince = now;
    if (err === Err.ERR_BUSY || now - view.refusesSince < GIVE_UP_MS) return false;
    pushError(`Peer ${view.id} can't take a spawn, which is given up`, err);
    view.refusesSince = Number.NaN;
    return true;
  }

  #encode(tracked: TrackedNode, spawner: Spawner, spawnerId: number): Uint8Array | null {
    const { host } = this.#world;
    const scene = spawner.sceneIndexOf(tracked.node);
    const isCustom = scene === CUSTOM_SPAWN;
    if (tracked.netId === 0) tracked.netId = this.#world.nextNetId();
    const name = host.getName(tracked.node);
    this.#data.clear();
    if (isCustom && writeArgument(this.#data, spawner.spawnDataOf(tracked.node)) !== Err.OK) {
      pushError(`The data that ${name} was spawned with can't be sent`, Err.ERR_INVALID_PARAMETER);
      return null;
    }
    const syncIds = this.#encodeState(tracked);
    if (syncIds === null) return null;
    const data = isCustom ? this.#data.view() : null;
    const state = this.#state.view();
    return writeSpawn(this.#writer, { scene, spawnerId, netId: tracked.netId, syncIds, name, data, state });
  }

  /** The net ids of our synchronizers, whose spawn properties it writes; null when one of those can't be read. */
  #encodeState(tracked: TrackedNode): readonly number[] | null {
    this.#state.clear();
    const ids: number[] = [];
    for (const state of tracked.synchronizers.items) {
      if (!this.#world.isOwn(state.synchronizer)) continue;
      state.refresh();
      if (state.netId === 0) state.netId = this.#world.nextNetId();
      ids.push(state.netId);
      for (const property of state.spawnProperties) {
        const value = property.read(this.#world.host);
        if (value === undefined) return null;
        const err = writeArgument(this.#state, value);
        if (err === Err.OK) continue;
        property.reportUnsendable(err);
        return null;
      }
    }
    return ids;
  }
}
