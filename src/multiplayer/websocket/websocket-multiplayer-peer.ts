import { webSocketTransport } from '#websocket';
import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail, pushError } from '../../core/fail.js';
import { isBytes } from '../../core/is-bytes.js';
import { hasQuestion, withQuestion } from '../../core/url-question.js';
import { NO_FEATURES } from '../announced-features.js';
import { checkedOptions } from '../link/checked-options.js';
import type { LinkOptions } from '../link/link-limits.js';
import type { LinkStats } from '../link/link-stats.js';
import type { ClockEstimate } from '../link/peer-clock.js';
import type { LinkTerms } from '../linked-route.js';
import { ConnectionStatus, TARGET_PEER_BROADCAST, TransferMode } from '../multiplayer-types.js';
import { ClientSession } from './client-session.js';
import { ConfiguredMultiplayerPeer } from './configured-multiplayer-peer.js';
import { IncomingPackets } from './incoming-packets.js';
import { hasRoomForLink } from './remote-peer.js';
import { ServerSession } from './server-session.js';
import type { Session, SessionHost } from './session.js';
import { type WebSocketInit, WebSocketPeer } from './websocket-peer.js';
import type { WebSocketTransport } from './websocket-transport.js';
import { type AttachOptions, isAttachment, isForServers, type TLSOptions } from './websocket-types.js';

const { CONNECTION_CONNECTED: CONNECTED, CONNECTION_DISCONNECTED: DISCONNECTED } = ConnectionStatus;

/** The longest header of a WebSocket frame without its mask; Godot leaves room for it. */
const FRAME_BYTES = 9;

export interface WebSocketMultiplayerPeerOptions extends WebSocketInit {
  /**
   * How the link to other scenewire peers behaves; false speaks to everybody as Godot does, but for a client whose URL
   * asks for the link by itself. It needs buffers of 16391 bytes at least in both directions, and is not there without.
   */
  link?: Partial<LinkOptions> | false;
}

/**
 * A server and its clients over WebSockets, as in Godot, and able to talk to Godot's. Every packet is reliable and on
 * channel 0, whatever was asked for; clients reach each other through the server.
 * @example
 * ```ts run
 * import { WebSocketMultiplayerPeer } from 'scenewire';
 *
 * const [server, client] = [new WebSocketMultiplayerPeer(), new WebSocketMultiplayerPeer()];
 * server.createServer(9084, '127.0.0.1'); // in Node
 * client.createClient('ws://127.0.0.1:9084'); // anywhere
 * client.peer_connected.connect((id) => console.log(`the server is peer ${id}`)); // → the server is peer 1
 *
 * const frames = setInterval(() => {
 *   for (const peer of [server, client]) peer.poll();
 *   if (client.getConnectionStatus() !== WebSocketMultiplayerPeer.CONNECTION_CONNECTED) return;
 *   for (const peer of [client, server]) peer.close();
 *   clearInterval(frames);
 * }, 16);
 * ```
 */
export class WebSocketMultiplayerPeer extends ConfiguredMultiplayerPeer {
  readonly #clock: Clock;
  readonly #transport: WebSocketTransport;
  readonly #incoming = new IncomingPackets();
  readonly #link: Partial<LinkOptions> | null;
  #isHidden = false;
  #session: Session | null = null;
  /**
   * For a server: which id a client gets that asks with this URL (its path and query). 0 is any free one, and below 0
   * keeps the client out, as an id that is taken does. Null chooses as Godot does. See `LobbySession.chooseSocketId`.
   */
  chooseId: ((url: string) => number) | null = null;

  constructor({ clock = realClock, transport = webSocketTransport, link = {} }: WebSocketMultiplayerPeerOptions = {}) {
    super(transport.ownsSockets);
    this.#clock = clock;
    this.#transport = transport;
    this.#link = link === false ? null : checkedOptions(link);
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
    this.#session = new ServerSession(this.#makeHost(this.#link), listener);
    return Err.OK;
  }

  /**
   * Begins to connect: CONNECTING until the server has sent an id. To the query of the URL it adds `scenewire=1`, which
   * Godot's servers don't read and ours answer; `getPeer(1)?.getRequestedUrl()` shows it.
   */
  createClient(url: string, tlsClientOptions: TLSOptions | null = null): Err {
    if (this.#session !== null) return fail(Err.ERR_ALREADY_IN_USE, 'The WebSocketMultiplayerPeer is in use');
    const asksForLink = this.#link !== null || hasQuestion(url);
    const host = this.#makeHost(asksForLink ? (this.#link ?? {}) : null);
    const socket = host.makeSocket();
    const target = asksForLink ? withQuestion(url, hasRoomForLink(socket)) : url;
    const err = socket.connectToUrl(target, tlsClientOptions);
    if (err === Err.OK) this.#session = new ClientSession(host, socket);
    return err;
  }

  poll(): void {
    this.deliverDeferred();
    this.#session?.poll();
  }

  override flush(): void {
    const peers = this.#session?.peers;
    if (peers === undefined) return;
    // PERF: by number. Frames ask, and an iterator would be garbage.
    for (let at = 0; at < peers.length; at += 1) peers[at]!.link?.flush();
  }

  override getPeerStats(peer: number): LinkStats | null {
    return this.#session?.peer(peer)?.link?.stats() ?? null;
  }

  override getPeerFeatures(peer: number): readonly string[] {
    return this.#session?.peer(peer)?.features ?? NO_FEATURES;
  }

  override getPeerClock(peer: number): ClockEstimate | null {
    return this.#session?.peer(peer)?.link?.clockEstimate() ?? null;
  }

  override setHidden(hidden: boolean): void {
    this.#isHidden = hidden;
    for (const { link } of this.#session?.peers ?? []) link?.setHidden(hidden);
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
    if (!isBytes(buffer)) return fail(Err.ERR_INVALID_PARAMETER, 'A packet is a Uint8Array');
    return buffer.length === 0 ? Err.OK : this.#session.put(this.target, buffer);
  }

  /** @internal */
  override connectedIds(): readonly number[] {
    const session = this.#session;
    // A client knows its server before it is there.
    return session?.status === CONNECTED ? session.peers.map(({ id }) => id) : [];
  }

  /** @internal */
  override objection(packet: Uint8Array): Err {
    return this.#session?.objection(this.target, packet) ?? Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    if (this.#session?.status !== CONNECTED) return Err.ERR_UNCONFIGURED;
    return this.#incoming.take() ?? Err.ERR_UNAVAILABLE;
  }

  /** The WebSocket of a peer: its address, the URL it asked for. Reading or polling it is this object's business. */
  getPeer(peerId: number): WebSocketPeer | null {
    const socket = this.#session?.peer(peerId)?.socket;
    if (socket === undefined) pushError(`There is no peer ${peerId}`, Err.ERR_DOES_NOT_EXIST);
    return socket ?? null;
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

  /** One for each session, so that a session which has ended can tell. */
  #makeHost(link: Partial<LinkOptions> | null): SessionHost {
    const peer = this;
    const host: SessionHost = {
      clock: this.#clock,
      incoming: this.#incoming,
      link: link === null ? null : this.#makeTerms(link),
      get refuseNewConnections() {
        return peer.refuseNewConnections;
      },
      get handshakeTimeoutMs() {
        return peer.handshakeTimeout * 1000;
      },
      makeSocket: () => this.#makeSocket(),
      generateUniqueId: () => this.generateUniqueId(),
      chooseId: (url) => choose(this.chooseId, url),
      connected: (id) => {
        this.peer_connected.emit(id);
        return this.#session?.host === host;
      },
      disconnected: (id, reason) => {
        this.peer_disconnected.emit(id, reason);
        return this.#session?.host === host;
      },
      noticed: (id, event) => {
        this.tell(id, event);
        return this.#session?.host === host;
      },
      ended: () => this.#clear(),
    };
    return host;
  }

  #makeTerms(options: Partial<LinkOptions>): LinkTerms {
    const peer = this;
    return {
      clock: this.#clock,
      options,
      get isHidden() {
        return peer.#isHidden;
      },
    };
  }

  #makeSocket(): WebSocketPeer {
    const socket = new WebSocketPeer({ clock: this.#clock, transport: this.#transport });
    socket.adoptSettings(this.settings);
    return socket;
  }

  #clear(): void {
    this.#session = null;
    this.#incoming.clear();
    this.target = TARGET_PEER_BROADCAST;
  }
}

/** Who can't choose lets nobody in. */
function choose(chooseId: ((url: string) => number) | null, url: string): number {
  try {
    return chooseId?.(url) ?? 0;
  } catch (thrown) {
    pushError('chooseId threw', Err.ERR_SCRIPT_FAILED, thrown);
    return -1;
  }
}
