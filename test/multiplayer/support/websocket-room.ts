import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import {
  type MultiplayerPeer,
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
  WebSocketPeer,
} from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { clientHello, decodeFrame, encodeFrame, type Frame } from './websocket-frames.js';

/** How long something may take that is bound to happen. */
const PATIENCE_MS = 60_000;
/** How often the event loop turns before something counts as not happening. */
const QUIET_TURNS = 20;

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A TCP end that is driven by hand. */
export class RawEnd {
  readonly socket: Socket;
  bytes: Buffer = Buffer.alloc(0);
  /** The other side has closed. */
  closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
    });
    socket.on('end', () => {
      this.closed = true;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  send(...parts: readonly (string | Uint8Array)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  }

  sendFrame(name: string, payload: Uint8Array | readonly number[], masked = true, fin = true): void {
    this.send(encodeFrame(name, Uint8Array.from(payload), masked, fin));
  }

  /** A complete HTTP head, taken off the bytes. */
  takeHead(): string | null {
    const end = this.bytes.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const head = this.bytes.subarray(0, end + 4).toString('latin1');
    this.bytes = this.bytes.subarray(end + 4);
    return head;
  }

  takeFrame(): Frame | null {
    const found = decodeFrame(this.bytes);
    if (found === null) return null;
    this.bytes = this.bytes.subarray(found.size);
    return found.frame;
  }
}

/** A packet as it was read, in short: "7: 0301". */
export type Read = string;

/** Peers on real sockets of this machine. They are polled while something is awaited; the clock moves only by hand. */
export class WebSocketRoom {
  readonly clock = new ManualClock();
  /** Signals of all peers in order, "server peer_connected 7", and packets, "server packet 7 0301". */
  readonly log: string[] = [];
  /** Moves the clock with every poll. */
  msPerPoll = 0;
  readonly #polled: { poll(): void }[] = [];
  readonly #peers: { name: string; peer: MultiplayerPeer }[] = [];
  readonly #ends: (() => void)[] = [];

  make(name: string, reads = true, options: WebSocketMultiplayerPeerOptions = {}): WebSocketMultiplayerPeer {
    // As Godot; tests of the link ask for it.
    const peer = new WebSocketMultiplayerPeer({ clock: this.clock, link: false, ...options });
    this.add(name, peer, reads);
    this.#ends.push(() => peer.close());
    return peer;
  }

  add(name: string, peer: MultiplayerPeer, reads = true): void {
    peer.peer_connected.connect((id) => this.log.push(`${name} peer_connected ${id}`));
    peer.peer_disconnected.connect((id) => this.log.push(`${name} peer_disconnected ${id}`));
    this.#polled.push(peer);
    if (reads) this.#peers.push({ name, peer });
  }

  makeSocket(): WebSocketPeer {
    const socket = new WebSocketPeer({ clock: this.clock });
    this.#polled.push(socket);
    this.#ends.push(() => socket.close(-1));
    return socket;
  }

  /** A server on a free port. */
  serve(setUp: (server: WebSocketMultiplayerPeer) => void = () => {}): WebSocketMultiplayerPeer {
    const server = this.make('server');
    setUp(server);
    if (server.createServer(0) !== 0) throw new Error('No server');
    return server;
  }

  /** A server with clients named "client 1" and so on, all connected. */
  async fill(count: number): Promise<{ server: WebSocketMultiplayerPeer; clients: WebSocketMultiplayerPeer[] }> {
    const server = this.serve();
    const clients: WebSocketMultiplayerPeer[] = [];
    for (let i = 1; i <= count; i += 1) {
      const client = this.make(`client ${i}`);
      client.createClient(urlOf(server));
      await this.until(() => client.getConnectionStatus() === 2);
      clients.push(client);
    }
    this.log.length = 0;
    return { server, clients };
  }

  /** A raw client of a server. */
  async raw(port: number, localAddress = '127.0.0.1'): Promise<RawEnd> {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    this.#ends.push(() => socket.destroy());
    await once(socket, 'connect');
    return new RawEnd(socket);
  }

  /** A raw client that is through the handshake; its id has been read. */
  async rawPeer(port: number, path = '/'): Promise<{ raw: RawEnd; id: number }> {
    const raw = await this.raw(port);
    raw.send(clientHello('', path));
    await this.until(() => raw.takeHead() !== null);
    const { payload_hex } = await this.frame(raw);
    return { raw, id: Buffer.from(payload_hex, 'hex').readInt32LE() };
  }

  /** A raw server; its one client arrives in `end`. */
  async rawServer(): Promise<{ port: number; end: () => RawEnd | null }> {
    let end: RawEnd | null = null;
    const server: Server = createServer((socket) => {
      end = new RawEnd(socket);
      this.#ends.push(() => socket.destroy());
    });
    this.#ends.push(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, end: () => end };
  }

  async frame(end: RawEnd): Promise<Frame> {
    let frame: Frame | null = null;
    await this.until(() => {
      frame = end.takeFrame();
      return frame !== null;
    }, 'a frame');
    return frame as unknown as Frame;
  }

  poll(): void {
    this.clock.advance(this.msPerPoll);
    for (const one of this.#polled) one.poll();
    for (const { name, peer } of this.#peers) {
      while (peer.getAvailablePacketCount() > 0) {
        const from = peer.getPacketPeer();
        this.log.push(`${name} packet ${from} ${Buffer.from(peer.getPacket()).toString('hex')}`);
      }
    }
  }

  /** Polls until it is so; fails when that takes too long. */
  async until(condition: () => boolean, what = condition.toString()): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      this.poll();
      if (condition()) return;
      if (performance.now() > end) throw new Error(`Waited in vain for ${what}; so far: ${this.log.join(', ')}`);
      await turn();
    }
  }

  heard(line: string): Promise<void> {
    return this.until(() => this.log.includes(line), line);
  }

  /** Time for what must not happen. */
  async quiet(): Promise<void> {
    for (let i = 0; i < QUIET_TURNS; i += 1) {
      this.poll();
      await turn();
    }
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}

export const urlOf = (server: WebSocketMultiplayerPeer, path = ''): string =>
  `ws://127.0.0.1:${server.getServerPort()}${path}`;
