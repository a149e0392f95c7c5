/** What happened to updates of objects that were not, or no longer, known. */
export interface ReplicationCounters {
  /** Came before their object, and were kept for it. */
  heldUpdates: number;
  /** Of those, applied when it came. */
  claimedUpdates: number;
  /** Of those, given up: nothing came in time, something newer did, or there was no room. */
  unclaimedUpdates: number;
  /** Came for an object that had gone here. */
  lateUpdates: number;
}

export function noCounts(): ReplicationCounters {
  return { heldUpdates: 0, claimedUpdates: 0, unclaimedUpdates: 0, lateUpdates: 0 };
}
