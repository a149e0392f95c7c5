import { Err } from '../../../core/err.js';
import { fail, messageOf } from '../../../core/fail.js';
import type {
  RawWebSocket,
  RawWebSocketOptions,
  RawWebSocketSink,
  WebSocketListener,
  WebSocketTransport,
} from '../websocket-transport.js';
import { isPageCode, NORMAL_CLOSURE, type TLSOptions } from '../websocket-types.js';

const encoder = new TextEncoder();
const NO_STATUS = 1005;

class BrowserSocket implements RawWebSocket {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, url: URL, sink: RawWebSocketSink) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => sink.opened({ protocol: socket.protocol, host: '', port: 0, url: url.href });
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') sink.received(encoder.encode(data), true);
      else sink.received(new Uint8Array(data), false);
    };
    // An error tells nothing, and the end follows it.
    socket.onclose = ({ code, reason, wasClean }) => sink.closed(wasClean || code === NO_STATUS ? code : -1, reason);
  }

  get isClosing(): boolean {
    return this.#socket.readyState === WebSocket.CLOSING;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(packet: Uint8Array): Err {
    return this.#send(packet as Uint8Array<ArrayBuffer>);
  }

  sendText(text: string): Err {
    return this.#send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(isPageCode(code) ? code : NORMAL_CLOSURE, reason);
  }

  /** A page can't leave without a close frame; this one has no code. */
  drop(): void {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  pause(): boolean {
    return false;
  }

  // What follows is not in a page's hands.
  poll(): void {}
  ping(): void {}
  resume(): void {}
  setNoDelay(): void {}

  #send(data: string | Uint8Array<ArrayBuffer>): Err {
    // Where the end has begun but was not told yet, the platform would only count the bytes.
    if (this.#socket.readyState !== WebSocket.OPEN) return Err.FAILED;
    this.#socket.send(data);
    return Err.OK;
  }
}

/** WebSockets as a page has them. */
export const browserTransport: WebSocketTransport = {
  ownsSockets: false,

  connect(url: URL, options: RawWebSocketOptions, tls: TLSOptions | null, sink: RawWebSocketSink): RawWebSocket | Err {
    if (tls !== null) return fail(Err.ERR_UNAVAILABLE, 'A page has no say in TLS');
    try {
      return new BrowserSocket(new WebSocket(url.href, [...options.protocols]), url, sink);
    } catch (thrown) {
      return fail(Err.ERR_INVALID_PARAMETER, `The browser refuses ${url.href}: ${messageOf(thrown)}`);
    }
  },

  accept(): Err {
    return fail(Err.ERR_UNAVAILABLE, 'A page cannot accept connections');
  },

  listen(): WebSocketListener | Err {
    return fail(Err.ERR_UNAVAILABLE, 'A page cannot be a WebSocket server');
  },
};
