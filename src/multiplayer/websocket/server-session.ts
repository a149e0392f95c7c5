import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { hasQuestion } from '../../core/url-question.js';
import { broadcast, objectionOf } from '../broadcast.js';
import { ByeReason } from '../link/bye-message.js';
import { ConnectionStatus, isPeerId, TARGET_PEER_BROADCAST, TARGET_PEER_SERVER } from '../multiplayer-types.js';
import { FairShare } from './fair-share.js';
import { hasRoomForLink, ONLY_LANE, RemotePeer } from './remote-peer.js';
import type { Session, SessionHost } from './session.js';
import type { WebSocketPeer } from './websocket-peer.js';
import type { WebSocketListener } from './websocket-transport.js';
import { WebSocketState } from './websocket-types.js';

/** Clients in their handshake at one time; more wait with the listener. */
const MAX_PENDING = 512;
const LEAST_CLIENT_ID = 2;
const ANY_ID = 0;

interface PendingClient {
  readonly socket: WebSocketPeer;
  readonly since: number;
}

/** A server: everything from taking a connection to its id message happens inside polls. */
export class ServerSession implements Session {
  readonly status: ConnectionStatus = ConnectionStatus.CONNECTION_CONNECTED;
  readonly uniqueId: number = TARGET_PEER_SERVER;
  readonly host: SessionHost;
  readonly #listener: WebSocketListener;
  readonly #pending = new FairShare<PendingClient>(MAX_PENDING);
  readonly #peers = new Map<number, RemotePeer>();
  /** The same, replaced when somebody comes or goes. */
  peers: readonly RemotePeer[] = [];
  readonly #hasRoomFor = (source: string): boolean => this.#pending.admits(source);
  #refused = 0;

  constructor(host: SessionHost, listener: WebSocketListener) {
    this.host = host;
    this.#listener = listener;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Connections that never became a peer. */
  get refused(): number {
    return this.#refused + this.#listener.refused;
  }

  poll(): void {
    const { failure } = this.#listener;
    if (failure !== null) {
      pushError(`The server can't listen: ${failure}`, Err.ERR_CANT_CREATE);
      this.close();
      this.host.ended();
      return;
    }
    if (!this.host.refuseNewConnections) this.#takeConnections();
    if (this.#pollPending()) this.#pollPeers();
  }

  put(target: number, packet: Uint8Array): Err {
    if (target <= TARGET_PEER_BROADCAST) return broadcast(this.peers, ONLY_LANE, packet, -target);
    return this.#peers.get(target)?.send(ONLY_LANE, packet) ?? Err.ERR_INVALID_PARAMETER;
  }

  objection(target: number, packet: Uint8Array): Err {
    return objectionOf(this.peers, ONLY_LANE, packet, -target);
  }

  disconnect(id: number, force: boolean): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) {
      pushError(`There is no peer ${id}`, Err.ERR_DOES_NOT_EXIST);
      return;
    }
    if (!force) {
      peer.dismiss(ByeReason.KICKED);
      return;
    }
    peer.leave(ByeReason.KICKED);
    peer.socket.cut();
    this.#forget(id);
  }

  close(): void {
    this.#listener.close();
    for (const { item } of this.#pending) item.socket.cut();
    for (const peer of this.#peers.values()) peer.cut(ByeReason.SHUTDOWN);
    this.#pending.clear();
    this.#peers.clear();
    this.peers = [];
  }

  peer(id: number): RemotePeer | undefined {
    return this.#peers.get(id);
  }

  #takeConnections(): void {
    for (;;) {
      const newcomer = this.#listener.take(this.#hasRoomFor);
      if (newcomer === null) return;
      const socket = this.host.makeSocket();
      if (socket.acceptStream(newcomer.stream) !== Err.OK) {
        this.#refused += 1;
        continue;
      }
      const gone = this.#pending.add(newcomer.source, { socket, since: this.host.clock.now() });
      if (gone !== undefined) this.#turnAway(gone.socket);
    }
  }

  /** False when a listener has ended the session. */
  #pollPending(): boolean {
    if (this.#pending.size === 0) return true;
    const { clock, handshakeTimeoutMs } = this.host;
    for (const { source, item: client } of this.#pending) {
      const { socket } = client;
      socket.poll();
      const state = socket.getReadyState();
      if (state === WebSocketState.STATE_CONNECTING && clock.now() - client.since < handshakeTimeoutMs) continue;
      this.#pending.delete(source, client);
      if (state !== WebSocketState.STATE_OPEN || this.host.refuseNewConnections) this.#turnAway(socket);
      else if (!this.#admit(socket)) return false;
    }
    return true;
  }

  #turnAway(socket: WebSocketPeer): void {
    socket.cut();
    this.#refused += 1;
  }

  /** Its id is the first thing it gets. Whoever asked is answered right behind it. */
  #admit(socket: WebSocketPeer): boolean {
    const chosen = this.host.chooseId(socket.getRequestedUrl());
    if (chosen !== ANY_ID && (!isPeerId(chosen, LEAST_CLIENT_ID) || this.#peers.has(chosen))) {
      this.#turnAway(socket);
      return true;
    }
    const id = chosen === ANY_ID ? this.#freeId() : chosen;
    const message = new ByteWriter();
    message.i32(id);
    if (socket.send(message.view()) !== Err.OK) {
      this.#turnAway(socket);
      return true;
    }
    const peer = new RemotePeer(id, socket, this.host.link);
    if (this.host.link !== null && hasRoomForLink(socket) && hasQuestion(socket.getRequestedUrl())) peer.linkUp();
    this.#peers.set(id, peer);
    this.peers = [...this.#peers.values()];
    return this.host.connected(id);
  }

  #forget(id: number): void {
    this.#peers.delete(id);
    this.peers = [...this.#peers.values()];
  }

  #freeId(): number {
    for (;;) {
      const id = this.host.generateUniqueId();
      if (!this.#peers.has(id)) return id;
    }
  }

  /** All are read from before anybody leaves. */
  #pollPeers(): void {
    const { peers } = this;
    let gone: RemotePeer[] | null = null;
    // PERF: by number. Frames ask, and an iterator would be garbage.
    for (let at = 0; at < peers.length; at += 1) {
      const peer = peers[at]!;
      peer.socket.poll();
      if (this.#readFrom(peer)) continue;
      gone ??= [];
      gone.push(peer);
    }
    for (let at = 0; at < peers.length; at += 1) if (!this.#tellOf(peers[at]!)) return;
    if (gone !== null) this.#tellOfEnds(gone);
  }

  #tellOfEnds(gone: readonly RemotePeer[]): void {
    for (const peer of gone) {
      // A listener may have thrown it out with force, which says no goodbye.
      if (this.#peers.get(peer.id) !== peer) continue;
      const { endReason } = peer;
      if (peer.isOpen) peer.socket.cut();
      if (!this.host.disconnected(peer.id, endReason)) return;
      this.#forget(peer.id);
    }
  }

  /** What its link has noticed. False when a listener has ended the session. */
  #tellOf(peer: RemotePeer): boolean {
    for (let event = peer.nextEvent(); event !== undefined; event = peer.nextEvent()) {
      if (this.#peers.get(peer.id) !== peer) return true;
      if (!this.host.noticed(peer.id, event)) return false;
    }
    return true;
  }

  /** False when the peer is gone. What it sent before it closed is read first: its end comes with the next poll. */
  #readFrom(peer: RemotePeer): boolean {
    const wasLeaving = peer.isLeaving;
    if (peer.hasEnded) {
      if (wasLeaving || !peer.hasMore) return false;
      peer.isLeaving = true;
    }
    this.host.incoming.takeFrom(peer);
    return true;
  }
}
