/** What happened to what came too early or too late. */
export interface ReplicationCounters {
  /** Spawns that came before their spawner, and were kept for it. */
  heldSpawns: number;
  /** Updates that came before their object, and were kept for it. */
  heldUpdates: number;
  /** Of those, applied when it came. */
  claimedUpdates: number;
  /** Of those, given up: nothing came in time, something newer did, or there was no room. */
  unclaimedUpdates: number;
  /** Came for an object that had gone here. */
  lateUpdates: number;
}

export function noCounts(): ReplicationCounters {
  return { heldSpawns: 0, heldUpdates: 0, claimedUpdates: 0, unclaimedUpdates: 0, lateUpdates: 0 };
}
