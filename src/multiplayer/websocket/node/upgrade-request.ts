import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A client that has asked for the upgrade and waits for the answer. */
export class UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;

  constructor(request: IncomingMessage, socket: Socket, head: Buffer) {
    this.request = request;
    this.socket = socket;
    this.head = head;
    // While it waits nobody else listens, and an error would end the process.
    socket.on('error', () => {});
  }

  /** What the client asked for. */
  get url(): string {
    const { request, socket } = this;
    return `${(socket as TLSSocket).encrypted ? 'wss' : 'ws'}://${request.headers.host ?? ''}${request.url ?? ''}`;
  }

  /**
   * The sub-protocol to answer with, empty for none; null when the request is not to be answered at all. The conditions
   * are Godot's, and include all for which `ws` would send an HTTP error.
   */
  choose(supported: readonly string[]): string | null {
    const { headers, method, httpVersion } = this.request;
    if (method !== 'GET' || httpVersion !== '1.1') return null;
    if (headers.upgrade?.toLowerCase() !== 'websocket' || headers['sec-websocket-version'] !== '13') return null;
    if (!/^[+/\dA-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) return null;
    const offered = headers['sec-websocket-protocol'];
    if (supported.length === 0) return offered === undefined ? '' : null;
    const names = (offered ?? '').split(',').map((name) => name.trim());
    return names.find((name) => supported.includes(name)) ?? null;
  }
}
