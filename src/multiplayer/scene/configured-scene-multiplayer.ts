import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { MultiplayerAPICore } from '../multiplayer-api-core.js';
import { TARGET_PEER_SERVER } from '../multiplayer-types.js';
import type { AuthCallback } from './authentication.js';
import { SceneNames } from './scene-names.js';
import { SceneSession } from './scene-session.js';

/** Below this a packet of states would hold next to nothing. */
const LEAST_PACKET_LIMIT = 128;

export interface SceneMultiplayerOptions {
  /** What time-outs and intervals are measured with. */
  clock?: Clock;
  /** A peer of which so much had to be thrown away is disconnected. Default: never, as Godot. */
  maxDrops?: number;
}

/** The settings of a SceneMultiplayer, and its signals. */
export abstract class ConfiguredSceneMultiplayer<N extends object> extends MultiplayerAPICore<N> {
  readonly peer_authenticating = this.signal('peer_authenticating');
  readonly peer_authentication_failed = this.signal('peer_authentication_failed');
  readonly peer_packet = this.signal('peer_packet');

  /** @internal */
  protected readonly session: SceneSession;
  #allowObjectDecoding = false;

  constructor(options: SceneMultiplayerOptions) {
    super();
    this.session = new SceneSession(options.clock ?? realClock, {
      authenticating: (peer) => this.peer_authenticating.emit(peer),
      authenticationFailed: (peer) => this.peer_authentication_failed.emit(peer),
      connected: (peer) => this.#tellConnected(peer),
      disconnected: (peer, reason) => this.peer_disconnected.emit(peer, reason),
      packet: (peer, bytes) => this.peer_packet.emit(peer, bytes),
    });
    this.session.maxDrops = options.maxDrops ?? Number.POSITIVE_INFINITY;
  }

  /** The names behind the numbers in packets, for tools that look on. */
  get names(): SceneNames {
    return new SceneNames(this.session);
  }

  /** Absolute, such as `/root/Arena`, or empty: then nothing that is received has a place to go. */
  get rootPath(): string {
    return this.session.rootPath;
  }

  set rootPath(path: string) {
    if (path === '' || path.startsWith('/')) this.session.rootPath = path;
    else fail(Err.ERR_INVALID_PARAMETER, `The root path ${path} is not absolute`);
  }

  getRootPath(): string {
    return this.rootPath;
  }

  setRootPath(path: string): void {
    this.rootPath = path;
  }

  /** Whether clients know and reach each other through the server. Set it alike on all sides, before they connect. */
  get serverRelay(): boolean {
    return this.session.sender.serverRelay;
  }

  set serverRelay(enabled: boolean) {
    this.session.sender.serverRelay = enabled;
  }

  isServerRelayEnabled(): boolean {
    return this.serverRelay;
  }

  setServerRelayEnabled(enabled: boolean): void {
    this.serverRelay = enabled;
  }

  get refuseNewConnections(): boolean {
    return this.multiplayerPeer?.refuseNewConnections ?? false;
  }

  set refuseNewConnections(refuse: boolean) {
    if (this.multiplayerPeer !== null) this.multiplayerPeer.refuseNewConnections = refuse;
    else fail(Err.ERR_UNCONFIGURED, 'There is no multiplayer peer');
  }

  isRefusingNewConnections(): boolean {
    return this.refuseNewConnections;
  }

  setRefuseNewConnections(refuse: boolean): void {
    this.refuseNewConnections = refuse;
  }

  /** With a callback, peers are let in only after both sides completed the authentication. */
  get authCallback(): AuthCallback | null {
    return this.session.authentication.callback;
  }

  set authCallback(callback: AuthCallback | null) {
    this.session.authentication.callback = callback;
  }

  getAuthCallback(): AuthCallback | null {
    return this.authCallback;
  }

  setAuthCallback(callback: AuthCallback | null): void {
    this.authCallback = callback;
  }

  /** In seconds; 0 waits for ever. */
  get authTimeout(): number {
    return this.session.authentication.timeoutS;
  }

  set authTimeout(seconds: number) {
    this.session.authentication.timeoutS = seconds;
  }

  getAuthTimeout(): number {
    return this.authTimeout;
  }

  setAuthTimeout(seconds: number): void {
    this.authTimeout = seconds;
  }

  /** In bytes: packets of states, which may be lost, are not made longer. */
  get maxSyncPacketSize(): number {
    return this.session.maxSyncPacketSize;
  }

  set maxSyncPacketSize(bytes: number) {
    if (isPacketLimit(bytes)) this.session.maxSyncPacketSize = bytes;
  }

  getMaxSyncPacketSize(): number {
    return this.maxSyncPacketSize;
  }

  setMaxSyncPacketSize(bytes: number): void {
    this.maxSyncPacketSize = bytes;
  }

  /** In bytes: packets of changes are not made longer. */
  get maxDeltaPacketSize(): number {
    return this.session.maxDeltaPacketSize;
  }

  set maxDeltaPacketSize(bytes: number) {
    if (isPacketLimit(bytes)) this.session.maxDeltaPacketSize = bytes;
  }

  getMaxDeltaPacketSize(): number {
    return this.maxDeltaPacketSize;
  }

  setMaxDeltaPacketSize(bytes: number): void {
    this.maxDeltaPacketSize = bytes;
  }

  /** Has no effect: objects never travel, since what came as one would be code from the wire. */
  get allowObjectDecoding(): boolean {
    return this.#allowObjectDecoding;
  }

  set allowObjectDecoding(allow: boolean) {
    this.#allowObjectDecoding = allow;
  }

  isObjectDecodingAllowed(): boolean {
    return this.allowObjectDecoding;
  }

  setAllowObjectDecoding(allow: boolean): void {
    this.allowObjectDecoding = allow;
  }

  #tellConnected(peer: number): void {
    if (peer === TARGET_PEER_SERVER) this.connected_to_server.emit();
    this.peer_connected.emit(peer);
  }
}

function isPacketLimit(bytes: number): boolean {
  if (Number.isInteger(bytes) && bytes >= LEAST_PACKET_LIMIT) return true;
  fail(Err.ERR_INVALID_PARAMETER, `A packet limit is at least ${LEAST_PACKET_LIMIT} bytes, not ${String(bytes)}`);
  return false;
}
