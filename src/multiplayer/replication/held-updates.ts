import type { ReplicationCounters } from './replication-counters.js';
import type { ReplicationLimits } from './replication-limits.js';

/** A state or changes of a synchronizer that is not known yet. */
export interface HeldUpdate {
  /** Null for changes. */
  readonly time: number | null;
  readonly maskLow: number;
  readonly maskHigh: number;
  readonly bytes: Uint8Array;
}

interface Held {
  readonly since: number;
  update: HeldUpdate;
}

const NONE: readonly HeldUpdate[] = [];

/**
 * Updates that came before the spawn they belong to: unreliable packets overtake reliable ones. They wait for a moment,
 * the newest state of each synchronizer and its changes in order; what nobody claims is counted, which is no error: an
 * object that has just left gets some too.
 */
export class HeldUpdates {
  readonly #limits: ReplicationLimits;
  readonly #counters: ReplicationCounters;
  readonly #byId = new Map<number, Held[]>();
  /** Whose spawn is held: theirs wait as long as it does. */
  readonly #pinned = new Set<number>();
  #count = 0;
  #bytes = 0;

  constructor(limits: ReplicationLimits, counters: ReplicationCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  get count(): number {
    return this.#count;
  }

  pin(id: number): void {
    this.#pinned.add(id);
  }

  /** The spawn has come in, or never will: then what was held for it goes. */
  unpin(id: number, isWanted: boolean): void {
    this.#pinned.delete(id);
    const list = isWanted ? undefined : this.#byId.get(id);
    if (list === undefined) return;
    this.#forget(id, list);
    this.#counters.unclaimedUpdates += list.length;
  }

  /** The bytes are copied. What finds no room is counted and gone. */
  hold(id: number, update: HeldUpdate, now: number): void {
    const list = this.#byId.get(id) ?? [];
    const older = list.findIndex((held) => isSuperseded(held.update, update));
    if (older >= 0) {
      this.#bytes -= (list[older] as Held).update.bytes.length;
      this.#count -= 1;
      list.splice(older, 1);
      this.#counters.unclaimedUpdates += 1;
    }
    const isFull = this.#count >= this.#limits.maxHeldUpdates;
    if (isFull || this.#bytes + update.bytes.length > this.#limits.maxHeldBytes) {
      this.#counters.unclaimedUpdates += 1;
      if (list.length === 0) this.#byId.delete(id);
      return;
    }
    list.push({ since: now, update: { ...update, bytes: update.bytes.slice() } });
    this.#byId.set(id, list);
    this.#bytes += update.bytes.length;
    this.#count += 1;
    this.#counters.heldUpdates += 1;
  }

  /** What is there for a synchronizer that has come. */
  take(id: number): readonly HeldUpdate[] {
    this.#pinned.delete(id);
    const list = this.#byId.get(id);
    if (list === undefined) return NONE;
    this.#forget(id, list);
    this.#counters.claimedUpdates += list.length;
    return list.map((held) => held.update);
  }

  /** Lets go of what has waited long enough. */
  expire(now: number): void {
    for (const [id, list] of this.#byId) {
      const newest = list[list.length - 1];
      if (this.#pinned.has(id) || (newest !== undefined && now - newest.since < this.#limits.heldMs)) continue;
      this.#forget(id, list);
      this.#counters.unclaimedUpdates += list.length;
    }
  }

  #forget(id: number, list: readonly Held[]): void {
    this.#byId.delete(id);
    this.#count -= list.length;
    for (const { update } of list) this.#bytes -= update.bytes.length;
  }
}

/** An older state is, and older changes of the same properties are. */
function isSuperseded(older: HeldUpdate, newer: HeldUpdate): boolean {
  if (older.time !== null || newer.time !== null) return older.time !== null && newer.time !== null;
  return older.maskLow === newer.maskLow && older.maskHigh === newer.maskHigh;
}
