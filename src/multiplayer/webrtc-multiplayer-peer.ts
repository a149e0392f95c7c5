import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { fail, pushError } from '../core/fail.js';
import type { PeerIdentity } from '../extension/identity-types.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ConnectionState } from '../extension/webrtc-types.js';
import { NO_FEATURES, WEBRTC_FEATURES } from './announced-features.js';
import { broadcast, objectionOf } from './broadcast.js';
import { ConnectedPeer, type WebRTCPeerEntry } from './connected-peer.js';
import { Farewells } from './farewells.js';
import { ByeReason } from './link/bye-message.js';
import { checkedOptions } from './link/checked-options.js';
import type { LinkOptions } from './link/link-limits.js';
import type { LinkStats } from './link/link-stats.js';
import type { ClockEstimate } from './link/peer-clock.js';
import { LinkedRoute, type LinkTerms } from './linked-route.js';
import type { MediaPort } from './media/media-port.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import {
  ConnectionStatus,
  DisconnectReason,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  TransferMode,
} from './multiplayer-types.js';
import { PeerTable } from './peer-table.js';
import { WebRTCGame, type WebRTCRole } from './webrtc-game.js';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTED } = ConnectionStatus;

/** What Godot advises; nothing enforces it. */
const MAX_PACKET_SIZE = 1200;
const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

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
 * @example
 * ```ts run
 * import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
 *
 * const server = new WebRTCMultiplayerPeer();
 * server.createServer();
 *
 * // For each player who comes, with an id that the player was told.
 * function welcome(id: number): WebRTCPeerConnection {
 *   const connection = new WebRTCPeerConnection();
 *   server.addPeer(connection, id); // before the offer: it creates the channels
 *   connection.createOffer(); // what it makes goes to the player, by your signalling
 *   return connection;
 * }
 *
 * welcome(server.generateUniqueId());
 * server.peer_connected.connect((id) => console.log(`${id} is here`));
 * console.log(server.getUniqueId(), server.getPeers().size); // → 1 1
 * server.close();
 * ```
 */
export class WebRTCMultiplayerPeer extends MultiplayerPeer {
  readonly #clock: Clock;
  readonly #connectTimeoutMs: number;
  /** Null: every peer is spoken to as Godot speaks. */
  readonly #terms: LinkTerms | null;
  readonly #farewells: Farewells;
  readonly #peers = new PeerTable();
  /** @internal Who deals with tracks; see `PeerMedia`. */
  media: MediaPort | null = null;
  /** Another one, or none, shows a step that a listener has ended its game meanwhile. */
  #game: WebRTCGame | null = null;
  #polling = false;

  constructor({ clock = realClock, connectTimeoutMs, link = {} }: WebRTCMultiplayerPeerOptions = {}) {
    super();
    this.#clock = clock;
    this.#terms = link === false ? null : { clock, options: checkedOptions(link), isHidden: false };
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
    if (peerId === TARGET_PEER_SERVER) return fail(Err.ERR_INVALID_PARAMETER, 'Clients cannot have the id 1');
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
    const game = this.#activeGame;
    // A client that lost its server has to be created anew, so that it reads CONNECTING again.
    if (game === null) return fail(Err.ERR_UNCONFIGURED, 'No game to add a peer to');
    const problem = this.#checkNewPeer(game, connection, peerId, unreliableLifetime);
    if (problem !== Err.OK) return problem;
    const channels = game.plan.open(connection, unreliableLifetime);
    if (channels === null) return fail(Err.FAILED, `The channels of peer ${peerId} could not be created`);
    if (this.#terms !== null) for (const feature of WEBRTC_FEATURES) connection.announceFeature(feature);
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
    const peers = this.#peers;
    try {
      this.deliverDeferred();
      for (const peer of peers.list) if (peers.holds(peer)) peer.poll();
      this.#farewells.poll();
      peers.sortOut(this.#clock, this.#connectTimeoutMs);
      for (const peer of peers.list) this.#tellOf(peer);
      for (const peer of peers.ended) if (peers.holds(peer)) this.#remove(peer, true);
      for (const peer of peers.ready) this.#admit(peer);
      if (peers.selected === null) peers.findNext();
      this.media?.poll(peers.list);
    } finally {
      this.#polling = false;
    }
  }

  override flush(): void {
    for (const peer of this.#peers.list) peer.route.flush();
  }

  override close(): void {
    const farewell = this.#game?.farewell ?? ByeReason.LEFT;
    this.#peers.dropAll(farewell);
    this.#farewells.end(farewell);
    this.#game = null;
    this.target = TARGET_PEER_BROADCAST;
  }

  /** Without `force`, the connection is closed and the next `poll` removes the peer and says so. */
  override disconnectPeer(peerId: number, force = false): void {
    const peer = this.#find(peerId);
    const game = this.#game;
    if (peer === undefined || game === null) return;
    if (force) this.#peers.drop(peer, game.dismissal);
    else if (peer.route.dismiss(game.dismissal)) peer.isLeaving = true;
    else peer.close(game.dismissal);
    peer.endedHere = true;
    if (force && game.role === 'client') this.#loseServer(game);
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

  override getPeerIdentity(peerId: number): PeerIdentity | null {
    return this.#peers.get(peerId)?.connection.getPeerIdentity() ?? null;
  }

  override setHidden(hidden: boolean): void {
    if (this.#terms !== null) this.#terms.isHidden = hidden;
    for (const { route } of this.#peers.list) if (route instanceof LinkedRoute) route.link.setHidden(hidden);
  }

  override getConnectionStatus(): ConnectionStatus {
    return this.#game?.status ?? CONNECTION_DISCONNECTED;
  }

  /** 1 with an error report while disconnected. */
  override getUniqueId(): number {
    const game = this.#activeGame;
    if (game !== null) return game.uniqueId;
    pushError('There is no unique id while disconnected', Err.ERR_UNCONFIGURED);
    return 1;
  }

  /** Also a member of a mesh with the id 1. */
  override isServer(): boolean {
    return this.#game?.uniqueId === TARGET_PEER_SERVER;
  }

  override isServerRelaySupported(): boolean {
    return this.#game !== null && this.#game.role !== 'mesh';
  }

  override getMaxPacketSize(): number {
    return MAX_PACKET_SIZE;
  }

  override getPacketPeer(): number {
    return this.#peers.selected?.id ?? 0;
  }

  override getPacketChannel(): number {
    const peer = this.#peers.selected;
    return peer === null ? 0 : (this.#game?.plan.channelOf(peer.route.nextLane) ?? 0);
  }

  override getPacketMode(): TransferMode {
    const peer = this.#peers.selected;
    const mode = peer === null ? undefined : this.#game?.plan.modeOf(peer.route.nextLane);
    return mode ?? TransferMode.TRANSFER_MODE_RELIABLE;
  }

  override getPacketTime(): number {
    return this.#peers.selected?.route.nextPutTime ?? Number.NaN;
  }

  /** 0 until a poll has found a next packet, so that a count above 0 means that `getPacket` gives one. */
  override getAvailablePacketCount(): number {
    return this.#peers.selected === null ? 0 : this.#peers.available;
  }

  override putPacket(buffer: Uint8Array): Err {
    const game = this.#activeGame;
    if (game === null) return fail(Err.ERR_UNCONFIGURED, 'Not connected to a game');
    const lane = game.plan.laneOf(this.transferChannel, this.transferMode);
    const peer = this.#peers.get(this.target);
    if (this.target > TARGET_PEER_BROADCAST && peer === undefined) {
      return fail(Err.ERR_INVALID_PARAMETER, `There is no peer ${this.target} to send to`);
    }
    if (lane >= game.plan.size) {
      const err = fail(Err.ERR_INVALID_PARAMETER, `There is no channel ${this.transferChannel}`);
      // A broadcast is OK nevertheless, as in Godot.
      return peer === undefined ? Err.OK : err;
    }
    return peer?.route.send(lane, buffer) ?? broadcast(this.#peers.list, lane, buffer, -this.target);
  }

  /** @internal */
  override connectedIds(): readonly number[] {
    return this.#peers.list.filter(({ connected }) => connected).map(({ id }) => id);
  }

  /** @internal */
  override objection(packet: Uint8Array): Err {
    const lane = this.#activeGame?.plan.laneOf(this.transferChannel, this.transferMode);
    return lane === undefined ? Err.OK : objectionOf(this.#peers.list, lane, packet, -this.target);
  }

  protected override takePacket(): Uint8Array | Err {
    const peer = this.#peers.selected;
    const taken = peer === null ? Err.ERR_UNAVAILABLE : peer.route.take();
    this.#peers.findNext();
    return taken;
  }

  /** Null as well when a client has lost its server, of which it still knows whose it was. */
  get #activeGame(): WebRTCGame | null {
    return this.#game?.status === CONNECTION_DISCONNECTED ? null : this.#game;
  }

  #create(role: WebRTCRole, id: number, channelsConfig: readonly TransferMode[]): Err {
    const game = WebRTCGame.begin(role, id, channelsConfig);
    if (typeof game === 'number') return game;
    if (this.#activeGame !== null) return fail(Err.ERR_ALREADY_IN_USE, 'A game is on: close() it first');
    this.#game = game;
    return Err.OK;
  }

  /** In Godot's order; what Godot lets pass comes last. */
  #checkNewPeer(game: WebRTCGame, connection: WebRTCPeerConnection, id: number, lifetime: number): Err {
    const problem = game.checkPeer(id, lifetime);
    if (problem !== Err.OK) return problem;
    if (this.refuseNewConnections) return fail(Err.ERR_UNAUTHORIZED, 'New connections are refused');
    if (connection?.getConnectionState?.() !== ConnectionState.STATE_NEW) {
      return fail(Err.ERR_INVALID_PARAMETER, 'No connection in STATE_NEW');
    }
    if (this.hasPeer(id)) return fail(Err.ERR_ALREADY_EXISTS, `There is a peer ${id} already`);
    return Err.OK;
  }

  #admit(peer: ConnectedPeer): void {
    // A listener that ran meanwhile may have ended it.
    const game = this.#game;
    if (game === null || !this.#peers.holds(peer) || !peer.isReady) return;
    peer.admit(game.plan.modes, this.#terms);
    game.status = CONNECTION_CONNECTED;
    this.peer_connected.emit(peer.id);
  }

  #tellOf(peer: ConnectedPeer): void {
    for (let event = peer.route.nextEvent(); event !== undefined; event = peer.route.nextEvent()) {
      if (!this.#peers.holds(peer)) return;
      if (event.kind === 'media') this.media?.onWord(peer, event.word);
      else this.tell(peer.id, event);
    }
  }

  /** `failed`: a client that never connected has failed. Removed by hand, it has room for another attempt. */
  #remove(peer: ConnectedPeer, failed = false): void {
    const { connected, endReason } = peer;
    const game = this.#game;
    if (game === null) return;
    this.#peers.drop(peer, game.dismissal);
    if (peer.isLeaving) this.#farewells.add(peer);
    // Still CONNECTED while a client is told that its server is gone, as in Godot.
    if (connected) this.peer_disconnected.emit(peer.id, failed ? endReason : DisconnectReason.CLOSED);
    if (game.role === 'client' && (connected || failed) && this.#game === game) this.#loseServer(game);
  }

  #loseServer(game: WebRTCGame): void {
    game.status = CONNECTION_DISCONNECTED;
    // A listener may have added the server again, too early: nothing would ever say that it connected.
    this.#peers.dropAll(game.farewell);
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
}
