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
  #count = 0;
  #bytes = 0;

  constructor(limits: ReplicationLimits, counters: ReplicationCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  get count(): number {
    return this.#count;
  }

  /** The bytes are copied. What finds no room is counted and gone. */
  hold(id: number, update: HeldUpdate, now: number): void {
    const list = this.#byId.get(id) ?? [];
    const older = update.time === null ? undefined : list.find((held) => held.update.time !== null);
    const growth = update.bytes.length - (older?.update.bytes.length ?? 0);
    const isFull = older === undefined && this.#count >= this.#limits.maxHeldUpdates;
    if (isFull || this.#bytes + growth > this.#limits.maxHeldBytes) {
      this.#counters.unclaimedUpdates += 1;
      return;
    }
    const kept = { ...update, bytes: update.bytes.slice() };
    this.#bytes += growth;
    this.#counters.heldUpdates += 1;
    if (older !== undefined) {
      older.update = kept;
      this.#counters.unclaimedUpdates += 1;
      return;
    }
    list.push({ since: now, update: kept });
    this.#byId.set(id, list);
    this.#count += 1;
  }

  /** What is there for a synchronizer that has come. */
  take(id: number): readonly HeldUpdate[] {
    const list = this.#byId.get(id);
    if (list === undefined) return NONE;
    this.#forget(id, list);
    this.#counters.claimedUpdates += list.length;
    return list.map((held) => held.update);
  }

  /** Lets go of what has waited long enough. */
  expire(now: number): void {
    for (const [id, list] of this.#byId) {
      const oldest = list[0];
      if (oldest !== undefined && now - oldest.since < this.#limits.heldMs) continue;
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
