import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { fail, pushError } from '../core/fail.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ConnectionState } from '../extension/webrtc-types.js';
import { ANNOUNCED_FEATURES, NO_FEATURES } from './announced-features.js';
import { ChannelPlan, isChannelsConfig } from './channel-plan.js';
import { ConnectedPeer, type WebRTCPeerEntry } from './connected-peer.js';
import { DataChannelLanes } from './data-channel-lanes.js';
import { Farewells } from './farewells.js';
import { ByeReason } from './link/bye-message.js';
import { LINK_FEATURE, type LinkOptions } from './link/link-limits.js';
import type { LinkStats } from './link/link-stats.js';
import type { ClockEstimate } from './link/peer-clock.js';
import { LinkedRoute } from './linked-route.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import {
  ConnectionStatus,
  DisconnectReason,
  isPeerId,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  TransferMode,
} from './multiplayer-types.js';
import { PeerTable } from './peer-table.js';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = ConnectionStatus;

/** What Godot advises; nothing enforces it. */
const MAX_PACKET_SIZE = 1200;
const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;
/** The largest that a data channel takes, in milliseconds. */
const MAX_LIFETIME = 65535;

export interface WebRTCMultiplayerPeerOptions {
  /** What the connect time-out is measured with. */
  clock?: Clock;
  /** A peer that has not connected this long after `addPeer` is removed. Default 15 s; Infinity waits for ever, as Godot. */
  connectTimeoutMs?: number;
  /** How the link to other scenewire peers behaves; false speaks to everybody as Godot does. */
  link?: Partial<LinkOptions> | false;
}

/**
 * Several `WebRTCPeerConnection`s as one `MultiplayerPeer`. The app adds connections in STATE_NEW and carries their
 * offers, answers and candidates; from then on `poll()` does the rest, the connections' own poll included.
 */
export class WebRTCMultiplayerPeer extends MultiplayerPeer {
  readonly #clock: Clock;
  readonly #connectTimeoutMs: number;
  readonly #link: Partial<LinkOptions> | null;
  readonly #farewells: Farewells;
  readonly #peers = new PeerTable();
  #mode: 'none' | 'server' | 'client' | 'mesh' = 'none';
  #status: ConnectionStatus = CONNECTION_DISCONNECTED;
  #uniqueId = 0;
  #plan = new ChannelPlan();
  /** Counts the games that were begun or ended, so that a step can tell whether a listener did so meanwhile. */
  #session = 0;
  #polling = false;
  #isHidden = false;
  // PERF: reused by every poll; empty between two.
  readonly #ended: ConnectedPeer[] = [];
  readonly #ready: ConnectedPeer[] = [];

  constructor({ clock = realClock, connectTimeoutMs, link = {} }: WebRTCMultiplayerPeerOptions = {}) {
    super();
    this.#clock = clock;
    this.#link = link === false ? null : link;
    this.#farewells = new Farewells(clock);
    this.#connectTimeoutMs = connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    if (!(this.#connectTimeoutMs > 0)) {
      fail(Err.ERR_INVALID_PARAMETER, `A connect time-out of ${String(connectTimeoutMs)} ms makes no sense`);
      this.#connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS;
    }
  }

  /** Becomes peer 1, connected at once. Each entry of `channelsConfig` is the mode of one more channel, from 1 up. */
  createServer(channelsConfig: readonly TransferMode[] = []): Err {
    return this.#create('server', TARGET_PEER_SERVER, channelsConfig);
  }

  /** Becomes peer `peerId`, connecting until peer 1 has been added and stands. */
  createClient(peerId: number, channelsConfig: readonly TransferMode[] = []): Err {
    if (peerId === TARGET_PEER_SERVER) return invalid('Clients cannot have the id 1');
    return this.#create('client', peerId, channelsConfig);
  }

  /** Becomes peer `peerId` among equals, connected at once; everybody adds everybody. */
  createMesh(peerId: number, channelsConfig: readonly TransferMode[] = []): Err {
    return this.#create('mesh', peerId, channelsConfig);
  }

  /**
   * Takes a connection in STATE_NEW and creates its channels; the offer is the app's to make. Packets of the unreliable
   * modes are given up when they could not be sent within `unreliableLifetime` milliseconds.
   */
  addPeer(connection: WebRTCPeerConnection, peerId: number, unreliableLifetime = 1): Err {
    const problem = this.#checkNewPeer(connection, peerId, unreliableLifetime);
    if (problem !== Err.OK) return problem;
    const channels = this.#plan.open(connection, unreliableLifetime);
    if (channels === null) return fail(Err.FAILED, `The channels of peer ${peerId} could not be created`);
    if (this.#link !== null) for (const feature of ANNOUNCED_FEATURES) connection.announceFeature(feature);
    this.#peers.add(new ConnectedPeer(peerId, connection, channels, this.#clock.now()));
    return Err.OK;
  }

  /** Ends a peer at once. `peer_disconnected` comes if it had connected. */
  removePeer(peerId: number): void {
    const peer = this.#find(peerId);
    if (peer !== undefined) this.#remove(peer);
  }

  /** Whether it was added; it may not be connected yet. */
  hasPeer(peerId: number): boolean {
    return this.#peers.get(peerId) !== undefined;
  }

  getPeer(peerId: number): WebRTCPeerEntry | null {
    const peer = this.#find(peerId);
    return peer === undefined ? null : peer.entry();
  }

  /** In the order in which they were added. */
  getPeers(): Map<number, WebRTCPeerEntry> {
    return new Map(this.#peers.list.map((peer) => [peer.id, peer.entry()]));
  }

  /** The connections' signals first, then those of peers that ended, then those of peers that are new. */
  override poll(): void {
    // From inside a listener: this poll goes on when that has returned.
    if (this.#polling) return;
    this.#polling = true;
    try {
      this.deliverDeferred();
      for (const peer of this.#peers.list) if (this.#peers.holds(peer)) peer.poll();
      this.#farewells.poll();
      this.#collect();
      for (const peer of this.#peers.list) this.#tell(peer);
      for (const peer of this.#ended) if (this.#peers.holds(peer)) this.#remove(peer, true);
      for (const peer of this.#ready) this.#admit(peer);
      if (this.#peers.selected === null) this.#peers.findNext();
    } finally {
      this.#ended.length = this.#ready.length = 0;
      this.#polling = false;
    }
  }

  override flush(): void {
    for (const peer of this.#peers.list) peer.route.flush();
  }

  override close(): void {
    this.#session += 1;
    this.#peers.dropAll();
    this.#farewells.end();
    this.#mode = 'none';
    this.#status = CONNECTION_DISCONNECTED;
    this.#uniqueId = 0;
    this.target = TARGET_PEER_BROADCAST;
  }

  /** Without `force`, the connection is closed and the next `poll` removes the peer and says so. */
  override disconnectPeer(peerId: number, force = false): void {
    const peer = this.#find(peerId);
    if (peer === undefined) return;
    if (force) this.#peers.drop(peer);
    else if (peer.route.leave(ByeReason.KICKED)) peer.isLeaving = true;
    else peer.close();
    peer.endedHere = true;
    if (force && this.#mode === 'client') this.#loseServer();
  }

  override getPeerStats(peerId: number): LinkStats | null {
    return this.#linkTo(peerId)?.link.stats() ?? null;
  }

  override getPeerClock(peerId: number): ClockEstimate | null {
    return this.#linkTo(peerId)?.link.clockEstimate() ?? null;
  }

  override getPeerFeatures(peerId: number): readonly string[] {
    return this.#peers.get(peerId)?.features ?? NO_FEATURES;
  }

  override setHidden(hidden: boolean): void {
    this.#isHidden = hidden;
    for (const { route } of this.#peers.list) if (route instanceof LinkedRoute) route.link.setHidden(hidden);
  }

  override getConnectionStatus(): ConnectionStatus {
    return this.#status;
  }

  /** 1 with an error report while disconnected. */
  override getUniqueId(): number {
    if (this.#status !== CONNECTION_DISCONNECTED) return this.#uniqueId;
    pushError('There is no unique id while disconnected', Err.ERR_UNCONFIGURED);
    return 1;
  }

  /** Also a member of a mesh with the id 1. */
  override isServer(): boolean {
    return this.#uniqueId === TARGET_PEER_SERVER;
  }

  override isServerRelaySupported(): boolean {
    return this.#mode === 'server' || this.#mode === 'client';
  }

  override getMaxPacketSize(): number {
    return MAX_PACKET_SIZE;
  }

  override getPacketPeer(): number {
    return this.#peers.selected?.id ?? 0;
  }

  override getPacketChannel(): number {
    const peer = this.#peers.selected;
    return peer === null ? 0 : this.#plan.channelOf(peer.route.nextLane);
  }

  override getPacketMode(): TransferMode {
    const peer = this.#peers.selected;
    return peer === null ? TransferMode.TRANSFER_MODE_RELIABLE : this.#plan.modeOf(peer.route.nextLane);
  }

  /** 0 until a poll has found a next packet, so that a count above 0 means that `getPacket` gives one. */
  override getAvailablePacketCount(): number {
    return this.#peers.selected === null ? 0 : this.#peers.available;
  }

  override putPacket(buffer: Uint8Array): Err {
    if (this.#status === CONNECTION_DISCONNECTED) return fail(Err.ERR_UNCONFIGURED, 'Not connected to a game');
    const lane = this.#plan.laneOf(this.transferChannel, this.transferMode);
    const exists = lane < this.#plan.size;
    if (this.target > 0) {
      const peer = this.#peers.get(this.target);
      if (peer === undefined) return invalid(`There is no peer ${this.target} to send to`);
      return exists ? peer.route.send(lane, buffer) : this.#noChannel();
    }
    if (!exists) this.#noChannel();
    else if (this.#plan.modeOf(lane) === TransferMode.TRANSFER_MODE_RELIABLE && this.#peers.isBusy(-this.target)) {
      // Nobody gets it: `OK` would have to mean that everybody does.
      return Err.ERR_BUSY;
    } else this.#peers.broadcast(lane, buffer, -this.target);
    return Err.OK;
  }

  protected override takePacket(): Uint8Array | Err {
    const peer = this.#peers.selected;
    const taken = peer === null ? Err.ERR_UNAVAILABLE : peer.route.take();
    this.#peers.findNext();
    return taken;
  }

  #create(mode: 'server' | 'client' | 'mesh', id: number, channelsConfig: readonly TransferMode[]): Err {
    if (!isPeerId(id)) return invalid(`${String(id)} is no peer id`);
    if (!isChannelsConfig(channelsConfig)) return invalid('channelsConfig is not a list of transfer modes');
    if (this.#status !== CONNECTION_DISCONNECTED) return fail(Err.ERR_ALREADY_IN_USE, 'A game is on: close() it first');
    this.#session += 1;
    this.#mode = mode;
    this.#uniqueId = id;
    this.#plan = new ChannelPlan(channelsConfig);
    this.#status = mode === 'client' ? CONNECTION_CONNECTING : CONNECTION_CONNECTED;
    return Err.OK;
  }

  /** In Godot's order; what Godot lets pass comes last. */
  #checkNewPeer(connection: WebRTCPeerConnection, id: number, lifetime: number): Err {
    // A client that lost its server has to be created anew, so that it reads CONNECTING again.
    if (this.#status === CONNECTION_DISCONNECTED) return fail(Err.ERR_UNCONFIGURED, 'No game to add a peer to');
    const isServer = id === TARGET_PEER_SERVER;
    if (this.#mode === 'client' && !isServer) return invalid('A client has no peer but the server, which is 1');
    if (this.#mode === 'server' && isServer) return invalid('A server cannot have a peer 1');
    if (!isPeerId(id) || id === this.#uniqueId) return invalid(`${String(id)} cannot be the id of a peer`);
    if (!Number.isInteger(lifetime) || lifetime < 0 || lifetime > MAX_LIFETIME) {
      return invalid(`An unreliable lifetime is from 0 to ${MAX_LIFETIME} ms`);
    }
    if (this.refuseNewConnections) return fail(Err.ERR_UNAUTHORIZED, 'New connections are refused');
    if (connection?.getConnectionState?.() !== ConnectionState.STATE_NEW) return invalid('No connection in STATE_NEW');
    if (this.hasPeer(id)) return fail(Err.ERR_ALREADY_EXISTS, `There is a peer ${id} already`);
    return Err.OK;
  }

  /** Sorts out who has ended and who is ready. No listener runs meanwhile. */
  #collect(): void {
    for (const peer of this.#peers.list) {
      if (!peer.connected && peer.isReady) this.#ready.push(peer);
      else if (this.#isLate(peer) || (peer.hasEnded && !peer.waitsToBeRead)) this.#ended.push(peer);
    }
  }

  #isLate(peer: ConnectedPeer): boolean {
    return !peer.connected && this.#clock.now() - peer.addedAt >= this.#connectTimeoutMs;
  }

  #admit(peer: ConnectedPeer): void {
    // A listener that ran meanwhile may have ended it.
    if (!this.#peers.holds(peer) || !peer.isReady) return;
    peer.connected = true;
    this.#linkUp(peer);
    if (this.#mode === 'client') this.#status = CONNECTION_CONNECTED;
    this.peer_connected.emit(peer.id);
  }

  /** Both sides announced it: from now on every packet goes through the link. */
  #linkUp(peer: ConnectedPeer): void {
    const { connection, channels } = peer;
    if (this.#link === null) return;
    peer.features = connection.getRemoteFeatures();
    if (!peer.features.includes(LINK_FEATURE)) return;
    const lanes = new DataChannelLanes(connection, channels, this.#plan.modes);
    const route = new LinkedRoute({ clock: this.#clock, channels: lanes, options: this.#link });
    peer.route = route;
    if (this.#isHidden) route.link.setHidden(true);
  }

  #tell(peer: ConnectedPeer): void {
    for (let event = peer.route.nextEvent(); event !== undefined; event = peer.route.nextEvent()) {
      if (!this.#peers.holds(peer)) return;
      if (event.kind === 'unresponsive') this.peer_unresponsive.emit(peer.id);
      if (event.kind === 'responsive') this.peer_responsive.emit(peer.id);
      if (event.kind === 'drained') this.peer_drained.emit(peer.id);
    }
  }

  /** `failed`: a client that never connected has failed. Removed by hand, it has room for another attempt. */
  #remove(peer: ConnectedPeer, failed = false): void {
    const { connected, endReason } = peer;
    const session = this.#session;
    this.#peers.drop(peer);
    if (peer.isLeaving) this.#farewells.add(peer.connection);
    // Still CONNECTED while a client is told that its server is gone, as in Godot.
    if (connected) this.peer_disconnected.emit(peer.id, failed ? endReason : DisconnectReason.CLOSED);
    const lost = this.#mode === 'client' && (connected || failed);
    if (lost && this.#session === session) this.#loseServer();
  }

  #loseServer(): void {
    this.#status = CONNECTION_DISCONNECTED;
    // A listener may have added the server again, too early: nothing would ever say that it connected.
    this.#peers.dropAll();
  }

  #linkTo(peerId: number): LinkedRoute | null {
    const route = this.#peers.get(peerId)?.route;
    return route instanceof LinkedRoute ? route : null;
  }

  /** Reports when there is none. */
  #find(id: number): ConnectedPeer | undefined {
    const peer = this.#peers.get(id);
    if (peer === undefined) pushError(`There is no peer ${String(id)}`, Err.ERR_DOES_NOT_EXIST);
    return peer;
  }

  #noChannel(): Err {
    const most = this.#plan.channelOf(this.#plan.size - 1);
    return invalid(`There is no channel ${this.transferChannel}: the last one is ${most}`);
  }
}

function invalid(text: string): Err {
  return fail(Err.ERR_INVALID_PARAMETER, text);
}
