/** What a peer can make this side hold or do. Godot has no such limits; those of games are far below. */
export interface ReplicationLimits {
  /** Nodes of one peer at once. */
  maxSpawnedNodes: number;
  /** Synchronizers of one spawned node. */
  maxSynchronizersPerNode: number;
  /** Bytes of a name, of the data of a custom spawn, and of the states that come with a spawn. */
  maxNameBytes: number;
  maxDataBytes: number;
  maxSpawnStateBytes: number;
  /** Bytes of one synchronizer's state, or of its changes. */
  maxStateBytes: number;
  /** Updates of objects that are not known yet: how many, how large together, and for how long they are held. */
  maxHeldUpdates: number;
  maxHeldBytes: number;
  heldMs: number;
  /** Spawns of scenewire peers whose spawner is not there yet: the same. Their updates wait as long as they do. */
  maxHeldSpawns: number;
  maxHeldSpawnBytes: number;
  heldSpawnMs: number;
}

export const DEFAULT_REPLICATION_LIMITS: Readonly<ReplicationLimits> = {
  maxSpawnedNodes: 16_384,
  maxSynchronizersPerNode: 256,
  maxNameBytes: 1024,
  maxDataBytes: 1 << 20,
  maxSpawnStateBytes: 1 << 20,
  maxStateBytes: 1 << 20,
  maxHeldUpdates: 4096,
  maxHeldBytes: 1 << 20,
  heldMs: 2000,
  maxHeldSpawns: 4096,
  maxHeldSpawnBytes: 1 << 20,
  heldSpawnMs: 30_000,
};
