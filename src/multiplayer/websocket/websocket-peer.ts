import { webSocketTransport } from '#websocket';
import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { isBytes } from '../../core/is-bytes.js';
import { PacketPeer } from '../../core/packet-peer.js';
import { WriteMode } from '../../extension/webrtc-types.js';
import { type VariantCodec, variantCodec } from '../variant/variant-codec.js';
import { type MakeSocket, WebSocketConnection } from './websocket-connection.js';
import { WebSocketSettings, warnNoEffect } from './websocket-settings.js';
import type { WebSocketTransport } from './websocket-transport.js';
import { isForServers, NORMAL_CLOSURE, type TLSOptions, toWebSocketUrl, WebSocketState } from './websocket-types.js';

export interface WebSocketInit {
  /** What time-outs and heartbeats are measured by. */
  clock?: Clock;
  /** Instead of the platform's own. */
  transport?: WebSocketTransport;
}

/**
 * One WebSocket, driven by `poll()`: states change and packets become readable only in there. What the other side sent
 * before it closed stays readable until this side closes or connects again.
 * @example
 * ```ts
 * import { WebSocketPeer } from 'scenewire';
 *
 * const socket = new WebSocketPeer();
 * socket.connectToUrl('wss://example.org/chat');
 *
 * function frame(): void {
 *   socket.poll();
 *   while (socket.getAvailablePacketCount() > 0) handle(socket.getPacket());
 *   if (socket.getReadyState() === WebSocketPeer.STATE_CLOSED) send(`closed: ${socket.getCloseCode()}`);
 * }
 * ```
 */
export class WebSocketPeer extends PacketPeer {
  static readonly WRITE_MODE_TEXT: 0 = WriteMode.WRITE_MODE_TEXT;
  static readonly WRITE_MODE_BINARY: 1 = WriteMode.WRITE_MODE_BINARY;
  static readonly STATE_CONNECTING: 0 = WebSocketState.STATE_CONNECTING;
  static readonly STATE_OPEN: 1 = WebSocketState.STATE_OPEN;
  static readonly STATE_CLOSING: 2 = WebSocketState.STATE_CLOSING;
  static readonly STATE_CLOSED: 3 = WebSocketState.STATE_CLOSED;

  readonly #transport: WebSocketTransport;
  readonly #clock: Clock;
  readonly #settings = new WebSocketSettings();
  #life: WebSocketConnection | null = null;
  #heartbeatInterval = 0;
  #clientUrl = '';

  constructor(init: WebSocketInit = {}) {
    super();
    this.#transport = init.transport ?? webSocketTransport;
    this.#clock = init.clock ?? realClock;
  }

  protected override get variantCodec(): VariantCodec {
    return variantCodec;
  }

  /** Begins to connect and returns at once. A URL without a scheme means ws. */
  connectToUrl(url: string, tlsClientOptions: TLSOptions | null = null): Err {
    if (url === '') return fail(Err.ERR_INVALID_PARAMETER, 'The URL is empty');
    if (isForServers(tlsClientOptions)) return fail(Err.ERR_INVALID_PARAMETER, 'These TLS options are for servers');
    const target = toWebSocketUrl(url);
    if (target === null) return fail(Err.ERR_INVALID_PARAMETER, `Not a WebSocket URL: ${String(url)}`);
    const err = this.#begin((options, sink) => this.#transport.connect(target, options, tlsClientOptions, sink));
    if (err === Err.OK) this.#clientUrl = target.href;
    return err;
  }

  /** Serves the client behind a stream: a `net.Socket` or `tls.TLSSocket` that nobody has read from. Node only. */
  acceptStream(stream: unknown): Err {
    const err = this.#begin((options, sink) => this.#transport.accept(stream, options, sink));
    if (err === Err.OK) this.#clientUrl = '';
    return err;
  }

  /** Whether the connection ended because the other side no longer answered pings. */
  get hasFallenSilent(): boolean {
    return this.#life?.hasFallenSilent ?? false;
  }

  /** Whether it ended because the other side broke the protocol, or sent more than there is room for. */
  get hasMisbehaved(): boolean {
    return this.#life?.hasMisbehaved ?? false;
  }

  poll(): void {
    this.#life?.poll(this.#heartbeatInterval * 1000);
  }

  /**
   * Closes with a handshake, and loses what was not read. A negative code ends the connection at once, and the other
   * side is not told.
   */
  close(code: number = NORMAL_CLOSURE, reason = ''): void {
    this.#life?.close(code, reason);
  }

  /** @internal Ends the connection without a handshake; behind a close frame when one was just sent. */
  cut(): void {
    this.#life?.cut();
  }

  send(message: Uint8Array, writeMode: WriteMode = WriteMode.WRITE_MODE_BINARY): Err {
    if (this.getReadyState() !== WebSocketState.STATE_OPEN || this.#life === null) return Err.FAILED;
    if (!isBytes(message)) return fail(Err.ERR_INVALID_PARAMETER, 'A packet is a Uint8Array');
    return writeMode === WriteMode.WRITE_MODE_TEXT ? this.#life.sendTextBytes(message) : this.#life.send(message);
  }

  sendText(message: string): Err {
    return this.#life?.sendText(message) ?? Err.FAILED;
  }

  putPacket(buffer: Uint8Array): Err {
    return isBytes(buffer) && buffer.length === 0 ? Err.OK : this.send(buffer);
  }

  getAvailablePacketCount(): number {
    return this.#life?.inbound.packets.available ?? 0;
  }

  protected takePacket(): Uint8Array | Err {
    return this.#life?.inbound.take() ?? Err.ERR_UNAVAILABLE;
  }

  /** Whether the packet last got was text. */
  wasStringPacket(): boolean {
    return this.#life?.inbound.packets.lastWasText ?? false;
  }

  getReadyState(): WebSocketState {
    return this.#life?.state ?? WebSocketState.STATE_CLOSED;
  }

  /** -1 while it is not closed, and when it ended without a closing handshake. */
  getCloseCode(): number {
    return this.#life?.closeCode ?? -1;
  }

  getCloseReason(): string {
    return this.#life?.closeReason ?? '';
  }

  /** The IP address of the other side; empty until it is known, and in browsers. */
  getConnectedHost(): string {
    if (!this.#transport.ownsSockets) warnNoEffect('getConnectedHost');
    return this.#life?.inbound.info?.host ?? '';
  }

  getConnectedPort(): number {
    if (!this.#transport.ownsSockets) warnNoEffect('getConnectedPort');
    return this.#life?.inbound.info?.port ?? 0;
  }

  /** What the client asked for, whichever side this is. */
  getRequestedUrl(): string {
    return this.#clientUrl || (this.#life?.inbound.info?.url ?? '');
  }

  /** Empty until it is known, and when there is none. */
  getSelectedProtocol(): string {
    return this.#life?.inbound.info?.protocol ?? '';
  }

  /** Bytes that wait to be sent. */
  getCurrentOutboundBufferedAmount(): number {
    return this.#life?.bufferedAmount ?? 0;
  }

  /** Sends small packets at once rather than together; on from the beginning. Node only. */
  setNoDelay(enabled: boolean): void {
    if (this.#transport.ownsSockets) this.#life?.setNoDelay(enabled);
    else warnNoEffect('setNoDelay');
  }

  /** Seconds between pings; one that is not answered until the next ends the connection. 0, the default: none. */
  get heartbeatInterval(): number {
    return this.#heartbeatInterval;
  }

  set heartbeatInterval(seconds: number) {
    if (!(seconds >= 0)) {
      fail(Err.ERR_INVALID_PARAMETER, `${String(seconds)} is no heartbeat interval`);
      return;
    }
    if (seconds > 0 && !this.#transport.ownsSockets) warnNoEffect('heartbeatInterval');
    this.#heartbeatInterval = seconds;
  }

  getHeartbeatInterval(): number {
    return this.heartbeatInterval;
  }

  setHeartbeatInterval(seconds: number): void {
    this.heartbeatInterval = seconds;
  }

  /** Further lines of the handshake, as `Name: value`. Like all settings for the next connection. Node only. */
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

  /** @internal Takes over the settings of the multiplayer peer that made it. */
  adoptSettings(settings: WebSocketSettings): void {
    this.#settings.copyFrom(settings);
  }

  #begin(make: MakeSocket): Err {
    const state = this.getReadyState();
    if (state === WebSocketState.STATE_CONNECTING || state === WebSocketState.STATE_OPEN) {
      return fail(Err.ERR_ALREADY_IN_USE, 'The WebSocket is in use');
    }
    const life = WebSocketConnection.begin(this.#settings, this.#clock, make);
    if (typeof life === 'number') return life;
    this.#life = life;
    return Err.OK;
  }
}
