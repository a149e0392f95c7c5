import { HeldSpawns } from './held-spawns.js';
import type { HeldUpdates } from './held-updates.js';
import type { SynchronizerState } from './synchronizer-state.js';
import type { TrackedNode } from './tracked-node.js';

/** A synchronizer that one peer is kept up to date with. */
export class Subscription {
  readonly state: SynchronizerState;
  /** Its id in packets to this peer: a net id, or the number of its path with bit 31 set. */
  id = 0;
  /** The peer has it: the id means something there. */
  isOpen = false;
  /** The frame and the time of the last changes it was sent; 0 and long ago: it was never sent any. */
  changesSentIn = 0;
  changesSentAt = Number.NEGATIVE_INFINITY;
  /** The frame in which a state that had come to rest was sent reliably. */
  restSentIn = 0;

  constructor(state: SynchronizerState) {
    this.state = state;
  }
}

/** A node that a peer spawned here. It is remembered after its end, until the peer takes it back. */
export interface ReceivedNode {
  readonly netId: number;
  readonly syncIds: readonly number[];
  /** Null once it is gone here. */
  tracked: TrackedNode | null;
}

/** Subscriptions in the order of Godot's array sets. */
class Subscriptions {
  readonly #list: Subscription[] = [];
  readonly #places = new Map<SynchronizerState, number>();

  get list(): readonly Subscription[] {
    return this.#list;
  }

  get(state: SynchronizerState): Subscription | undefined {
    const place = this.#places.get(state);
    return place === undefined ? undefined : this.#list[place];
  }

  add(state: SynchronizerState): void {
    this.#places.set(state, this.#list.length);
    this.#list.push(new Subscription(state));
  }

  /** The last one takes its place. */
  delete(state: SynchronizerState): void {
    const place = this.#places.get(state);
    if (place === undefined) return;
    this.#places.delete(state);
    const last = this.#list.pop() as Subscription;
    if (last.state === state) return;
    this.#list[place] = last;
    this.#places.set(last.state, place);
  }
}

/** What one peer was sent, and what it spawned here. */
export class PeerView {
  readonly id: number;
  /** Counts packets of states, 16 bits. */
  time = 0;
  /** Which packet of a frame goes first. */
  turn = 0;
  readonly subscriptions = new Subscriptions();
  /** Nodes of ours that it has, or will have when `outbox` is empty. */
  readonly spawned = new Set<TrackedNode>();
  /**
   * What it could not take yet, in order: a node to spawn, or the net id of one to despawn. A node that goes before it
   * was sent takes its entry along, so this never holds more than what we have and what the peer has.
   */
  readonly outbox = new Set<TrackedNode | number>();
  /** Since when it takes nothing; NaN while it does. */
  refusesSince = Number.NaN;

  readonly received = new Map<number, ReceivedNode>();
  readonly receivedSyncs = new Map<number, SynchronizerState>();
  /** Ids of synchronizers that have gone here while the peer goes on telling of them. */
  readonly goneSyncs = new Set<number>();
  readonly held: HeldUpdates;
  readonly heldSpawns = new HeldSpawns();

  constructor(id: number, held: HeldUpdates) {
    this.id = id;
    this.held = held;
  }

  /** Whether it has the node by now. */
  has(tracked: TrackedNode): boolean {
    return this.spawned.has(tracked) && !this.outbox.has(tracked);
  }

  /** What is known about the ids of this node's synchronizers no longer holds. */
  closeSubscriptions(tracked: TrackedNode): void {
    for (const state of tracked.synchronizers.items) {
      const subscription = this.subscriptions.get(state);
      if (subscription !== undefined) subscription.isOpen = false;
    }
  }
}
