import { Err } from '../core/err.js';
import { fail, pushError } from '../core/fail.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { objectionOf } from './broadcast.js';
import type { ConnectedPeer } from './connected-peer.js';
import { dispatch } from './dispatch.js';
import { Farewells } from './farewells.js';
import { ByeReason } from './link/bye-message.js';
import type { MediaPort } from './media/media-port.js';
import {
  ConnectionStatus,
  DisconnectReason,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  TransferMode,
} from './multiplayer-types.js';
import { takeIn } from './newcomer.js';
import { PeerTable } from './peer-table.js';
import { WebRTCGame, type WebRTCRole } from './webrtc-game.js';
import { toSettings, type WebRTCMultiplayerPeerOptions, type WebRTCPeerSettings } from './webrtc-peer-options.js';
import { WebRTCPeerQueries } from './webrtc-peer-queries.js';

export type { WebRTCMultiplayerPeerOptions } from './webrtc-peer-options.js';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTED } = ConnectionStatus;

/** What Godot advises; nothing enforces it. */
const MAX_PACKET_SIZE = 1200;

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
export class WebRTCMultiplayerPeer extends WebRTCPeerQueries {
  readonly #settings: WebRTCPeerSettings;
  readonly #farewells: Farewells;
  readonly #peers: PeerTable;
  /** @internal Who deals with tracks; see `PeerMedia`. */
  media: MediaPort | null = null;
  /** @internal */
  readonly carriesMedia = true;
  /** Another one, or none, shows a step that a listener has ended its game meanwhile. */
  #game: WebRTCGame | null = null;
  #polling = false;

  constructor(options: WebRTCMultiplayerPeerOptions = {}) {
    const peers = new PeerTable();
    super(peers);
    this.#peers = peers;
    this.#settings = toSettings(options);
    this.#farewells = new Farewells(this.#settings.clock);
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
    // In Godot's order; what Godot lets pass comes last.
    const problem = game.checkPeer(peerId, unreliableLifetime);
    if (problem !== Err.OK) return problem;
    if (this.refuseNewConnections) return fail(Err.ERR_UNAUTHORIZED, 'New connections are refused');
    return takeIn({ connection, id: peerId, unreliableLifetime }, game, this.#peers, this.#settings);
  }

  /** Ends a peer at once. `peer_disconnected` comes if it had connected. */
  removePeer(peerId: number): void {
    const peer = this.#peers.find(peerId);
    if (peer !== undefined) this.#remove(peer);
  }

  /** The connections' signals first, then those of peers that ended, then those of peers that are new. */
  override poll(): void {
    // From inside a listener: this poll goes on when that has returned.
    if (this.#polling) return;
    this.#polling = true;
    const peers = this.#peers;
    try {
      this.deliverDeferred();
      peers.poll();
      this.#farewells.poll();
      peers.sortOut(this.#settings);
      // PERF: with functions made once. `for…of` makes objects until the engine has compiled this, which takes minutes.
      peers.list.forEach(this.#tellOf);
      peers.ended.forEach(this.#end);
      peers.ready.forEach(this.#admit);
      if (peers.selected === null) peers.findNext();
      this.media?.poll(peers.list);
    } finally {
      this.#polling = false;
    }
  }

  override flush(): void {
    this.#peers.flush();
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
    const peer = this.#peers.find(peerId);
    const game = this.#game;
    if (peer === undefined || game === null) return;
    if (force) this.#peers.drop(peer, game.dismissal);
    else if (peer.route.dismiss(game.dismissal)) peer.isLeaving = true;
    else peer.close(game.dismissal);
    peer.endedHere = true;
    if (force && game.role === 'client') this.#loseServer(game);
  }

  override setHidden(hidden: boolean): void {
    const { terms } = this.#settings;
    if (terms !== null) terms.isHidden = hidden;
    for (const { id } of this.#peers.list) this.#peers.linkTo(id)?.setHidden(hidden);
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
    return dispatch(buffer, this.target, this, this.#peers, game.plan);
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

  readonly #tellOf = (peer: ConnectedPeer): void => {
    for (let event = peer.route.nextEvent(); event !== undefined; event = peer.route.nextEvent()) {
      if (!this.#peers.holds(peer)) return;
      if (event.kind === 'media') this.media?.onWord(peer, event.word);
      else this.tell(peer.id, event);
    }
  };

  readonly #end = (peer: ConnectedPeer): void => {
    if (this.#peers.holds(peer)) this.#remove(peer, true);
  };

  readonly #admit = (peer: ConnectedPeer): void => {
    // A listener that ran meanwhile may have ended it.
    const game = this.#game;
    if (game === null || !this.#peers.holds(peer) || !peer.isReady) return;
    peer.admit(game.plan.modes, this.#settings.terms);
    game.status = CONNECTION_CONNECTED;
    this.peer_connected.emit(peer.id);
  };

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
}
