import { Err } from '../core/err.js';
import { fail, pushError } from '../core/fail.js';
import { isBytes } from '../core/is-bytes.js';
import type { PeerIdentity } from '../extension/identity-types.js';
import { NO_FEATURES } from './announced-features.js';
import { type ClientAttempt, ClientAttempts, type FallbackOptions } from './client-attempts.js';
import { CompositeMember } from './composite-member.js';
import type { LinkStats } from './link/link-stats.js';
import type { ClockEstimate } from './link/peer-clock.js';
import { isCarrier, type MediaCarrier, type MediaPort } from './media/media-port.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import { ConnectionStatus, TARGET_PEER_BROADCAST, TransferMode } from './multiplayer-types.js';

const { CONNECTION_DISCONNECTED: DISCONNECTED, CONNECTION_CONNECTED: CONNECTED } = ConnectionStatus;

/**
 * Several transports behind one peer. As a server it has the clients of all of them, so that browsers over WebRTC and
 * players whose network lets only a WebSocket through share one room. As a client it takes the first way that works.
 * @example
 * ```ts run
 * import { CompositeMultiplayerPeer, WebRTCMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
 *
 * const [webrtc, websocket] = [new WebRTCMultiplayerPeer(), new WebSocketMultiplayerPeer()];
 * webrtc.createServer(); // addPeer() is called on it, as without the composite
 * websocket.createServer(9080, '127.0.0.1');
 *
 * const server = new CompositeMultiplayerPeer();
 * server.createServer([webrtc, websocket]);
 * server.peer_connected.connect((id) => console.log(`${id} by ${server.getTransport(id)?.constructor.name}`));
 * console.log(server.getUniqueId()); // → 1
 * server.close();
 * ```
 */
export class CompositeMultiplayerPeer extends MultiplayerPeer {
  #members: readonly CompositeMember[] = [];
  /** The member whose packet is given next. */
  #next: CompositeMember | null = null;
  #attempts = new ClientAttempts([], {});
  #isHidden = false;
  #media: MediaPort | null = null;

  /**
   * The transports are servers already, and may have clients, of whom the next poll tells. Ids must not clash: a client
   * whose id is taken is refused.
   */
  createServer(transports: readonly MultiplayerPeer[]): Err {
    if (this.#isActive()) return fail(Err.ERR_ALREADY_IN_USE, 'The composite peer is active already');
    const servers = transports.filter((peer) => peer.getConnectionStatus() === CONNECTED && peer.isServer());
    if (servers.length === 0 || servers.length !== transports.length) {
      return fail(Err.ERR_INVALID_PARAMETER, 'A composite server needs transports that are servers');
    }
    if (new Set(transports).size !== transports.length) {
      return fail(Err.ERR_INVALID_PARAMETER, 'A composite server has each of its transports once');
    }
    // Those of a game that ended by itself: one of them may serve again.
    for (const member of this.#members) member.forget();
    this.#join(transports);
    return Err.OK;
  }

  /** Tries one way after the other until one stands. */
  createClient(attempts: readonly ClientAttempt[], options: FallbackOptions = {}): Err {
    if (this.#isActive()) return fail(Err.ERR_ALREADY_IN_USE, 'The composite peer is active already');
    this.#attempts = new ClientAttempts(attempts, options);
    return this.#tryNext() ? Err.OK : fail(Err.ERR_CANT_CONNECT, 'No attempt could begin');
  }

  poll(): void {
    this.deliverDeferred();
    // PERF: by number, as in `flush`: `for…of` makes objects until the engine has compiled this, which takes minutes.
    for (let at = 0; at < this.#members.length; at += 1) {
      const member = this.#members[at] as CompositeMember;
      member.peer.poll();
      // A listener may have closed this peer, or replaced its transports.
      if (!this.#members.includes(member)) return;
    }
    if (this.#attempts.areLeft) this.#fallBackIfStuck();
    // Nobody else says that all are gone.
    if (this.#members.length === 0) this.#media?.poll([]);
    this.#next ??= this.#findNext(null);
  }

  override flush(): void {
    for (let at = 0; at < this.#members.length; at += 1) this.#members[at]?.peer.flush();
  }

  override getPeerStats(peer: number): LinkStats | null {
    return this.getTransport(peer)?.getPeerStats(peer) ?? null;
  }

  override getPeerClock(peer: number): ClockEstimate | null {
    return this.getTransport(peer)?.getPeerClock(peer) ?? null;
  }

  override getPeerIdentity(peer: number): PeerIdentity | null {
    return this.getTransport(peer)?.getPeerIdentity(peer) ?? null;
  }

  override getPeerFeatures(peer: number): readonly string[] {
    return this.getTransport(peer)?.getPeerFeatures(peer) ?? NO_FEATURES;
  }

  override setHidden(hidden: boolean): void {
    this.#isHidden = hidden;
    for (const { peer } of this.#members) peer.setHidden(hidden);
  }

  /** @internal Who deals with the tracks of those who came by WebRTC, whichever transport that is. */
  get media(): MediaPort | null {
    return this.#media ?? this.#carriers.find(({ media }) => media !== null)?.media ?? null;
  }

  set media(media: MediaPort | null) {
    this.#media = media;
    for (const carrier of this.#carriers) carrier.media = media;
  }

  /** @internal A way that stands decides; until then it may be any. */
  get carriesMedia(): boolean {
    return this.getConnectionStatus() !== CONNECTED || this.#carriers.some(({ carriesMedia }) => carriesMedia);
  }

  close(): void {
    for (const member of this.#members) member.leave();
    this.#members = [];
    this.#next = null;
    this.#attempts.end();
    this.target = TARGET_PEER_BROADCAST;
  }

  disconnectPeer(peer: number, force = false): void {
    const owner = this.#ownerOf(peer);
    if (owner === undefined) pushError(`There is no peer ${peer}`, Err.ERR_DOES_NOT_EXIST);
    else owner.disconnect(peer, force);
  }

  override get refuseNewConnections(): boolean {
    return super.refuseNewConnections;
  }

  override set refuseNewConnections(refuse: boolean) {
    super.refuseNewConnections = refuse;
    for (const { peer } of this.#members) peer.refuseNewConnections = refuse;
  }

  getConnectionStatus(): ConnectionStatus {
    return this.#standing()?.getConnectionStatus() ?? DISCONNECTED;
  }

  getUniqueId(): number {
    return this.#standing()?.getUniqueId() ?? 0;
  }

  /** Ids of everybody who is connected, whichever way. */
  getPeerIds(): readonly number[] {
    return this.#members.flatMap((member) => [...member.ids]);
  }

  /** @internal */
  override connectedIds(): readonly number[] {
    return this.getPeerIds();
  }

  /** The transport that a peer came by; null for nobody. */
  getTransport(peer: number): MultiplayerPeer | null {
    return this.#ownerOf(peer)?.peer ?? null;
  }

  override isServerRelaySupported(): boolean {
    const standing = this.#members.filter(({ isStanding }) => isStanding);
    return standing.length > 0 && standing.every(({ peer }) => peer.isServerRelaySupported());
  }

  getMaxPacketSize(): number {
    return this.#members.reduce((least, { peer }) => Math.min(least, peer.getMaxPacketSize()), Number.MAX_SAFE_INTEGER);
  }

  getAvailablePacketCount(): number {
    if (this.#next === null) return 0;
    return this.#members.reduce((sum, { peer }) => sum + peer.getAvailablePacketCount(), 0);
  }

  getPacketPeer(): number {
    return this.#next?.peer.getPacketPeer() ?? 0;
  }

  getPacketChannel(): number {
    return this.#next?.peer.getPacketChannel() ?? 0;
  }

  getPacketMode(): TransferMode {
    return this.#next?.peer.getPacketMode() ?? TransferMode.TRANSFER_MODE_RELIABLE;
  }

  override getPacketTime(): number {
    return this.#next?.peer.getPacketTime() ?? Number.NaN;
  }

  putPacket(buffer: Uint8Array): Err {
    if (this.getConnectionStatus() !== CONNECTED) return Err.ERR_UNCONFIGURED;
    if (!isBytes(buffer)) return fail(Err.ERR_INVALID_PARAMETER, 'A packet is a Uint8Array');
    const { target } = this;
    if (!this.isServer()) return this.#members[0]?.put(buffer, target, this) ?? Err.ERR_UNCONFIGURED;
    if (target > TARGET_PEER_BROADCAST) {
      return this.#ownerOf(target)?.put(buffer, target, this) ?? Err.ERR_INVALID_PARAMETER;
    }
    let objection: Err = Err.OK;
    for (const member of this.#members) {
      const its = member.isStanding ? member.objection(buffer, targetIn(member, target), this) : Err.OK;
      if (its !== Err.OK) objection = its;
    }
    if (objection !== Err.OK) return objection;
    for (const member of this.#members) if (member.isStanding) member.put(buffer, targetIn(member, target), this);
    return Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    const from = this.#next ?? this.#findNext(null);
    if (from === null) return Err.ERR_UNAVAILABLE;
    const packet = from.peer.getPacket();
    const err = from.peer.getPacketError();
    this.#next = this.#findNext(from);
    return err === Err.OK ? packet : err;
  }

  #isActive(): boolean {
    return this.getConnectionStatus() !== DISCONNECTED || this.#attempts.areLeft;
  }

  /** A server stands as long as one of its transports does, whichever it is. */
  #standing(): MultiplayerPeer | undefined {
    for (const { isStanding, peer } of this.#members) if (isStanding) return peer;
    return undefined;
  }

  #ownerOf(peer: number): CompositeMember | undefined {
    for (const member of this.#members) if (member.ids.has(peer)) return member;
    return undefined;
  }

  /** One packet of each transport in turn, beginning behind the last one. */
  #findNext(last: CompositeMember | null): CompositeMember | null {
    const start = last === null ? 0 : this.#members.indexOf(last) + 1;
    for (let i = 0; i < this.#members.length; i += 1) {
      const member = this.#members[(start + i) % this.#members.length];
      if (member !== undefined && member.peer.getAvailablePacketCount() > 0) return member;
    }
    return null;
  }

  #join(transports: readonly MultiplayerPeer[]): void {
    this.#members = transports.map((peer) => this.#makeMember(peer));
    for (const member of this.#members) for (const id of member.adopt()) this.deferCall(() => this.#tellOf(member, id));
  }

  /** Of one who came before this peer, and is still here. */
  #tellOf(member: CompositeMember, id: number): void {
    if (this.#ownerOf(id) === member) this.peer_connected.emit(id);
  }

  get #carriers(): readonly MediaCarrier[] {
    return this.#members.map(({ peer }) => peer).filter(isCarrier);
  }

  #makeMember(peer: MultiplayerPeer): CompositeMember {
    peer.refuseNewConnections = this.refuseNewConnections;
    if (this.#media !== null && isCarrier(peer)) peer.media ??= this.#media;
    if (this.#isHidden) peer.setHidden(true);
    return new CompositeMember(peer, {
      isTaken: (id) => this.#ownerOf(id) !== undefined,
      onConnected: (id) => this.peer_connected.emit(id),
      onDisconnected: (id, reason) => this.peer_disconnected.emit(id, reason),
      onUnresponsive: (id) => this.peer_unresponsive.emit(id),
      onResponsive: (id) => this.peer_responsive.emit(id),
      onDrained: (id) => this.peer_drained.emit(id),
    });
  }

  #tryNext(): boolean {
    for (const member of this.#members) member.leave();
    this.#members = [];
    this.#next = null;
    const peer = this.#attempts.next();
    if (peer !== null) this.#join([peer]);
    return peer !== null;
  }

  #fallBackIfStuck(): void {
    const status = this.getConnectionStatus();
    if (status === CONNECTED) this.#attempts.end();
    else if (status === DISCONNECTED || this.#attempts.isLate) this.#tryNext();
  }
}

/** The one to leave out is known to one transport only; for the others it means everybody. */
function targetIn({ ids }: CompositeMember, target: number): number {
  return ids.has(-target) ? target : TARGET_PEER_BROADCAST;
}
