import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { addressKey } from '../../../core/address-key.js';
import { FairShare } from '../fair-share.js';
import type { Newcomer, WebSocketListener } from '../websocket-transport.js';
import type { AttachOptions, TLSOptions, UpgradeListener } from '../websocket-types.js';
import { UpgradeRequest } from './upgrade-request.js';

/** Clients that may wait to be taken: as many as Node lets wait in the kernel. */
const BACKLOG = 511;

/** Connections that wait for a poll, and go on waiting while new ones are refused. Nothing is read from them. */
class Backlog<T> {
  readonly #waiting = new FairShare<{ readonly socket: Socket; readonly stream: T }>(BACKLOG);
  refused = 0;

  add(socket: Socket, stream: T): void {
    const source = addressKey(socket.remoteAddress ?? '');
    if (!this.#waiting.admits(source)) {
      this.#refuse(socket);
      return;
    }
    const item = { socket, stream };
    const gone = this.#waiting.add(source, item);
    if (gone !== undefined) this.#refuse(gone.socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#waiting.delete(source, item));
  }

  take(isWelcome: (source: string) => boolean): { readonly source: string; readonly stream: T } | null {
    const taken = this.#waiting.take(isWelcome);
    return taken === null ? null : { source: taken.source, stream: taken.item.stream };
  }

  clear(): void {
    for (const { item } of this.#waiting) item.socket.destroy();
    this.#waiting.clear();
  }

  #refuse(socket: Socket): void {
    this.refused += 1;
    socket.destroy();
  }
}

/** A port of its own. */
export class PortListener implements WebSocketListener {
  failure: string | null = null;
  readonly #server: Server;
  readonly #secure: SecureContext | null;
  readonly #backlog = new Backlog<Socket>();

  /** Throws when the key or the certificate is none. */
  constructor(port: number, bindAddress: string, tls: TLSOptions | null) {
    const { key, certificate: cert } = tls?.server ?? {};
    this.#secure = tls === null ? null : createSecureContext({ key, cert });
    this.#server = createServer({ pauseOnConnect: true, noDelay: true });
    this.#server.on('connection', (socket) => this.#backlog.add(socket, socket));
    this.#server.on('error', (error) => {
      this.failure = error.message;
    });
    // Without a host Node listens before this returns, so that a failure shows at once.
    this.#server.listen(bindAddress === '*' ? { port } : { port, host: bindAddress });
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  get port(): number {
    return portOf(this.#server.address());
  }

  get refused(): number {
    return this.#backlog.refused;
  }

  take(isWelcome: (source: string) => boolean): Newcomer | null {
    const newcomer = this.#backlog.take(isWelcome);
    if (newcomer === null || this.#secure === null) return newcomer;
    const { source, stream } = newcomer;
    return { source, stream: new TLSSocket(stream, { isServer: true, secureContext: this.#secure }) };
  }

  close(): void {
    this.#server.close(() => {});
    this.#backlog.clear();
  }
}

/** The port of an existing web server, whose other requests go on as before. */
export class AttachedListener implements WebSocketListener {
  readonly failure = null;
  readonly #attach: AttachOptions;
  readonly #backlog = new Backlog<UpgradeRequest>();
  readonly #onUpgrade: UpgradeListener = (request, socket, head) => {
    const { path } = this.#attach;
    if (path !== undefined && pathOf(request as IncomingMessage) !== path) return;
    const upgrade = new UpgradeRequest(request as IncomingMessage, socket as Socket, head as Buffer);
    this.#backlog.add(upgrade.socket, upgrade);
  };

  constructor(attach: AttachOptions) {
    this.#attach = attach;
    attach.server.on('upgrade', this.#onUpgrade);
  }

  get port(): number {
    return portOf(this.#attach.server.address?.());
  }

  get refused(): number {
    return this.#backlog.refused;
  }

  take(isWelcome: (source: string) => boolean): Newcomer | null {
    return this.#backlog.take(isWelcome);
  }

  close(): void {
    this.#attach.server.off('upgrade', this.#onUpgrade);
    this.#backlog.clear();
  }
}

/** Of a server's address, which is null before it listens, and a text for a pipe. */
const portOf = (address: unknown): number => (address as AddressInfo | null | undefined)?.port ?? 0;
const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';
