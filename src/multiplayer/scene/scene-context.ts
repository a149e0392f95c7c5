import type { Clock } from '../../core/clock.js';
import type { Err } from '../../core/err.js';
import type { TransferMode } from '../multiplayer-types.js';
import type { AskOptions } from '../rpc/ask-options.js';
import type { Variant, VariantInput } from '../variant/variant.js';
import type { SceneHost, SceneNode } from './scene-host.js';

/** Why a packet, or a part of one, was thrown away. */
export type DropReason =
  | 'unknown-peer'
  | 'not-authenticated'
  | 'malformed'
  | 'unknown-command'
  | 'unknown-path'
  | 'unknown-method'
  | 'unknown-object'
  | 'not-permitted'
  | 'bad-arguments'
  | 'limit'
  | 'script-error';

/** Names nodes by numbers, so that packets need not carry their paths (SIMPLIFY_PATH, CONFIRM_PATH). */
export interface NodePaths {
  /**
   * The number of this node. Announces it to the peer when that never happened; the announcement leaves before this
   * returns. 0 when the node is not below the root, or when the peer takes nothing reliable for now (ERR_BUSY): then
   * nothing was announced, and the next call tries again.
   */
  announce(node: SceneNode, peer: number): number;
  isConfirmed(node: SceneNode, peer: number): boolean;
  /** Whether a peer has announced this number for a node that is not there yet, and that may still come. */
  isAwaited(peer: number, id: number): boolean;
  /** The node a peer means by its own number; null (and a counted drop) when it is not known or gone. */
  nodeOf(peer: number, id: number): SceneNode | null;
}

/** What the parts of a SceneMultiplayer (calls, replication) share. */
export interface SceneContext {
  readonly clock: Clock;
  /** When the packet that is being handled was sent, by a clock of the sender's; NaN when that is not told. */
  readonly sentMs: number;
  /** Nobody polled for a while, and much may have come meanwhile: of states only the newest matters. */
  readonly isCatchingUp: boolean;
  readonly paths: NodePaths;
  /** Null until the API is set on a tree. */
  readonly host: SceneHost | null;
  readonly rootPath: string;
  /** 0 without a peer. */
  readonly uniqueId: number;
  /** Whether the peer's status is CONNECTED. */
  readonly isConnected: boolean;
  /** Admitted peers in the order of Godot's array set: the last one takes the place of one that leaves. */
  readonly connected: readonly number[];
  /** The same in the order they joined. */
  readonly joined: ReadonlySet<number>;
  /** The settings of the API: largest packets of states and of changes, in bytes. */
  readonly maxSyncPacketSize: number;
  readonly maxDeltaPacketSize: number;
  /**
   * Sends a whole command to one peer, through the server where there is no other way. The bytes may be reused. A
   * refusal for lack of room (ERR_BUSY) is not reported: whoever sends tries again later.
   */
  sendCommand(peer: number, packet: Uint8Array, mode: TransferMode, channel: number): Err;
  /** The same to each of these. A reliable one reaches all of them, or nobody with ERR_BUSY. */
  sendToEach(
    peers: readonly number[],
    packetFor: (peer: number) => Uint8Array,
    mode: TransferMode,
    channel: number,
  ): Err;
  /** Whether this peer announced a feature that only scenewire has (D10). */
  hasFeature(peer: number, feature: string): boolean;
  /** Whether a call on this node may go to this peer: what replication says (wire.md 10.6). */
  isVisibleTo(node: SceneNode, peer: number): boolean;
  /** Counts what was thrown away and reports it, a flood of them only once in a while. */
  drop(peer: number, reason: DropReason, text: string): void;
}

/** The part that makes and takes calls: command 0. */
export interface CallPart {
  call(peer: number, node: SceneNode, method: string, args: readonly VariantInput[]): Err;
  /** A call that one scenewire peer answers. Never throws; rejects with an `RpcError`. */
  ask(
    peer: number,
    node: SceneNode,
    method: string,
    args: readonly VariantInput[],
    options?: AskOptions,
  ): Promise<Variant>;
  receive(packet: Uint8Array, from: number): void;
  /** The end of a poll: answers that did not come in time. */
  poll(): void;
  /** md5 over the method names of a node, as path announcements carry it. */
  checksum(node: SceneNode): string;
  /**
   * A peer announced this node with this checksum. False when it is not ours, which is reported here: what the other
   * side has can be told by name when it is a scenewire peer.
   */
  announced(node: SceneNode, peer: number, checksum: string): boolean;
  /** A peer confirmed our announcement of this node, but has another list. Reports it as well. */
  confirmedDifferent(node: SceneNode, peer: number): void;
  readonly remoteSender: number;
  peerLeft(peer: number): void;
  reset(): void;
}

/** The part that spawns and synchronizes: commands 4, 5 and 6. */
export interface ReplicationPart {
  configurationAdd(object: SceneNode | null, configuration: unknown): Err;
  configurationRemove(object: SceneNode | null, configuration: unknown): Err;
  receive(packet: Uint8Array, from: number): void;
  /** The end of a poll: states and changes leave. */
  send(): void;
  /** Whether a call on this node may go to this peer (wire.md 10.6). */
  isVisibleTo(node: SceneNode, peer: number): boolean;
  peerJoined(peer: number): void;
  peerLeft(peer: number): void;
  /** The connection is over, or the peer object was replaced: what others spawned is freed, counters begin anew. */
  reset(): void;
}
