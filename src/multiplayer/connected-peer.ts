import { Err } from '../core/err.js';
import type { WebRTCDataChannel } from '../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ChannelState, ConnectionState } from '../extension/webrtc-types.js';
import { NO_FEATURES } from './announced-features.js';
import type { Recipient } from './broadcast.js';
import { DataChannelLanes } from './data-channel-lanes.js';
import type { ByeReason } from './link/bye-message.js';
import { LINK_FEATURE } from './link/link-limits.js';
import { LinkedRoute, type LinkTerms } from './linked-route.js';
import { DisconnectReason, type TransferMode } from './multiplayer-types.js';
import { ChannelRoute, type PacketRoute } from './packet-route.js';

/** What is known of one peer. */
export interface WebRTCPeerEntry {
  connection: WebRTCPeerConnection;
  /** `peer_connected` was emitted. */
  connected: boolean;
  channels: WebRTCDataChannel[];
}

/** One remote peer, from `addPeer` to its end. */
export class ConnectedPeer implements Recipient {
  readonly id: number;
  readonly connection: WebRTCPeerConnection;
  readonly channels: readonly WebRTCDataChannel[];
  /** When it was added, on the clock of its multiplayer peer. */
  readonly addedAt: number;
  route: PacketRoute;
  /** What it announced, once it is connected and this side announced itself. */
  features: readonly string[] = NO_FEATURES;
  /** `peer_connected` was emitted, and nothing has ended it yet. */
  connected = false;
  /** Its end was asked for here. */
  endedHere = false;
  /** It was told to go; its connection is closed when that has had time to arrive. */
  isLeaving = false;
  #wasWaitedFor = false;

  constructor(id: number, connection: WebRTCPeerConnection, channels: readonly WebRTCDataChannel[], addedAt: number) {
    this.id = id;
    this.connection = connection;
    this.channels = channels;
    this.addedAt = addedAt;
    this.route = new ChannelRoute(channels);
  }

  poll(): void {
    // ERR_BUSY: the app polls it right now, and this is a listener of it.
    this.connection.poll();
    this.route.poll();
  }

  /** It will not come (back): the transport is gone, or one of its channels, which are opened only once. */
  get hasEnded(): boolean {
    if (this.isLeaving || this.route.ended !== null) return true;
    const state = this.connection.getConnectionState();
    if (state > ConnectionState.STATE_CONNECTED) {
      if (state !== ConnectionState.STATE_DISCONNECTED || !this.route.outlivesDisconnected) return true;
    }
    return this.channels.some(isClosing);
  }

  /** Last words: packets that came before the end can be read for one more frame. Godot drops them. */
  get waitsToBeRead(): boolean {
    if (this.#wasWaitedFor || this.isLeaving || !this.route.outlivesDisconnected) return false;
    this.#wasWaitedFor = true;
    return this.route.available > 0;
  }

  /** Why it has ended. */
  get endReason(): DisconnectReason {
    if (this.endedHere || this.isLeaving) return DisconnectReason.CLOSED;
    if (this.route.ended !== null) return this.route.ended;
    const state = this.connection.getConnectionState();
    // Of a connection that is being closed the channels often end first, while it still reads connected.
    const isLost = state !== ConnectionState.STATE_CONNECTED && state !== ConnectionState.STATE_CLOSED;
    return isLost ? DisconnectReason.LOST : DisconnectReason.LEFT;
  }

  /** The connection stands and all channels are open. */
  get isReady(): boolean {
    return this.connection.getConnectionState() === ConnectionState.STATE_CONNECTED && this.channels.every(isOpen);
  }

  /** `peer_connected` is about to be told. If both sides announced it, every packet goes through the link from now on. */
  admit(modes: readonly TransferMode[], terms: LinkTerms | null): void {
    this.connected = true;
    if (terms === null) return;
    const { connection, channels } = this;
    this.features = connection.getRemoteFeatures();
    if (!this.features.includes(LINK_FEATURE)) return;
    this.route = new LinkedRoute(new DataChannelLanes(connection, channels, modes), terms);
  }

  objection(lane: number, packet: Uint8Array): Err {
    return this.connected ? this.route.objection(lane, packet) : Err.OK;
  }

  send(lane: number, packet: Uint8Array): Err {
    return this.connected ? this.route.send(lane, packet) : Err.ERR_UNCONFIGURED;
  }

  giveUp(reason: ByeReason): void {
    this.isLeaving = this.route.leave(reason);
  }

  /** Closes the channels with the connection; the other side sees it. In Godot both live on while somebody holds them. */
  close(reason: ByeReason): void {
    this.route.leave(reason);
    this.connection.close();
  }

  entry(): WebRTCPeerEntry {
    return { connection: this.connection, connected: this.connected, channels: [...this.channels] };
  }
}

const isOpen = (channel: WebRTCDataChannel): boolean => channel.getReadyState() === ChannelState.STATE_OPEN;
const isClosing = (channel: WebRTCDataChannel): boolean => channel.getReadyState() >= ChannelState.STATE_CLOSING;
