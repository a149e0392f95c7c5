import {
  Err,
  type ListenOptions,
  type RawWebSocket,
  type RawWebSocketOptions,
  type RawWebSocketSink,
  type WebSocketListener,
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
  type WebSocketNewcomer,
  type WebSocketTransport,
} from 'scenewire';
import { ManualClock } from 'scenewire/testing';

/** What TCP holds between two ends before the sender's process has to. */
const TCP_WINDOW_BYTES = 64 * 1024;
const MESSAGE_TOO_BIG = 1009;

type Item =
  | { readonly at: number; readonly kind: 'message'; readonly bytes: Uint8Array; readonly isText: boolean }
  | { readonly at: number; readonly kind: 'close'; readonly code: number };

/** One end of a connection. What the other end sent waits here until the line has carried it. */
class NetworkEnd implements RawWebSocket {
  isClosing = false;
  other!: NetworkEnd;
  sink!: RawWebSocketSink;
  options!: RawWebSocketOptions;
  readonly #network: WebSocketNetwork;
  #coming: Item[] = [];
  #waitingBytes = 0;
  #isPaused = false;
  #isOver = false;
  #lineFreeAt = 0;

  constructor(network: WebSocketNetwork) {
    this.#network = network;
  }

  get bufferedAmount(): number {
    return Math.max(0, this.other.#waitingBytes - TCP_WINDOW_BYTES);
  }

  poll(): void {}

  send(packet: Uint8Array): Err {
    return this.#transmit(packet, false);
  }

  sendText(text: string): Err {
    return this.#transmit(new TextEncoder().encode(text), true);
  }

  close(code: number): void {
    this.isClosing = true;
    this.other.#queue({ at: this.#arrival(0), kind: 'close', code });
  }

  drop(): void {
    if (!this.#isOver && !this.isClosing) this.other.#queue({ at: this.#arrival(0), kind: 'close', code: -1 });
    this.#isOver = true;
  }

  pause(): boolean {
    this.#isPaused = true;
    return true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  ping(): void {}
  setNoDelay(): void {}

  /** Hands over what has arrived by now. */
  step(now: number): void {
    while (!this.#isPaused && this.#coming.length > 0 && (this.#coming[0]?.at ?? 0) <= now) {
      const item = this.#coming.shift() as Item;
      if (item.kind === 'message') this.#receive(item.bytes, item.isText);
      else this.#end(item.code);
    }
  }

  #transmit(bytes: Uint8Array, isText: boolean): Err {
    if (this.#isOver || this.isClosing) return Err.FAILED;
    const { log } = this.#network;
    log.push({ from: this, hex: Buffer.from(bytes).toString('hex'), isText });
    this.other.#queue({ at: this.#arrival(bytes.length), kind: 'message', bytes: bytes.slice(), isText });
    this.other.#waitingBytes += bytes.length;
    return Err.OK;
  }

  #arrival(bytes: number): number {
    const { clock, bytesPerMs, latencyMs } = this.#network;
    this.#lineFreeAt = Math.max(clock.now(), this.#lineFreeAt) + bytes / bytesPerMs;
    return this.#lineFreeAt + latencyMs;
  }

  #queue(item: Item): void {
    this.#coming.push(item);
  }

  #receive(bytes: Uint8Array, isText: boolean): void {
    this.#waitingBytes -= bytes.length;
    if (this.#isOver) return;
    if (bytes.length > this.options.maxMessageBytes) this.close(MESSAGE_TOO_BIG);
    else this.sink.received(bytes, isText);
  }

  /** A close frame is answered; whoever began is told with the answer. */
  #end(code: number): void {
    if (this.#isOver) return;
    if (code >= 0 && !this.isClosing) this.close(code);
    this.#isOver = true;
    this.sink.closed(code, '');
  }
}

/** WebSockets without sockets, on a manual clock: a line with a latency and a rate, which can be cut. */
export class WebSocketNetwork implements WebSocketTransport {
  readonly ownsSockets = true;
  readonly clock: ManualClock;
  /** Every message that was sent, in order. */
  readonly log: { readonly from: object; readonly hex: string; readonly isText: boolean }[] = [];
  latencyMs = 0;
  bytesPerMs = Number.POSITIVE_INFINITY;
  /** Nothing arrives any more, and nobody is told. */
  isCut = false;
  /** Nothing arrives at these. */
  readonly deaf = new Set<object>();
  readonly #ends: NetworkEnd[] = [];
  readonly #waiting: { end: NetworkEnd; url: string }[] = [];

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  connect(url: URL, options: RawWebSocketOptions, _tls: unknown, sink: RawWebSocketSink): RawWebSocket {
    const [client, server] = [new NetworkEnd(this), new NetworkEnd(this)];
    client.other = server;
    server.other = client;
    client.sink = sink;
    client.options = options;
    this.#waiting.push({ end: server, url: url.href });
    return client;
  }

  accept(stream: unknown, options: RawWebSocketOptions, sink: RawWebSocketSink): RawWebSocket {
    const { end, url } = stream as { end: NetworkEnd; url: string };
    end.sink = sink;
    end.options = options;
    for (const one of [end, end.other]) one.sink.opened({ protocol: '', host: '127.0.0.1', port: 7, url });
    this.#ends.push(end, end.other);
    return end;
  }

  listen(_options: ListenOptions): WebSocketListener {
    return { port: 7, failure: null, refused: 0, take: () => this.#take(), close: () => {} };
  }

  #take(): WebSocketNewcomer | null {
    const stream = this.#waiting.shift();
    return stream === undefined ? null : { stream, source: '' };
  }

  step(): void {
    for (const end of this.#ends) if (!this.isCut && !this.deaf.has(end)) end.step(this.clock.now());
  }
}

export const FRAME_MS = 16;

/** A server with one client on a `WebSocketNetwork`, and what they tell. */
export class LinkRoom {
  readonly clock = new ManualClock();
  readonly network = new WebSocketNetwork(this.clock);
  readonly log: string[] = [];
  readonly server: WebSocketMultiplayerPeer;
  readonly client: WebSocketMultiplayerPeer;

  constructor(server: WebSocketMultiplayerPeerOptions = {}, client: WebSocketMultiplayerPeerOptions = {}) {
    this.server = this.make('server', server);
    this.client = this.make('client', client);
  }

  make(name: string, options: WebSocketMultiplayerPeerOptions = {}): WebSocketMultiplayerPeer {
    const peer = new WebSocketMultiplayerPeer({ clock: this.clock, transport: this.network, ...options });
    peer.peer_connected.connect(() => this.log.push(`${name} connected`));
    peer.peer_disconnected.connect((_id, reason) => this.log.push(`${name} disconnected ${reason}`));
    peer.peer_unresponsive.connect(() => this.log.push(`${name} unresponsive`));
    peer.peer_responsive.connect(() => this.log.push(`${name} responsive`));
    peer.peer_drained.connect(() => this.log.push(`${name} drained`));
    return peer;
  }

  get id(): number {
    return this.client.getUniqueId();
  }

  /** Server and client are connected, and the link has settled. */
  join(url = 'ws://127.0.0.1:7/'): this {
    this.server.createServer(7);
    this.client.createClient(url);
    this.frames(100);
    if (this.client.getConnectionStatus() !== 2) throw new Error('The client did not connect');
    this.log.length = 0;
    return this;
  }

  frames(count: number, peers: readonly WebSocketMultiplayerPeer[] = [this.server, this.client]): void {
    for (let i = 0; i < count; i += 1) {
      this.clock.advance(FRAME_MS);
      this.network.step();
      for (const peer of peers) peer.poll();
    }
  }
}

/** All packets, in short: "7: 01ff". */
export function readAll(peer: WebSocketMultiplayerPeer): string[] {
  const all: string[] = [];
  while (peer.getAvailablePacketCount() > 0) {
    const from = peer.getPacketPeer();
    all.push(`${from}: ${Buffer.from(peer.getPacket()).toString('hex')}`);
  }
  return all;
}
