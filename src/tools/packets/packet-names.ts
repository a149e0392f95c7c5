/** A synchronizer, as far as it is known: the node it looks after, and the properties whose values travel, in order. */
export interface SyncNames {
  readonly path: string;
  /** Of states, sent always. Empty when they are not known. */
  readonly always: readonly string[];
  /** Of changes, by the bits of their mask. */
  readonly onChange: readonly string[];
}

/**
 * The names behind the numbers of packets. Everybody numbers its own things, so a number means something only together
 * with the peer that speaks. Null is for what is not known.
 */
export interface PacketNames {
  /** The path behind a number that was announced (SIMPLIFY_PATH). */
  pathOf(speaker: number, id: number): string | null;
  /** The path of a node that was spawned. */
  nodeOf(speaker: number, netId: number): string | null;
  /** What a number in a packet of states means: bit 31 says that it is the number of a path. */
  syncOf(speaker: number, id: number): SyncNames | null;
  /** A method of the node with this path, by its number. */
  methodOf(speaker: number, path: string, method: number): string | null;
}

/** Nobody knows anything: what can be read is what the packets themselves tell. */
export const NO_NAMES: PacketNames = {
  pathOf: () => null,
  nodeOf: () => null,
  syncOf: () => null,
  methodOf: () => null,
};
