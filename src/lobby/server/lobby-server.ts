import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Authorize } from './authorization.js';
import { AllowedOrigins } from './http/allowed-origins.js';
import { ClientAddress, type TrustProxy } from './http/client-address.js';
import { Pages } from './http/pages.js';
import { SocketAcceptor } from './http/socket-acceptor.js';
import { type IceOptions, type IceProvider, iceProvider } from './ice.js';
import { Lobby } from './lobby.js';
import type { LobbyLimits } from './lobby-limits.js';
import { LobbyLog, type LobbyLogSink, type LogEntry } from './lobby-log.js';
import type { RoomNameKind } from './room-namer.js';
import type { LobbyStore } from './store/lobby-store.js';
import { MemoryStore } from './store/memory-store.js';

export interface LobbyServerOptions {
  /** A port of its own. Default: 9080, as Godot's. 0: any free one. */
  readonly port?: number;
  /** The address to listen at. Default: all. */
  readonly host?: string;
  /** PEM texts, for `wss` without a proxy. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Instead of a port of its own: an existing server, whose other requests and upgrades go on as before. */
  readonly server?: Server;
  /** The only path that is served, such as `/lobby`. Default: any. */
  readonly path?: string;
  /** Health, metrics and status, on the same port. Default: true with a port of its own. */
  readonly pages?: boolean;
  /** A port of their own for those pages, for operators only. */
  readonly admin?: { readonly port: number; readonly host?: string };

  /** Where rooms are kept. Default: in this process. */
  readonly store?: LobbyStore;
  readonly limits?: Partial<LobbyLimits>;
  readonly ice?: IceOptions | IceProvider;
  readonly authorize?: Authorize;
  /** Pages that may connect. Default: all. */
  readonly origins?: readonly string[];
  /** Keeps out what sends no origin, which is everything but browsers. */
  readonly requireOrigin?: boolean;
  readonly trustProxy?: TrustProxy;
  /** How rooms of Godot's clients are named. Default: `random`. */
  readonly plainNames?: RoomNameKind;
  /** Default: the log of the library. */
  readonly log?: LobbyLogSink;
  /** What the log is for at least. Default: `info`; `debug` has an entry for each request that is refused. */
  readonly logLevel?: LogEntry['level'];
  /** Writes the names of rooms and the addresses of clients into the log. Default: false. */
  readonly logNames?: boolean;
}

export const DEFAULT_LOBBY_PORT = 9080;

const TICK_MS = 100;
/** A handshake that takes longer is none of a player's. */
const HANDSHAKE_MS = 10_000;
const CHECK_HANDSHAKES_MS = 2000;
/** Beside WebSockets: pages, and handshakes that come to nothing. */
const SPARE_CONNECTIONS = 1024;
/** How long closing connections may take that were asked to. */
const FAREWELL_MS = 3500;
const WAIT_MS = 50;

/**
 * A lobby behind a port: its own, or that of an existing web server.
 * @example
 * ```ts run
 * import { LobbyServer } from 'scenewire/lobby-server';
 *
 * const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', logLevel: 'warn', limits: { roomMembers: 16 } });
 * const address = await lobby.listen();
 * console.log(address?.port !== 0); // → true
 * await lobby.close();
 * ```
 */
export class LobbyServer {
  readonly #options: LobbyServerOptions;
  readonly #lobby: Lobby;
  readonly #acceptor: SocketAcceptor;
  readonly #pages: Pages;
  readonly #server: Server;
  readonly #adminServer: Server | null;
  #ticking: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;

  /** Throws for options that can't be meant. */
  constructor(options: LobbyServerOptions = {}) {
    const { origins = null, requireOrigin = false, trustProxy = false, ice = {} } = options;
    const store = options.store ?? new MemoryStore();
    this.#options = options;
    this.#lobby = new Lobby({
      store,
      limits: options.limits ?? {},
      ice: typeof ice === 'function' ? ice : iceProvider(ice, () => store.now()),
      authorize: options.authorize,
      plainNames: options.plainNames ?? 'random',
      log: new LobbyLog(options.log, options.logLevel, options.logNames),
    });
    const allowed = new AllowedOrigins(origins, requireOrigin);
    this.#acceptor = new SocketAcceptor(this.#lobby, new ClientAddress(trustProxy), allowed);
    const prefix = options.server === undefined ? '' : (options.path ?? '').replace(/\/$/, '');
    this.#pages = new Pages(this.#lobby, prefix);
    this.#server = options.server ?? this.#makeServer(options, this.#lobby.services.limits.sockets);
    this.#adminServer =
      options.admin === undefined ? null : createServer((request, response) => this.#serve(request, response));
  }

  get lobby(): Lobby {
    return this.#lobby;
  }

  /** Of the pages, when they have one of their own. */
  get adminPort(): number | null {
    return (this.#adminServer?.address() as AddressInfo | null | undefined)?.port ?? null;
  }

  /** Resolves when clients can come; rejects when the port or the store can't be had. */
  async listen(): Promise<AddressInfo | null> {
    await this.#lobby.open();
    try {
      await this.#listen();
    } catch (thrown) {
      await this.#end();
      throw thrown;
    }
    // Behind what came from the network: if the process stood still, it is not too late for what waits there.
    this.#ticking = setInterval(() => setImmediate(() => this.#lobby.tick()), TICK_MS);
    const address = this.#server.address() as AddressInfo | null;
    const { log, store } = this.#lobby.services;
    const admin = this.adminPort;
    const ports = { port: address?.port ?? 0, ...(admin !== null && { admin }) };
    log.write('info', 'listening', { ...ports, process: store.process });
    return address;
  }

  /** For a server of yours: true when the request was for one of the pages, which are below `path`, and is answered. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#pages.handle(request, response);
  }

  /** Lets nobody in any more, and ends when everybody is gone, but at the latest after `drainMs`. */
  close(drainMs = 0): Promise<void> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  async #close(drainMs: number): Promise<void> {
    this.#lobby.drain();
    await this.#untilEmpty(drainMs);
    this.#lobby.expelAll();
    await this.#untilEmpty(FAREWELL_MS);
    await this.#end();
  }

  async #listen(): Promise<void> {
    const { port = DEFAULT_LOBBY_PORT, host, server, admin } = this.#options;
    this.#server.on('upgrade', this.#onUpgrade);
    if (server === undefined) await listen(this.#server, port, host);
    if (this.#adminServer !== null) await listen(this.#adminServer, admin!.port, admin!.host);
  }

  async #end(): Promise<void> {
    this.#server.off('upgrade', this.#onUpgrade);
    const servers = [this.#options.server === undefined ? this.#server : null, this.#adminServer];
    await Promise.all(servers.map((server) => server && stop(server)));
    if (this.#ticking !== null) clearInterval(this.#ticking);
    await this.#lobby.close();
  }

  async #untilEmpty(withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while (this.#lobby.connections.size > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { path, server } = this.#options;
    if (path === undefined || pathOf(request) === path) this.#acceptor.upgrade(request, socket, head);
    else if (server === undefined) socket.destroy();
  };

  #makeServer({ tls, pages = true }: LobbyServerOptions, sockets: number): Server {
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      if (pages) this.#serve(request, response);
      else response.writeHead(404).end();
    };
    const times = {
      headersTimeout: HANDSHAKE_MS,
      requestTimeout: HANDSHAKE_MS,
      connectionsCheckingInterval: CHECK_HANDSHAKES_MS,
    };
    const server = tls === undefined ? createServer(times, serve) : createTlsServer({ ...times, ...tls }, serve);
    server.maxConnections = sockets + SPARE_CONNECTIONS;
    server.on('clientError', (_error, socket) => socket.destroy());
    return server;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#pages.handle(request, response)) response.writeHead(404, { 'Content-Length': 0 }).end();
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
