import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { MultiplayerPeer } from '../multiplayer-peer.js';
import { WebSocketSettings, warnNoEffect } from './websocket-settings.js';

const DEFAULT_HANDSHAKE_TIMEOUT_S = 3;

/** The settings of a `WebSocketMultiplayerPeer`, each as a property and as a pair of methods. */
export abstract class ConfiguredMultiplayerPeer extends MultiplayerPeer {
  protected readonly settings: WebSocketSettings = new WebSocketSettings();
  readonly #ownsSockets: boolean;
  #handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT_S;

  constructor(ownsSockets: boolean) {
    super();
    this.#ownsSockets = ownsSockets;
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
    return this.settings.handshakeHeaders;
  }

  set handshakeHeaders(lines: readonly string[]) {
    if (lines.length > 0 && !this.#ownsSockets) warnNoEffect('handshakeHeaders');
    this.settings.handshakeHeaders = lines;
  }

  getHandshakeHeaders(): readonly string[] {
    return this.handshakeHeaders;
  }

  setHandshakeHeaders(lines: readonly string[]): void {
    this.handshakeHeaders = lines;
  }

  /** Sub-protocols: a client offers them, a server chooses from them. */
  get supportedProtocols(): readonly string[] {
    return this.settings.supportedProtocols;
  }

  set supportedProtocols(protocols: readonly string[]) {
    this.settings.supportedProtocols = protocols;
  }

  getSupportedProtocols(): readonly string[] {
    return this.supportedProtocols;
  }

  setSupportedProtocols(protocols: readonly string[]): void {
    this.supportedProtocols = protocols;
  }

  /** Bytes: the largest message, and where unread ones make the other side wait. */
  get inboundBufferSize(): number {
    return this.settings.inboundBufferSize;
  }

  set inboundBufferSize(bytes: number) {
    this.settings.inboundBufferSize = bytes;
  }

  getInboundBufferSize(): number {
    return this.inboundBufferSize;
  }

  setInboundBufferSize(bytes: number): void {
    this.inboundBufferSize = bytes;
  }

  /** Bytes that may wait to be sent. */
  get outboundBufferSize(): number {
    return this.settings.outboundBufferSize;
  }

  set outboundBufferSize(bytes: number) {
    this.settings.outboundBufferSize = bytes;
  }

  getOutboundBufferSize(): number {
    return this.outboundBufferSize;
  }

  setOutboundBufferSize(bytes: number): void {
    this.outboundBufferSize = bytes;
  }

  /** Packets that may wait, in each direction. */
  get maxQueuedPackets(): number {
    return this.settings.maxQueuedPackets;
  }

  set maxQueuedPackets(packets: number) {
    this.settings.maxQueuedPackets = packets;
  }

  getMaxQueuedPackets(): number {
    return this.maxQueuedPackets;
  }

  setMaxQueuedPackets(packets: number): void {
    this.maxQueuedPackets = packets;
  }
}
