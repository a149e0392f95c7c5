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

/** Of one synchronizer, in the order in which they came: its newest state, and its newest changes of each set of properties. */
class Held {
  readonly updates = new Map<string, HeldUpdate>();
  /** When the newest came. */
  since = 0;
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
  readonly #byId = new Map<number, Held>();
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
    const held = isWanted ? undefined : this.#byId.get(id);
    if (held !== undefined) this.#giveUp(id, held);
  }

  /** The bytes are copied. What finds no room is counted and gone. */
  hold(id: number, update: HeldUpdate, now: number): void {
    const held = this.#byId.get(id) ?? new Held();
    const subject = subjectOf(update);
    const older = held.updates.get(subject);
    if (older !== undefined) {
      held.updates.delete(subject);
      this.#bytes -= older.bytes.length;
      this.#count -= 1;
      this.#counters.unclaimedUpdates += 1;
    }
    const isFull = this.#count >= this.#limits.maxHeldUpdates;
    if (isFull || this.#bytes + update.bytes.length > this.#limits.maxHeldBytes) {
      this.#counters.unclaimedUpdates += 1;
      if (held.updates.size === 0) this.#byId.delete(id);
      return;
    }
    held.updates.set(subject, { ...update, bytes: update.bytes.slice() });
    held.since = now;
    this.#byId.set(id, held);
    this.#bytes += update.bytes.length;
    this.#count += 1;
    this.#counters.heldUpdates += 1;
  }

  /** What is there for a synchronizer that has come. */
  take(id: number): readonly HeldUpdate[] {
    this.#pinned.delete(id);
    const held = this.#byId.get(id);
    if (held === undefined) return NONE;
    this.#forget(id, held);
    this.#counters.claimedUpdates += held.updates.size;
    return [...held.updates.values()];
  }

  /** Lets go of what has waited long enough. */
  expire(now: number): void {
    for (const [id, held] of this.#byId) {
      if (!this.#pinned.has(id) && now - held.since >= this.#limits.heldMs) this.#giveUp(id, held);
    }
  }

  #giveUp(id: number, held: Held): void {
    this.#forget(id, held);
    this.#counters.unclaimedUpdates += held.updates.size;
  }

  #forget(id: number, { updates }: Held): void {
    this.#byId.delete(id);
    this.#count -= updates.size;
    for (const { bytes } of updates.values()) this.#bytes -= bytes.length;
  }
}

/** A newer update of the same subject takes the place of the older one. */
function subjectOf({ time, maskLow, maskHigh }: HeldUpdate): string {
  return time === null ? `${maskLow} ${maskHigh}` : 'state';
}
