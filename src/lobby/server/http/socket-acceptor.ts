import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressKey } from '../../../core/address-key.js';
import { hasQuestion } from '../../../core/url-question.js';
import { CloseCode } from '../../protocol/lobby-reason.js';
import type { ConnectionPort } from '../connection-parts.js';
import { type Lobby, refusalText } from '../lobby.js';
import { Budgets } from '../store/budgets.js';
import type { SocketVerdict } from '../store/lobby-store.js';
import type { AllowedOrigins } from './allowed-origins.js';
import type { ClientAddress } from './client-address.js';
import { makeWsServer, WS_OPEN, type WsServer, type WsSocket } from './ws-module.js';

/** Handshakes, and connections on their way out, that may be under way at a time beside those that were admitted. */
const MAX_PENDING = 256;

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Turns upgrade requests into connections of the lobby. */
export class SocketAcceptor {
  readonly #lobby: Lobby;
  readonly #addresses: ClientAddress;
  readonly #origins: AllowedOrigins;
  readonly #server: WsServer;
  readonly #arrivals = new Budgets();
  #pending = 0;

  constructor(lobby: Lobby, addresses: ClientAddress, origins: AllowedOrigins) {
    this.#lobby = lobby;
    this.#addresses = addresses;
    this.#origins = origins;
    this.#server = makeWsServer(lobby.services.limits.frameBytes);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until `ws` has it nobody else listens, and an error would end the process.
    socket.on('error', () => {});
    const origin = request.headers.origin ?? null;
    const address = addressKey(this.#addresses.of(request));
    const { limits, store } = this.#lobby.services;
    if (!this.#origins.allows(origin)) this.#answer(socket, '403 Forbidden', 'origin');
    else if (this.#lobby.isDraining) this.#answer(socket, '503 Service Unavailable', 'draining');
    else if (this.#pending >= MAX_PENDING) this.#answer(socket, '503 Service Unavailable', 'pending');
    else if (!this.#arrivals.spend(address, limits.socketsPerMinute, store.now())) {
      this.#answer(socket, '429 Too Many Requests', 'too_often');
    } else void this.#admit({ request, socket, head }, address, origin);
  }

  async #admit({ request, socket, head }: Upgrade, address: string, origin: string | null): Promise<void> {
    this.#pending += 1;
    let isBound = false;
    let verdict: SocketVerdict | null = null;
    try {
      verdict = await this.#lobby.admit(address);
      this.#server.handleUpgrade(request, socket, head, (ws) => {
        isBound = true;
        if (verdict === 'ok') this.#connect(ws, request, address, origin);
        else this.#turnAway(ws, verdict ?? 'too_many_peers');
      });
    } catch {
      socket.destroy();
    } finally {
      this.#pending -= 1;
      // `ws` answers at once, or has refused the request.
      if (!isBound && verdict === 'ok') this.#lobby.release(address);
    }
  }

  #connect(ws: WsSocket, request: IncomingMessage, address: string, origin: string | null): void {
    const url = request.url ?? '';
    const visitor = { address, origin, urlToken: queryOf(url).get('token'), isOurs: hasQuestion(url) };
    const connection = this.#lobby.connect(visitor, portOf(ws));
    ws.on('message', (data) => connection.received(data));
    ws.on('pong', () => connection.ponged());
    ws.on('error', () => {});
    ws.on('close', (code) => this.#lobby.disconnect(connection, code));
  }

  /** A browser shows the reason of a close frame, but nothing of an HTTP answer. */
  #turnAway(ws: WsSocket, verdict: Exclude<SocketVerdict, 'ok'>): void {
    this.#pending += 1;
    ws.on('error', () => {});
    ws.on('close', () => {
      this.#pending -= 1;
    });
    ws.close(CloseCode.ERROR, refusalText(verdict));
  }

  #answer(socket: Duplex, status: string, reason: string): void {
    this.#lobby.services.metrics.count('sockets_refused_total', { reason });
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

function portOf(ws: WsSocket): ConnectionPort {
  return {
    get bufferedAmount() {
      return ws.bufferedAmount;
    },
    send: (text) => {
      if (ws.readyState === WS_OPEN) ws.send(text);
    },
    close: (code, reason) => ws.close(code, reason),
    terminate: () => ws.terminate(),
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    ping: () => {
      if (ws.readyState === WS_OPEN) ws.ping();
    },
  };
}

function queryOf(url: string): URLSearchParams {
  const query = url.indexOf('?');
  return new URLSearchParams(query === -1 ? '' : url.slice(query + 1));
}
