import { Err } from '../core/err.js';
import type { WebRTCDataChannel } from '../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ChannelState, ConnectionState } from '../extension/webrtc-types.js';

/**
 * What every packet of one remote peer passes through, in both directions. By itself it is the data channels and
 * nothing more, as in Godot (`ChannelLink`); between peers that announced more, something can stand in front of them.
 * Lanes are those of the `ChannelPlan`. No user code may run inside any of these.
 */
export interface PeerLink {
  /** Once per frame, when the connection has been polled and before anybody reads. */
  poll(): void;
  /** Sends one packet; the lane exists. The buffer belongs to the caller again when this returns. */
  send(lane: number, packet: Uint8Array): Err;
  /** Packets that `take` hands out, over all lanes. */
  readonly available: number;
  /** The lane of the packet that `take` hands out next: the lowest one that has any. -1 when there is none. */
  readonly nextLane: number;
  take(): Uint8Array | Err;
  /** Whether the peer still counts as present while its transport reads DISCONNECTED, which may pass. Godot: no. */
  readonly outlivesDisconnected: boolean;
  /** The connection is closed right after this. */
  close(): void;
}

/** Puts something in front of the channels of a peer that has just become ready; or hands back what it was given. */
export type MakeLink = (peer: ConnectedPeer, channels: PeerLink) => PeerLink;

/** What is known of one peer. */
export interface WebRTCPeerEntry {
  connection: WebRTCPeerConnection;
  /** `peer_connected` was emitted. */
  connected: boolean;
  channels: WebRTCDataChannel[];
}

/** Packets straight from and to the data channels. */
export class ChannelLink implements PeerLink {
  readonly outlivesDisconnected = false;
  readonly #channels: readonly WebRTCDataChannel[];

  constructor(channels: readonly WebRTCDataChannel[]) {
    this.#channels = channels;
  }

  get available(): number {
    let count = 0;
    for (const channel of this.#channels) count += channel.getAvailablePacketCount();
    return count;
  }

  get nextLane(): number {
    for (let lane = 0; lane < this.#channels.length; lane += 1) {
      if ((this.#channels[lane] as WebRTCDataChannel).getAvailablePacketCount() > 0) return lane;
    }
    return -1;
  }

  send(lane: number, packet: Uint8Array): Err {
    return this.#channels[lane]?.putPacket(packet) ?? Err.ERR_INVALID_PARAMETER;
  }

  take(): Uint8Array | Err {
    const channel = this.#channels[this.nextLane];
    return channel === undefined ? Err.ERR_UNAVAILABLE : channel.getPacket();
  }

  poll(): void {}

  close(): void {}
}

/** One remote peer, from `addPeer` to its end. */
export class ConnectedPeer {
  readonly id: number;
  readonly connection: WebRTCPeerConnection;
  readonly channels: readonly WebRTCDataChannel[];
  /** When it was added, on the clock of its multiplayer peer. */
  readonly addedAt: number;
  link: PeerLink;
  /** `peer_connected` was emitted, and nothing has ended it yet. */
  connected = false;

  constructor(id: number, connection: WebRTCPeerConnection, channels: readonly WebRTCDataChannel[], addedAt: number) {
    this.id = id;
    this.connection = connection;
    this.channels = channels;
    this.addedAt = addedAt;
    this.link = new ChannelLink(channels);
  }

  poll(): void {
    // ERR_BUSY: the app polls it right now, and this is a listener of it.
    this.connection.poll();
    this.link.poll();
  }

  /** It will not come (back): the transport is gone, or one of its channels, which are opened only once. */
  get hasEnded(): boolean {
    const state = this.connection.getConnectionState();
    if (state > ConnectionState.STATE_CONNECTED) {
      if (state !== ConnectionState.STATE_DISCONNECTED || !this.link.outlivesDisconnected) return true;
    }
    for (const channel of this.channels) if (channel.getReadyState() >= ChannelState.STATE_CLOSING) return true;
    return false;
  }

  /** The connection stands and all channels are open. */
  get isReady(): boolean {
    if (this.connection.getConnectionState() !== ConnectionState.STATE_CONNECTED) return false;
    for (const channel of this.channels) if (channel.getReadyState() !== ChannelState.STATE_OPEN) return false;
    return true;
  }

  /** Closes the channels with the connection; the other side sees it. In Godot both live on while somebody holds them. */
  close(): void {
    this.link.close();
    this.connection.close();
  }

  entry(): WebRTCPeerEntry {
    return { connection: this.connection, connected: this.connected, channels: [...this.channels] };
  }
}
