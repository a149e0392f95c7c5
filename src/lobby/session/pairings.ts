import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { isFirefoxDescription, offeredAsClient } from '../../extension/session-description.js';
import { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { ConnectionStatus, type DisconnectReason } from '../../multiplayer/multiplayer-types.js';
import type { LobbyClient } from '../client/lobby-client.js';
import type { LobbyMember } from '../client/seat.js';
import type { Departure } from '../protocol/lobby-reason.js';
import type { Candidate, OpenedPeer } from './attempt.js';
import { type PeerFailure, peerFailure } from './attempt-facts.js';
import { AttemptCounter } from './attempt-number.js';
import { Departures } from './departures.js';
import type { GameSetup } from './game-setup.js';
import type { Introduction } from './introduction.js';
import { Pairing } from './pairing.js';
import type { PairedPeer, PairingHost } from './pairing-host.js';
import type { PairingTiming } from './pairing-times.js';
import { type PeerOwner, SessionPeer } from './session-peer.js';
import { newSocketKey, SocketKeys, socketKeySignal, withSocketKey } from './socket-keys.js';
import { TwoWayPeer } from './two-way-peer.js';

export interface PairingsOwner extends PeerOwner {
  peerFailed(id: number, failure: PeerFailure): void;
  peerRetried(id: number, failure: PeerFailure): void;
}

const SERVER = 1;
const NOBODY = -1;

/** The game of a session: its role in it, and a pairing for each member that is to be connected to. */
export class Pairings implements PairingHost {
  readonly timing: PairingTiming;
  readonly attempts = new AttemptCounter();
  /** Who may come to this side's WebSocket server. */
  readonly keys = new SocketKeys();
  #peer: SessionPeer;
  #twoWay: TwoWayPeer | null = null;
  #socketKey = '';
  readonly #lobby: LobbyClient;
  readonly #setup: GameSetup;
  readonly #owner: PairingsOwner;
  readonly #byId = new Map<number, Pairing>();
  readonly #departures = new Departures();
  /** Who this side is to the others; null: nobody asks. */
  introduction: Introduction | null = null;
  #role: 'mesh' | 'server' | 'client' = 'mesh';
  #ownId = 0;
  /** The member that is 1 to the game; 0 in a mesh. */
  #serverId = 0;

  constructor(lobby: LobbyClient, setup: GameSetup, owner: PairingsOwner) {
    this.#lobby = lobby;
    this.#setup = setup;
    this.#owner = owner;
    this.timing = setup.timing;
    this.#peer = this.#makePeer();
  }

  /** Of the game that is on, or was last. */
  get peer(): SessionPeer | TwoWayPeer {
    return this.#twoWay ?? this.#peer;
  }

  get ownId(): number {
    return this.#ownId;
  }

  get isClient(): boolean {
    return this.#role === 'client';
  }

  /** This side is the server of a game that is on. */
  get isServing(): boolean {
    return this.#role === 'server' && this.#peer.getConnectionStatus() === ConnectionStatus.CONNECTION_CONNECTED;
  }

  get isCutOff(): boolean {
    return this.#lobby.room === null || this.#lobby.isLost;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Everybody who is to be connected to is in the game. */
  get areComplete(): boolean {
    for (const { isAdmitted, isElsewhere } of this.#byId.values()) if (!isAdmitted && !isElsewhere) return false;
    return true;
  }

  get(id: number): Pairing | undefined {
    return this.#byId.get(id);
  }

  /** A new game, as the room wants it, with a peer of its own. What was before is over. */
  begin(): void {
    this.end();
    this.#peer = this.#makePeer();
    const { room, id } = this.#lobby;
    if (room === null) return;
    this.#ownId = id;
    this.#serverId = room.mode === 'mesh' ? 0 : room.host;
    this.#role = room.mode === 'mesh' ? 'mesh' : id === room.host ? 'server' : 'client';
    const err = this.#create();
    if (err !== Err.OK) pushError('The game of a session could not be created', err);
    else if (this.isClient && room.address !== undefined) this.#prepareSecondWay(room.address);
  }

  /** Another room for the game that is on: its server has another seat, and is 1 to the game as before. */
  reopened(): void {
    const { room, id } = this.#lobby;
    this.#ownId = id;
    this.#serverId = room?.host ?? id;
  }

  /** Somebody to connect to. `isReturning`: this side has been here before, as far as the others know. */
  add({ id, sw, away }: LobbyMember, now: number, isReturning: boolean): void {
    if (this.#byId.has(id) || (this.isClient && id !== this.#serverId)) return;
    const gameId = id === this.#serverId ? SERVER : id;
    const pairing = new Pairing({ id, gameId, isExtended: sw > 0 }, this, away, now);
    this.#byId.set(id, pairing);
    if (id === this.#serverId && this.#twoWay !== null) this.#lobby.sendSignal(id, socketKeySignal(this.#socketKey));
    if (isReturning && !pairing.isOfferer) pairing.restart();
  }

  /** It is no longer in the room. Where a game runs, the connection decides who is there. */
  memberLeft(id: number, reason: Departure, isSealed: boolean, now: number): void {
    this.keys.forget(id);
    const pairing = this.#byId.get(id);
    if (pairing === undefined) return;
    if (!pairing.isAdmitted) this.#giveUp(pairing);
    else if (reason === 'kicked') this.#peer.disconnectPeer(pairing.peer.gameId);
    else if (reason === 'left' && !isSealed) this.#departures.saidGoodbye(pairing, now);
    else if (!isSealed && this.#isAsGodot(pairing)) this.#departures.vanished(pairing, now);
  }

  /** Nobody else can be connected to, and the game goes on with those who are there: the host is not when it ended the room. */
  lobbyLeft(hasHostLeft: boolean, now: number): void {
    const host = this.#byGameId(SERVER);
    if (hasHostLeft && host?.isAdmitted && this.#isAsGodot(host)) this.#departures.vanished(host, now);
    for (const pairing of [...this.#byId.values()]) if (!pairing.isAdmitted) this.#giveUp(pairing);
  }

  /** What was said to whom while this side was not there is lost. */
  lobbyRestored(): void {
    for (const pairing of this.#byId.values()) if (!pairing.isAway) pairing.reachable();
  }

  poll(now: number): void {
    const failure = this.#twoWay?.takeFailure() ?? null;
    if (failure !== null) this.#owner.peerFailed(this.#serverId, failure);
    for (const pairing of this.#byId.values()) pairing.poll(now);
    for (const pairing of this.#departures.takeDue(now, this.#lobby.isLost)) {
      if (pairing.isAdmitted) this.#peer.disconnectPeer(pairing.peer.gameId);
    }
  }

  /** Without the game, which is told when it polls: connections that it does not have yet. */
  pollConnections(): void {
    for (const pairing of this.#byId.values()) if (!pairing.isAdmitted) pairing.connection?.poll();
  }

  /** Without signals, as closing a peer is. */
  end(): void {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    this.#departures.clear();
    this.keys.clear();
    this.peer.abandon();
    this.#twoWay = null;
    for (const pairing of all) pairing.end();
  }

  // What pairings ask for.

  open(gameId: number): OpenedPeer | null {
    if (this.#peer.refuseNewConnections) return null;
    const { extension, configuration, unreliableLifetime } = this.#setup;
    if (this.isClient && this.#peer.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED) this.#create();
    const iceServers = [...(configuration.iceServers ?? []), ...this.#lobby.ice.servers];
    const connection = new WebRTCPeerConnection({ extension, configuration: { ...configuration, iceServers } });
    const meeting = {
      room: this.#lobby.room?.name ?? '',
      self: this.#ownId,
      peer: this.#byGameId(gameId)?.peer.id ?? 0,
    };
    this.introduction?.introduce(connection, meeting, this.#setup.clock);
    if (this.#peer.addPeer(connection, gameId, unreliableLifetime) !== Err.OK) {
      connection.destroy();
      return null;
    }
    return { connection, channels: this.#peer.getPeer(gameId)?.channels ?? [] };
  }

  drop(gameId: number): void {
    if (this.#peer.hasPeer(gameId)) this.#peer.removePeer(gameId);
  }

  sendDescription(type: 'offer' | 'answer', to: number, sdp: string, attempt: number): void {
    if (type === 'offer') this.#lobby.sendOffer(to, this.#offerFor(to, sdp), attempt);
    else this.#lobby.sendAnswer(to, sdp, attempt);
  }

  sendCandidate(to: number, [media, index, name]: Candidate, attempt: number): void {
    this.#lobby.sendCandidate(to, media, index, name, attempt);
  }

  retried({ id }: PairedPeer, failure: PeerFailure): void {
    this.#owner.peerRetried(id, failure);
  }

  failed({ id }: PairedPeer, failure: PeerFailure): void {
    // The multiplayer above tells the game that its connection has failed.
    if (this.isClient) this.#peer.abandon();
    if (this.#twoWay?.hasAnotherWay) this.#owner.peerRetried(id, failure);
    else this.#owner.peerFailed(id, failure);
  }

  /** A member that comes to the WebSocket server of this side: its id in the game; 0 for a stranger, below 0 for nobody. */
  chooseSocketId(url: string): number {
    if (this.introduction !== null) return NOBODY;
    const id = this.keys.memberOf(url);
    this.#byId.get(id)?.reachedOtherwise();
    return id;
  }

  #prepareSecondWay(address: string): void {
    // Nobody can prove who it is on a WebSocket.
    if (this.introduction !== null || !this.#setup.acceptsAddress(address)) return;
    this.#socketKey = newSocketKey();
    const url = withSocketKey(address, this.#socketKey);
    if (url === null) return;
    const { link } = this.#setup.peer;
    const { clock } = this.#setup;
    this.#twoWay = new TwoWayPeer(this.#owner, this.#peer, {
      url,
      options: { clock, ...(link !== undefined && { link }) },
      afterMs: this.#setup.socketAfterMs,
      begins: () => {
        const pairing = this.#byId.get(this.#serverId);
        const failure = pairing?.failure ?? peerFailure('signaling_timeout');
        pairing?.end();
        return failure;
      },
    });
  }

  #makePeer(): SessionPeer {
    const made = new SessionPeer(this.#owner, this.#setup.peer);
    made.onPacketFrom = (gameId) => {
      if (this.#departures.areAwaited) this.#departures.heard(this.#byGameId(gameId));
    };
    made.peer_connected.connect((gameId) => {
      if (made === this.#peer) this.#byGameId(gameId)?.admitted();
    });
    made.peer_disconnected.connect((gameId, reason) => {
      if (made === this.#peer) this.#lost(gameId, reason);
    });
    return made;
  }

  #create(): Err {
    const { channels } = this.#setup;
    if (this.#role === 'mesh') return this.#peer.createMesh(this.#ownId, channels);
    return this.#role === 'server' ? this.#peer.createServer(channels) : this.#peer.createClient(this.#ownId, channels);
  }

  #byGameId(gameId: number): Pairing | undefined {
    return this.#byId.get(gameId === SERVER && this.#serverId !== 0 ? this.#serverId : gameId);
  }

  #lost(gameId: number, reason: DisconnectReason): void {
    const pairing = this.#byGameId(gameId);
    if (pairing === undefined) return;
    const isWorthATry = pairing.lost(reason);
    this.#departures.forget(pairing);
    const { id, isExtended } = pairing.peer;
    if (!this.#lobby.members.has(id)) this.#byId.delete(id);
    else if (isWorthATry && isExtended && this.#setup.reconnects) pairing.restart();
  }

  /** A Godot that answers wants to be the DTLS client, whose first packet Firefox loses every time: it would take a second. */
  #offerFor(to: number, sdp: string): string {
    const isGodot = this.#byId.get(to)?.peer.isExtended === false;
    return isGodot && isFirefoxDescription(sdp) ? offeredAsClient(sdp) : sdp;
  }

  /** It keeps no seat at the lobby, and nothing on its connection tells whether it lives. */
  #isAsGodot({ peer: { gameId, isExtended } }: Pairing): boolean {
    return !isExtended && this.#peer.getPeerStats(gameId) === null;
  }

  #giveUp(pairing: Pairing): void {
    this.#byId.delete(pairing.peer.id);
    const wasConnecting = pairing.state === 'connecting' || pairing.state === 'connected';
    pairing.end();
    if (wasConnecting && this.isClient) this.failed(pairing.peer, peerFailure('left'));
  }
}
