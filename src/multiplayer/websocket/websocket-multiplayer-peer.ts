import { webSocketTransport } from '#websocket';
import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail, pushError } from '../../core/fail.js';
import { MultiplayerPeer } from '../multiplayer-peer.js';
import { ConnectionStatus, DisconnectReason, TARGET_PEER_BROADCAST, TransferMode } from '../multiplayer-types.js';
import { ClientSession } from './client-session.js';
import { IncomingPackets } from './remote-peer.js';
import { ServerSession } from './server-session.js';
import type { Session, SessionHost } from './session.js';
import { type WebSocketInit, WebSocketPeer } from './websocket-peer.js';
import { WebSocketSettings, warnNoEffect } from './websocket-settings.js';
import type { WebSocketTransport } from './websocket-transport.js';
import { type AttachOptions, isAttachment, isForServers, type TLSOptions } from './websocket-types.js';

const { CONNECTION_CONNECTED: CONNECTED, CONNECTION_DISCONNECTED: DISCONNECTED } = ConnectionStatus;

const DEFAULT_HANDSHAKE_TIMEOUT_S = 3;
/** The longest header of a WebSocket frame without its mask; Godot leaves room for it. */
const FRAME_BYTES = 9;

/**
 * A server and its clients over WebSockets, as in Godot, and able to talk to Godot's. Every packet is reliable and on
 * channel 0, whatever was asked for; clients reach each other through the server.
 */
export class WebSocketMultiplayerPeer extends MultiplayerPeer {
  readonly #clock: Clock;
  readonly #transport: WebSocketTransport;
  readonly #settings = new WebSocketSettings();
  readonly #incoming = new IncomingPackets();
  #handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT_S;
  #session: Session | null = null;

  constructor(init: WebSocketInit = {}) {
    super();
    this.#clock = init.clock ?? realClock;
    this.#transport = init.transport ?? webSocketTransport;
  }

  /**
   * Listens on a port, 0 for any free one, or on the port of an existing `http.Server`. CONNECTED at once. A port that
   * is taken gives ERR_CANT_CREATE; with a `bindAddress` it only shows in a later poll, which disconnects. Node only.
   */
  createServer(port: number, bindAddress = '*', options: TLSOptions | AttachOptions | null = null): Err {
    if (this.#session !== null) return fail(Err.ERR_ALREADY_IN_USE, 'The WebSocketMultiplayerPeer is in use');
    const attach = isAttachment(options) ? options : null;
    const tls = isAttachment(options) ? null : options;
    if (tls !== null && !isForServers(tls)) {
      return fail(Err.ERR_INVALID_PARAMETER, 'TLS options for a server have a key and a certificate');
    }
    const listener = this.#transport.listen({ port, bindAddress, tls, attach });
    if (typeof listener === 'number') return listener;
    this.#session = new ServerSession(this.#makeHost(), listener);
    return Err.OK;
  }

  /** Begins to connect: CONNECTING until the server has sent an id. */
  createClient(url: string, tlsClientOptions: TLSOptions | null = null): Err {
    if (this.#session !== null) return fail(Err.ERR_ALREADY_IN_USE, 'The WebSocketMultiplayerPeer is in use');
    const host = this.#makeHost();
    const socket = host.makeSocket();
    const err = socket.connectToUrl(url, tlsClientOptions);
    if (err === Err.OK) this.#session = new ClientSession(host, socket);
    return err;
  }

  poll(): void {
    this.deliverDeferred();
    this.#session?.poll();
  }

  /** Drops all connections without a closing handshake and without signals. */
  close(): void {
    this.#session?.close();
    this.#clear();
  }

  /** With a closing handshake; `peer_disconnected` comes with a later poll. With `force` it is over at once. */
  disconnectPeer(peer: number, force = false): void {
    if (this.#session === null) pushError(`There is no peer ${peer}`, Err.ERR_DOES_NOT_EXIST);
    else this.#session.disconnect(peer, force);
  }

  getConnectionStatus(): ConnectionStatus {
    return this.#session?.status ?? DISCONNECTED;
  }

  /** 1 for a server; 0 as long as there is none. */
  getUniqueId(): number {
    return this.#session?.uniqueId ?? 0;
  }

  override isServerRelaySupported(): boolean {
    return true;
  }

  getMaxPacketSize(): number {
    return this.outboundBufferSize - FRAME_BYTES;
  }

  getAvailablePacketCount(): number {
    return this.#incoming.size;
  }

  getPacketPeer(): number {
    return this.#incoming.nextPeer;
  }

  getPacketChannel(): number {
    return 0;
  }

  getPacketMode(): TransferMode {
    return TransferMode.TRANSFER_MODE_RELIABLE;
  }

  putPacket(buffer: Uint8Array): Err {
    if (this.#session?.status !== CONNECTED) return Err.ERR_UNCONFIGURED;
    if (!ArrayBuffer.isView(buffer)) return fail(Err.ERR_INVALID_PARAMETER, 'A packet is a Uint8Array');
    return buffer.length === 0 ? Err.OK : this.#session.put(this.target, buffer);
  }

  protected takePacket(): Uint8Array | Err {
    if (this.#session?.status !== CONNECTED) return Err.ERR_UNCONFIGURED;
    return this.#incoming.take() ?? Err.ERR_UNAVAILABLE;
  }

  /** The WebSocket of a peer: its address, the URL it asked for. Reading or polling it is this object's business. */
  getPeer(peerId: number): WebSocketPeer | null {
    const peer = this.#session?.peer(peerId);
    if (peer === undefined) pushError(`There is no peer ${peerId}`, Err.ERR_DOES_NOT_EXIST);
    return peer ?? null;
  }

  /** An IP address; empty when the peer is unknown, and in browsers. */
  getPeerAddress(id: number): string {
    return this.getPeer(id)?.getConnectedHost() ?? '';
  }

  getPeerPort(id: number): number {
    return this.getPeer(id)?.getConnectedPort() ?? 0;
  }

  /** The port a server listens on; 0 when there is none, or not yet. */
  getServerPort(): number {
    return this.#session instanceof ServerSession ? this.#session.port : 0;
  }

  /** Connections to a server that never became a peer: wrong handshakes, silent ones, too many, unwanted ones. */
  getRefusedConnectionCount(): number {
    return this.#session instanceof ServerSession ? this.#session.refused : 0;
  }

  /** Seconds for the whole way to the id. Default 3. */
  get handshakeTimeout(): number {
    return this.#handshakeTimeout;
  }

  set handshakeTimeout(seconds: number) {
    if (seconds > 0) this.#handshakeTimeout = seconds;
    else fail(Err.ERR_INVALID_PARAMETER, `${String(seconds)} is no handshake time-out`);
  }

  getHandshakeTimeout(): number {
    return this.handshakeTimeout;
  }

  setHandshakeTimeout(seconds: number): void {
    this.handshakeTimeout = seconds;
  }

  /** Further lines of the handshake, as `Name: value`. Like all settings for connections to come. Node only. */
  get handshakeHeaders(): readonly string[] {
    return this.#settings.handshakeHeaders;
  }

  set handshakeHeaders(lines: readonly string[]) {
    if (lines.length > 0 && !this.#transport.ownsSockets) warnNoEffect('handshakeHeaders');
    this.#settings.handshakeHeaders = lines;
  }

  getHandshakeHeaders(): readonly string[] {
    return this.handshakeHeaders;
  }

  setHandshakeHeaders(lines: readonly string[]): void {
    this.handshakeHeaders = lines;
  }

  /** Sub-protocols: a client offers them, a server chooses from them. */
  get supportedProtocols(): readonly string[] {
    return this.#settings.supportedProtocols;
  }

  set supportedProtocols(protocols: readonly string[]) {
    this.#settings.supportedProtocols = protocols;
  }

  getSupportedProtocols(): readonly string[] {
    return this.supportedProtocols;
  }

  setSupportedProtocols(protocols: readonly string[]): void {
    this.supportedProtocols = protocols;
  }

  /** Bytes: the largest message, and where unread ones make the other side wait. */
  get inboundBufferSize(): number {
    return this.#settings.inboundBufferSize;
  }

  set inboundBufferSize(bytes: number) {
    this.#settings.inboundBufferSize = bytes;
  }

  getInboundBufferSize(): number {
    return this.inboundBufferSize;
  }

  setInboundBufferSize(bytes: number): void {
    this.inboundBufferSize = bytes;
  }

  /** Bytes that may wait to be sent. */
  get outboundBufferSize(): number {
    return this.#settings.outboundBufferSize;
  }

  set outboundBufferSize(bytes: number) {
    this.#settings.outboundBufferSize = bytes;
  }

  getOutboundBufferSize(): number {
    return this.outboundBufferSize;
  }

  setOutboundBufferSize(bytes: number): void {
    this.outboundBufferSize = bytes;
  }

  /** Packets that may wait, in each direction. */
  get maxQueuedPackets(): number {
    return this.#settings.maxQueuedPackets;
  }

  set maxQueuedPackets(packets: number) {
    this.#settings.maxQueuedPackets = packets;
  }

  getMaxQueuedPackets(): number {
    return this.maxQueuedPackets;
  }

  setMaxQueuedPackets(packets: number): void {
    this.maxQueuedPackets = packets;
  }

  /** One for each session, so that a session which has ended can tell. */
  #makeHost(): SessionHost {
    const peer = this;
    const host: SessionHost = {
      clock: this.#clock,
      incoming: this.#incoming,
      get refuseNewConnections() {
        return peer.refuseNewConnections;
      },
      get handshakeTimeoutMs() {
        return peer.#handshakeTimeout * 1000;
      },
      makeSocket: () => this.#makeSocket(),
      generateUniqueId: () => this.generateUniqueId(),
      connected: (id) => {
        this.peer_connected.emit(id);
        return this.#session?.host === host;
      },
      disconnected: (id) => {
        this.peer_disconnected.emit(id, DisconnectReason.LEFT);
        return this.#session?.host === host;
      },
      ended: () => this.#clear(),
    };
    return host;
  }

  #makeSocket(): WebSocketPeer {
    const socket = new WebSocketPeer({ clock: this.#clock, transport: this.#transport });
    socket.adoptSettings(this.#settings);
    return socket;
  }

  #clear(): void {
    this.#session = null;
    this.#incoming.clear();
    this.target = TARGET_PEER_BROADCAST;
  }
}
