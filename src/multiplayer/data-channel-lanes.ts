import { Err } from '../core/err.js';
import type { WebRTCDataChannel } from '../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ConnectionState } from '../extension/webrtc-types.js';
import type { LaneChannels } from './linked-route.js';
import type { TransferMode } from './multiplayer-types.js';

/** The data channels of one connection as the lanes of a link. */
export class DataChannelLanes implements LaneChannels {
  readonly lanes: readonly TransferMode[];
  readonly #connection: WebRTCPeerConnection;
  readonly #channels: readonly WebRTCDataChannel[];

  constructor(
    connection: WebRTCPeerConnection,
    channels: readonly WebRTCDataChannel[],
    lanes: readonly TransferMode[],
  ) {
    this.#connection = connection;
    this.#channels = channels;
    this.lanes = lanes;
  }

  get isTroubled(): boolean {
    return this.#connection.getConnectionState() === ConnectionState.STATE_DISCONNECTED;
  }

  available(lane: number): number {
    return this.#channels[lane]?.getAvailablePacketCount() ?? 0;
  }

  take(lane: number): Uint8Array {
    return (this.#channels[lane] as WebRTCDataChannel).getPacket();
  }

  send(lane: number, message: Uint8Array): Err {
    return this.#channels[lane]?.putPacket(message) ?? Err.ERR_INVALID_PARAMETER;
  }

  buffered(lane: number): number {
    return this.#channels[lane]?.getBufferedAmount() ?? 0;
  }
}
