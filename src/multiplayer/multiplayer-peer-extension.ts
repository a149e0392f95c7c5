import { Err } from '../core/err.js';
import { EMPTY_PACKET } from '../core/packet-peer.js';
import { leftOut } from '../extension/left-out.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import type { ConnectionStatus, TransferMode } from './multiplayer-types.js';

/**
 * A transport of your own: a relay, a game service, another protocol. Override the methods with an underscore and give
 * an instance to the multiplayer API. One that is left out warns once and answers 0, false or an error code.
 *
 * Emit `peer_connected` and `peer_disconnected` from inside `_poll`, so that nothing happens between frames.
 * @example
 * ```ts run
 * import { ConnectionStatus, Err, MultiplayerPeerExtension } from 'scenewire';
 *
 * // A peer that talks to itself; docs/multiplayer.md has one that joins a page and a worker.
 * class Mirror extends MultiplayerPeerExtension {
 *   readonly #packets: Uint8Array[] = [];
 *
 *   protected override _poll() {}
 *   protected override _getUniqueId() { return 1; }
 *   protected override _isServer() { return true; }
 *   protected override _getConnectionStatus() { return ConnectionStatus.CONNECTION_CONNECTED; }
 *   protected override _getAvailablePacketCount() { return this.#packets.length; }
 *   protected override _getPacketScript() { return this.#packets.shift() ?? new Uint8Array(0); }
 *   protected override _putPacketScript(buffer: Uint8Array) {
 *     this.#packets.push(buffer.slice());
 *     return Err.OK;
 *   }
 * }
 *
 * const mirror = new Mirror();
 * mirror.putPacket(new Uint8Array([1, 2, 3]));
 * console.log(mirror.getPacket().join()); // → 1,2,3
 * ```
 */
export abstract class MultiplayerPeerExtension extends MultiplayerPeer {
  /** The next packet. The buffer is handed over: it must not be touched afterwards. */
  protected _getPacket(): { error: Err; buffer: Uint8Array | null } {
    if (this._getPacketScript === MultiplayerPeerExtension.prototype._getPacketScript) {
      return { error: leftOut(this, '_getPacket', Err.FAILED), buffer: null };
    }
    const buffer = this._getPacketScript();
    return buffer.length === 0 ? { error: Err.ERR_UNAVAILABLE, buffer: null } : { error: Err.OK, buffer };
  }

  /** The short form of `_getPacket`: an empty array says that nothing waits. */
  protected _getPacketScript(): Uint8Array {
    return EMPTY_PACKET;
  }

  /** Sends to the target, on the channel and in the mode that were set. The buffer stays the caller's. */
  protected _putPacket(buffer: Uint8Array): Err {
    return this._putPacketScript(buffer);
  }

  protected _putPacketScript(_buffer: Uint8Array): Err {
    return leftOut(this, '_putPacket', Err.FAILED);
  }

  protected _getAvailablePacketCount(): number {
    return leftOut(this, '_getAvailablePacketCount', 0);
  }

  protected _getMaxPacketSize(): number {
    return leftOut(this, '_getMaxPacketSize', 0);
  }

  protected _getPacketChannel(): number {
    return leftOut(this, '_getPacketChannel', 0);
  }

  protected _getPacketMode(): TransferMode {
    return leftOut(this, '_getPacketMode', 0);
  }

  protected _getPacketPeer(): number {
    return leftOut(this, '_getPacketPeer', 0);
  }

  protected _setTransferChannel(_channel: number): void {
    leftOut(this, '_setTransferChannel', 0);
  }

  protected _getTransferChannel(): number {
    return leftOut(this, '_getTransferChannel', 0);
  }

  protected _setTransferMode(_mode: TransferMode): void {
    leftOut(this, '_setTransferMode', 0);
  }

  protected _getTransferMode(): TransferMode {
    return leftOut(this, '_getTransferMode', 0);
  }

  protected _setTargetPeer(_peer: number): void {
    leftOut(this, '_setTargetPeer', 0);
  }

  protected _isServer(): boolean {
    return leftOut(this, '_isServer', 0) !== 0;
  }

  protected _poll(): void {
    leftOut(this, '_poll', 0);
  }

  protected _close(): void {
    leftOut(this, '_close', 0);
  }

  protected _disconnectPeer(_peer: number, _force: boolean): void {
    leftOut(this, '_disconnectPeer', 0);
  }

  /** 1 to 2147483647. */
  protected _getUniqueId(): number {
    return leftOut(this, '_getUniqueId', 0);
  }

  protected _getConnectionStatus(): ConnectionStatus {
    return leftOut(this, '_getConnectionStatus', 0);
  }

  /** Optional, as the next two are: left out, the value is kept here. */
  protected _setRefuseNewConnections?(enable: boolean): void;

  protected _isRefusingNewConnections?(): boolean;

  protected _isServerRelaySupported?(): boolean;

  /** Optional as well: when the next packet was put, in milliseconds by the clock of its sender. */
  protected _getPacketTime?(): number;

  poll(): void {
    this.deliverDeferred();
    this._poll();
  }

  close(): void {
    this._close();
  }

  disconnectPeer(peer: number, force = false): void {
    this._disconnectPeer(peer, force);
  }

  getConnectionStatus(): ConnectionStatus {
    return this._getConnectionStatus();
  }

  getUniqueId(): number {
    return this._getUniqueId();
  }

  getPacketPeer(): number {
    return this._getPacketPeer();
  }

  getPacketChannel(): number {
    return this._getPacketChannel();
  }

  getPacketMode(): TransferMode {
    return this._getPacketMode();
  }

  override getPacketTime(): number {
    return this._getPacketTime?.() ?? super.getPacketTime();
  }

  getMaxPacketSize(): number {
    return this._getMaxPacketSize();
  }

  getAvailablePacketCount(): number {
    return this._getAvailablePacketCount();
  }

  putPacket(buffer: Uint8Array): Err {
    return this._putPacket(buffer);
  }

  override isServer(): boolean {
    return this._isServer();
  }

  override isServerRelaySupported(): boolean {
    return this._isServerRelaySupported?.() ?? super.isServerRelaySupported();
  }

  override setTargetPeer(id: number): void {
    this._setTargetPeer(id);
  }

  override get transferMode(): TransferMode {
    return this._getTransferMode();
  }

  override set transferMode(mode: TransferMode) {
    this._setTransferMode(mode);
  }

  override get transferChannel(): number {
    return this._getTransferChannel();
  }

  override set transferChannel(channel: number) {
    this._setTransferChannel(channel);
  }

  override get refuseNewConnections(): boolean {
    return this._isRefusingNewConnections?.() ?? super.refuseNewConnections;
  }

  override set refuseNewConnections(refuse: boolean) {
    if (this._setRefuseNewConnections) this._setRefuseNewConnections(refuse);
    else super.refuseNewConnections = refuse;
  }

  protected takePacket(): Uint8Array | Err {
    const { error, buffer } = this._getPacket();
    if (error !== Err.OK) return error;
    return buffer ?? EMPTY_PACKET;
  }
}
