import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawWebSocketOptions, RawWebSocketSink } from '../websocket-transport.js';
import { UpgradeRequest } from './upgrade-request.js';
import { WS_OPTIONS, type WsModule } from './ws-module.js';
import { WsRawSocket } from './ws-raw-socket.js';

/** Godot's limit for the head of a request. */
const MAX_HEADER_BYTES = 4096;

/** The side that is asked. The upgrade is answered by `poll`; on a violation the client is dropped without an answer. */
export class AcceptedSocket extends WsRawSocket {
  readonly #ws: WsModule;
  readonly #options: RawWebSocketOptions;
  #request: UpgradeRequest | null = null;

  constructor(ws: WsModule, stream: Socket | UpgradeRequest, options: RawWebSocketOptions, sink: RawWebSocketSink) {
    super(sink);
    this.#ws = ws;
    this.#options = options;
    if (stream instanceof UpgradeRequest) {
      this.socket = stream.socket;
      this.#request = stream;
    } else {
      this.socket = stream;
      this.#readRequest(stream);
    }
    // Afterwards it is for `ws` to tell, which knows the code.
    this.socket.on('close', () => {
      if (!this.isBound) this.reportClosed(-1, '');
    });
  }

  override poll(): void {
    const upgrade = this.#request;
    if (upgrade === null) return;
    this.#request = null;
    const protocol = upgrade.choose(this.#options.protocols);
    if (protocol === null) upgrade.socket.destroy();
    else this.#answer(upgrade, protocol);
  }

  /** An HTTP server that never listens is the parser. It gets this one stream, and answers nothing by itself. */
  #readRequest(stream: Socket): void {
    const http = createServer({ maxHeaderSize: MAX_HEADER_BYTES });
    const refuse = (): void => void stream.destroy();
    http.on('upgrade', (request, socket, head) => {
      this.#request = new UpgradeRequest(request, socket as Socket, head);
    });
    for (const event of ['request', 'checkContinue', 'checkExpectation', 'connect', 'clientError']) {
      http.on(event, refuse);
    }
    stream.on('error', () => {});
    http.emit('connection', stream);
    stream.resume();
  }

  #answer({ request, socket, head, url }: UpgradeRequest, protocol: string): void {
    const server = new this.#ws.WebSocketServer({
      ...WS_OPTIONS,
      noServer: true,
      clientTracking: false,
      maxPayload: this.#options.maxMessageBytes,
    });
    // Chosen already; `ws` would be stricter about how the list is written, and answer 400.
    delete request.headers['sec-websocket-protocol'];
    server.on('headers', (lines) => {
      if (protocol !== '') lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
      lines.push(...this.#options.headers);
    });
    server.handleUpgrade(request, socket as Duplex, head, (ws) => {
      this.bind(ws);
      this.reportOpened(protocol, url);
    });
  }
}
