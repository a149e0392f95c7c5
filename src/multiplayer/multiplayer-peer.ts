import { Err } from '../core/err.js';
import { EventQueue } from '../core/event-queue.js';
import { fail } from '../core/fail.js';
import { PacketPeer } from '../core/packet-peer.js';
import type { PeerIdentity } from '../extension/identity-types.js';
import { NO_FEATURES } from './announced-features.js';
import type { LinkEvent } from './link/link-events.js';
import type { LinkStats } from './link/link-stats.js';
import type { ClockEstimate } from './link/peer-clock.js';
import {
  ConnectionStatus,
  type DisconnectReason,
  isTransferMode,
  MAX_PEER_ID,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  TransferMode,
} from './multiplayer-types.js';
import { type VariantCodec, variantCodec } from './variant/variant-codec.js';

export type MultiplayerPeerSignals = {
  peer_connected: [id: number];
  peer_disconnected: [id: number, reason: DisconnectReason];
  /** Nothing was heard of a peer for a while. It may come back, or be gone. Between scenewire peers only. */
  peer_unresponsive: [id: number];
  /** It is back. */
  peer_responsive: [id: number];
  /** After ERR_BUSY: reliable packets to this peer are taken again. */
  peer_drained: [id: number];
};

/**
 * Everybody in the game behind one object: packets go to one peer, to all, or to all but one, and come with their sender.
 * Packets are read with `getPacket`; `getPacketPeer`, `getPacketChannel` and `getPacketMode` speak of the one it gives next.
 * @example
 * ```ts run
 * import { type MultiplayerPeer, OfflineMultiplayerPeer, TransferMode } from 'scenewire';
 *
 * function tellEverybodyBut(peer: MultiplayerPeer, id: number, text: string): void {
 *   peer.transferMode = TransferMode.TRANSFER_MODE_RELIABLE;
 *   peer.setTargetPeer(-id);
 *   peer.putPacket(new TextEncoder().encode(text));
 * }
 *
 * tellEverybodyBut(new OfflineMultiplayerPeer(), 7, 'Seven is it!');
 * ```
 */
export abstract class MultiplayerPeer extends PacketPeer<MultiplayerPeerSignals> {
  static readonly CONNECTION_DISCONNECTED: 0 = ConnectionStatus.CONNECTION_DISCONNECTED;
  static readonly CONNECTION_CONNECTING: 1 = ConnectionStatus.CONNECTION_CONNECTING;
  static readonly CONNECTION_CONNECTED: 2 = ConnectionStatus.CONNECTION_CONNECTED;
  static readonly TARGET_PEER_BROADCAST: 0 = TARGET_PEER_BROADCAST;
  static readonly TARGET_PEER_SERVER: 1 = TARGET_PEER_SERVER;
  static readonly TRANSFER_MODE_UNRELIABLE: 0 = TransferMode.TRANSFER_MODE_UNRELIABLE;
  static readonly TRANSFER_MODE_UNRELIABLE_ORDERED: 1 = TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED;
  static readonly TRANSFER_MODE_RELIABLE: 2 = TransferMode.TRANSFER_MODE_RELIABLE;

  readonly peer_connected = this.signal('peer_connected');
  readonly peer_disconnected = this.signal('peer_disconnected');
  readonly peer_unresponsive = this.signal('peer_unresponsive');
  readonly peer_responsive = this.signal('peer_responsive');
  readonly peer_drained = this.signal('peer_drained');

  #transferMode: TransferMode = TransferMode.TRANSFER_MODE_RELIABLE;
  #transferChannel = 0;
  #refuseNewConnections = false;
  readonly #deferred = new EventQueue<() => void>();
  /** Whom the next packet goes to: 0 all, n one, -n all but n. Checked only when it is put. */
  protected target: number = TARGET_PEER_BROADCAST;

  /** Delivers signals and finds the next packets; never waits. */
  abstract poll(): void;
  /** The frame ends: small packets that waited for company leave now rather than with the next poll. */
  flush(): void {}

  /** Round trip, loss, bytes and drops of a peer that is a scenewire peer too; null for others. */
  getPeerStats(_peer: number): LinkStats | null {
    return null;
  }

  /** What is known about the clock of such a peer; null before the first round trip. */
  getPeerClock(_peer: number): ClockEstimate | null {
    return null;
  }

  /** The features of scenewire that a peer announced; none of a Godot peer, and none while they are not known yet. */
  getPeerFeatures(_peer: number): readonly string[] {
    return NO_FEATURES;
  }

  /** Who a peer has proved to be, where its connection has a provider of identities. See `setIdentityProvider`. */
  getPeerIdentity(_peer: number): PeerIdentity | null {
    return null;
  }

  /** Tells the other scenewire peers whether somebody sees this page: for a hidden one they wait longer. */
  setHidden(_hidden: boolean): void {}

  /** Ends all connections at once, without `peer_disconnected`. */
  abstract close(): void;
  /** Ends one connection. With `force` at once and without `peer_disconnected`. */
  abstract disconnectPeer(peer: number, force?: boolean): void;
  abstract getConnectionStatus(): ConnectionStatus;
  abstract getUniqueId(): number;
  /** Who sent the packet that `getPacket` gives next. */
  abstract getPacketPeer(): number;
  abstract getPacketChannel(): number;
  abstract getPacketMode(): TransferMode;
  abstract getMaxPacketSize(): number;

  /**
   * When the packet that `getPacket` gives next was put, in milliseconds by the clock of its sender (`getPeerClock`). NaN
   * when that is not told: of reliable packets, of those of Godot peers, over WebSocket.
   */
  getPacketTime(): number {
    return Number.NaN;
  }

  /** Whether clients can reach each other through the server. */
  isServerRelaySupported(): boolean {
    return false;
  }

  isServer(): boolean {
    return this.getUniqueId() === TARGET_PEER_SERVER;
  }

  setTargetPeer(id: number): void {
    this.target = id;
  }

  get transferMode(): TransferMode {
    return this.#transferMode;
  }

  set transferMode(mode: TransferMode) {
    if (isTransferMode(mode)) this.#transferMode = mode;
    else fail(Err.ERR_INVALID_PARAMETER, `${String(mode)} is no transfer mode`);
  }

  getTransferMode(): TransferMode {
    return this.transferMode;
  }

  setTransferMode(mode: TransferMode): void {
    this.transferMode = mode;
  }

  get transferChannel(): number {
    return this.#transferChannel;
  }

  set transferChannel(channel: number) {
    if (Number.isInteger(channel) && channel >= 0) this.#transferChannel = channel;
    else fail(Err.ERR_INVALID_PARAMETER, `${String(channel)} is no transfer channel`);
  }

  getTransferChannel(): number {
    return this.transferChannel;
  }

  setTransferChannel(channel: number): void {
    this.transferChannel = channel;
  }

  get refuseNewConnections(): boolean {
    return this.#refuseNewConnections;
  }

  set refuseNewConnections(refuse: boolean) {
    this.#refuseNewConnections = refuse;
  }

  isRefusingNewConnections(): boolean {
    return this.refuseNewConnections;
  }

  setRefuseNewConnections(refuse: boolean): void {
    this.refuseNewConnections = refuse;
  }

  /** A random id for a client or a member of a mesh, 2 to 2147483647. */
  generateUniqueId(): number {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
    return (random % (MAX_PEER_ID - 1)) + 2;
  }

  protected override get variantCodec(): VariantCodec {
    return variantCodec;
  }

  protected override deferCall(call: () => void): void {
    this.#deferred.push(call);
  }

  /** @internal The peers that are here, each of which `peer_connected` has told of. */
  connectedIds(): readonly number[] {
    return [];
  }

  /** @internal Why `putPacket` would give this packet to nobody, when it is set to broadcast. */
  objection(_packet: Uint8Array): Err {
    return Err.OK;
  }

  /** @internal Emits what a link has noticed of a peer, but for its end, which its transport tells. */
  protected tell(peer: number, { kind }: LinkEvent): void {
    if (kind === 'unresponsive') this.peer_unresponsive.emit(peer);
    if (kind === 'responsive') this.peer_responsive.emit(peer);
    if (kind === 'drained') this.peer_drained.emit(peer);
  }

  /** Calls the CONNECT_DEFERRED listeners of earlier polls. The first thing a `poll` does. */
  protected deliverDeferred(): void {
    if (this.#deferred.size > 0) this.#deferred.drain(callIt);
  }
}

const callIt = (call: () => void): void => call();
