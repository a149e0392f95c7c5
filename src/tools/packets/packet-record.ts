import type { TransferMode } from '../../multiplayer/multiplayer-types.js';

/** One packet as it passed a multiplayer peer. */
export interface PacketRecord {
  /** Milliseconds since the recording began. */
  readonly timeMs: number;
  readonly isOutgoing: boolean;
  /** Who sent it; of one that went out, its target: 0 all, n one, -n all but n. */
  readonly peer: number;
  readonly mode: TransferMode;
  readonly channel: number;
  /** The beginning, when the packet was longer than what a recording keeps of one. */
  readonly bytes: Uint8Array;
  /** Of the whole packet, in bytes. */
  readonly size: number;
}
