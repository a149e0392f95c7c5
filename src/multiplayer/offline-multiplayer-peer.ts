import { Err } from '../core/err.js';
import { EMPTY_PACKET } from '../core/packet-peer.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import { ConnectionStatus, TARGET_PEER_SERVER, TransferMode } from './multiplayer-types.js';

/**
 * A game with one player: always connected, the server, alone. What is sent vanishes, so that code written for several
 * players runs unchanged.
 * @example
 * ```ts run
 * import { OfflineMultiplayerPeer } from 'scenewire';
 *
 * const peer = new OfflineMultiplayerPeer();
 * console.log(peer.getUniqueId(), peer.isServer()); // → 1 true
 * ```
 */
export class OfflineMultiplayerPeer extends MultiplayerPeer {
  poll(): void {}

  close(): void {}

  disconnectPeer(_peer: number, _force = false): void {}

  getConnectionStatus(): ConnectionStatus {
    return ConnectionStatus.CONNECTION_CONNECTED;
  }

  getUniqueId(): number {
    return TARGET_PEER_SERVER;
  }

  getPacketPeer(): number {
    return 0;
  }

  getPacketChannel(): number {
    return 0;
  }

  getPacketMode(): TransferMode {
    return TransferMode.TRANSFER_MODE_RELIABLE;
  }

  getMaxPacketSize(): number {
    return 0;
  }

  getAvailablePacketCount(): number {
    return 0;
  }

  putPacket(_buffer: Uint8Array): Err {
    return Err.OK;
  }

  /** Godot answers OK here, not "unavailable". */
  protected takePacket(): Uint8Array {
    return EMPTY_PACKET;
  }
}
