import { ByteReader } from '../../core/byte-reader.js';
import type { DropReason } from '../scene/scene-context.js';
import { readArgument } from '../variant/read-variant.js';
import type { Variant } from '../variant/variant.js';
import { DELTA_FLAG, PATH_ID_FLAG } from './commands.js';
import type { HeldUpdate } from './held-updates.js';
import type { PeerView } from './peer-view.js';
import type { ReplicatedProperty } from './replicated-property.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { type Arrival, isSynchronizer, type Smoother } from './replicator.js';
import type { SynchronizerState } from './synchronizer-state.js';
import { isMarked } from './watched-properties.js';

const LEAST_BYTES = 11;
/** Of an id's upper half. */
const PATH_MARK = PATH_ID_FLAG >>> 16;
const STATE_HEAD_BYTES = 8;
const CHANGE_HEAD_BYTES = 16;

/** How ids go about in here: those of paths are below zero. */
const idOfPath = (path: number): number => -1 - path;

/** SYNC and changes of others: values for properties of synchronizers whose authority the sender is, and nothing else. */
export class StateReceiver {
  readonly #world: ReplicatedWorld;
  /** Packets of states from a time in which nobody polled. */
  readonly #kept: { readonly packet: Uint8Array; readonly view: PeerView; readonly sentMs: number }[] = [];
  /** How the states at hand came. */
  readonly #arrival = { counter: 0, sentMs: Number.NaN, timeMs: Number.NaN } satisfies Arrival;

  constructor(world: ReplicatedWorld) {
    this.#world = world;
  }

  receive(packet: Uint8Array, view: PeerView): void {
    this.#arrival.sentMs = this.#world.context.sentMs;
    if (packet.length < LEAST_BYTES) this.#drop(view, 'malformed', 'A packet of states that is too short');
    else if (((packet[0] as number) & DELTA_FLAG) !== 0) this.#receiveChanges(new ByteReader(packet), view);
    else if (this.#world.context.isCatchingUp) this.#kept.push({ packet, view, sentMs: this.#arrival.sentMs });
    else this.#receiveStates(new ByteReader(packet), view, null);
  }

  /** The packets of this poll are read. Of those of a long while, the last ones count: one state for each synchronizer. */
  settle(): void {
    if (this.#kept.length === 0) return;
    const seen = new Map<PeerView, Set<number>>();
    for (const { packet, view, sentMs } of this.#kept.splice(0).reverse()) {
      this.#arrival.sentMs = sentMs;
      const ids = seen.get(view) ?? new Set();
      seen.set(view, ids);
      this.#receiveStates(new ByteReader(packet), view, ids);
    }
  }

  /** A synchronizer is known from now on: it gets what came before. */
  release(view: PeerView, id: number): void {
    const updates = view.held.take(id);
    this.#arrival.sentMs = Number.NaN;
    this.#arrival.timeMs = this.#world.context.clock.now();
    for (const update of updates) {
      const state = view.receivedSyncs.get(id);
      if (state === undefined || !this.#isAllowed(state, view)) continue;
      const reader = new ByteReader(update.bytes);
      if (update.time === null) this.#applyChanges(state, update.maskLow, update.maskHigh, reader, view);
      else this.#applyState(state, update.time, reader, view);
    }
  }

  /** An entry of size 0 at the end is not looked at: Godot sends none. Those of `seen` are passed over. */
  #receiveStates(reader: ByteReader, view: PeerView, seen: Set<number> | null): void {
    reader.skip(1);
    const time = reader.u16();
    this.#arrival.timeMs = this.#world.context.clock.now();
    while (reader.remaining > STATE_HEAD_BYTES) {
      const id = readId(reader);
      // PERF: of a minute, nearly all are passed over.
      if (seen?.has(id)) {
        reader.skip(reader.u32());
        continue;
      }
      const size = this.#sizeOf(reader, view);
      if (size < 0) return;
      seen?.add(id);
      const state = this.#find(id, view);
      if (state === undefined) this.#hold(id, { time, maskLow: 0, maskHigh: 0, bytes: reader.bytes(size) }, view);
      else if (state === null || !this.#admits(state, view)) reader.skip(size);
      else {
        const limit = reader.narrow(size);
        if (!this.#applyState(state, time, reader, view)) return;
        reader.widen(limit);
      }
    }
  }

  #receiveChanges(reader: ByteReader, view: PeerView): void {
    reader.skip(1);
    while (reader.remaining > CHANGE_HEAD_BYTES) {
      const id = readId(reader);
      const maskLow = reader.u32();
      const maskHigh = reader.u32();
      const size = this.#sizeOf(reader, view);
      if (size < 0) return;
      const state = this.#find(id, view);
      if (state === undefined) this.#hold(id, { time: null, maskLow, maskHigh, bytes: reader.bytes(size) }, view);
      else if (state === null || !this.#admits(state, view)) reader.skip(size);
      else {
        const limit = reader.narrow(size);
        if (!this.#applyChanges(state, maskLow, maskHigh, reader, view)) return;
        reader.widen(limit);
      }
    }
  }

  /** Of the entry that follows; -1 when the rest of the packet is not to be trusted. */
  #sizeOf(reader: ByteReader, view: PeerView): number {
    const size = reader.u32();
    if (size > reader.remaining) this.#drop(view, 'malformed', 'A state that is cut off');
    else if (size > this.#world.limits.maxStateBytes) this.#drop(view, 'limit', `A state of ${size} bytes`);
    else return size;
    return -1;
  }

  /** Null for what there is none of; undefined for what may still come. */
  #find(id: number, view: PeerView): SynchronizerState | null | undefined {
    if (id >= 0) {
      const state = view.receivedSyncs.get(id);
      if (state !== undefined || !view.goneSyncs.has(id)) return state;
      this.#world.counters.lateUpdates += 1;
      return null;
    }
    // What is not known at all is counted there.
    const node = this.#world.context.paths.nodeOf(view.id, idOfPath(id));
    if (node === null) return null;
    const state = isSynchronizer(node) ? this.#world.stateOf(node) : undefined;
    if (state === undefined) this.#drop(view, 'unknown-object', 'A state for what is no synchronizer');
    return state ?? null;
  }

  #hold(id: number, update: HeldUpdate, view: PeerView): void {
    view.held.hold(id, update, this.#world.context.clock.now());
  }

  #isAllowed(state: SynchronizerState, view: PeerView): boolean {
    return state.synchronizer.authority === view.id && state.isAlive(this.#world.host);
  }

  #admits(state: SynchronizerState, view: PeerView): boolean {
    if (this.#isAllowed(state, view)) return true;
    this.#drop(view, 'not-permitted', 'A state from a peer without authority, or for a node that is gone');
    return false;
  }

  /** False: the rest of the packet is not to be trusted. */
  #applyState(state: SynchronizerState, time: number, reader: ByteReader, view: PeerView): boolean {
    if (!state.takeTime(time)) return true;
    state.refresh();
    const properties = state.syncProperties;
    if (!this.#read(reader, properties)) {
      this.#drop(view, 'bad-arguments', 'A state that cannot be read');
      return false;
    }
    this.#show(state.synchronizer.smoothing, time, properties);
    state.synchronizer.emitSynchronized();
    return true;
  }

  #applyChanges(state: SynchronizerState, low: number, high: number, reader: ByteReader, view: PeerView): boolean {
    state.refresh();
    const { list } = state.watched;
    let count = 0;
    for (let at = 0; at < list.length; at += 1) {
      const watched = list[at];
      if (watched === undefined || !isMarked(low, high, at)) continue;
      watched.property.inbox = readArgument(reader, watched.property.inbox);
      count += 1;
    }
    if (count === 0 || reader.failed || reader.remaining > 0) {
      this.#drop(view, 'bad-arguments', 'Changes that cannot be read');
      return false;
    }
    for (let at = 0; at < list.length; at += 1) {
      const property = list[at]?.property;
      if (isMarked(low, high, at)) property?.write(this.#world.host, property.inbox);
    }
    state.synchronizer.emitDeltaSynchronized();
    return true;
  }

  /** All of them before any is set. PERF: into the values of last time, and without iterators: it runs for each state. */
  #read(reader: ByteReader, properties: readonly ReplicatedProperty[]): boolean {
    for (let at = 0; at < properties.length; at += 1) {
      const property = properties[at] as ReplicatedProperty;
      property.inbox = readArgument(reader, property.inbox);
    }
    return !reader.failed;
  }

  /** At once, or, for what a smoother takes, by and by. */
  #show(smoother: Smoother | null, counter: number, properties: readonly ReplicatedProperty[]): void {
    const { host } = this.#world;
    this.#arrival.counter = counter;
    smoother?.arrived(this.#arrival);
    for (let at = 0; at < properties.length; at += 1) {
      const property = properties[at] as ReplicatedProperty;
      const binding = smoother === null ? null : property.bindingIn(host);
      if (binding !== null && smoother?.take(property.path, property.inbox as Variant, binding)) continue;
      property.write(host, property.inbox);
    }
  }

  #drop(view: PeerView, reason: DropReason, text: string): void {
    this.#world.context.drop(view.id, reason, text);
  }
}

/** PERF: in halves, and with another mark for paths: as one number most ids would have to be allocated. */
function readId(reader: ByteReader): number {
  const low = reader.u16();
  const high = reader.u16();
  const id = low | ((high & ~PATH_MARK) << 16);
  return (high & PATH_MARK) === 0 ? id : idOfPath(id);
}
