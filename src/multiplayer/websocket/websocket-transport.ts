import type { Err } from '../../core/err.js';
import type { AttachOptions, TLSOptions } from './websocket-types.js';

/** What one connection needs to know, from its beginning on. */
export interface RawWebSocketOptions {
  /** Sub-protocols: those a client offers, or those a server supports. */
  readonly protocols: readonly string[];
  /** Further lines of the handshake, as `Name: value`. */
  readonly headers: readonly string[];
  /** A longer message ends the connection with code 1009. */
  readonly maxMessageBytes: number;
}

/** What is known once the handshake is through. */
export interface OpenedWebSocket {
  readonly protocol: string;
  /** The address of the other side; empty and 0 where the platform does not tell. */
  readonly host: string;
  readonly port: number;
  /** What the client asked for. */
  readonly url: string;
}

/** Where a socket reports, from anywhere and at any time: the sink enqueues and returns, and never throws. */
export interface RawWebSocketSink {
  opened(socket: OpenedWebSocket): void;
  /** The packet belongs to the sink from now on. */
  received(packet: Uint8Array, isText: boolean): void;
  ponged(): void;
  /** The other side broke the protocol; the end follows. */
  violated(): void;
  /** The last report. The code is -1 when there was no closing handshake. */
  closed(code: number, reason: string): void;
}

/** One connection. Its calls never throw, and none of them waits. */
export interface RawWebSocket {
  /** The handshake of one that was accepted is answered in here, so that it happens inside a frame. */
  poll(): void;
  /** The packet may be reused as soon as this returns. */
  send(packet: Uint8Array): Err;
  sendText(text: string): Err;
  ping(): void;
  /** Begins the closing handshake, with a code and a reason that a close frame may carry. */
  close(code: number, reason: string): void;
  /** Ends the connection without one, behind what was sent. Nothing is reported any more. */
  drop(): void;
  /** A closing handshake is under way, whoever began it. */
  readonly isClosing: boolean;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Stops reading, so that the other side has to wait. False where the platform can't. */
  pause(): boolean;
  resume(): void;
  setNoDelay(enabled: boolean): void;
}

/** A connection that asks to be let in. */
export interface Newcomer {
  /** In the form that `accept` wants. */
  readonly stream: unknown;
  /** Where it comes from, such as its address: those of one source share the room there is for newcomers. */
  readonly source: string;
}

/** A server that waits for connections. Nothing is accepted by itself: `take` is called from inside a frame. */
export interface WebSocketListener {
  /** 0 until it is known. */
  readonly port: number;
  /** Why it can't listen, found out after `listen` has returned. */
  readonly failure: string | null;
  /** Connections that waited in vain, since there were too many. */
  readonly refused: number;
  /** The next one that asks to be let in and whose source is welcome, each source in turn; null when there is none. */
  take(isWelcome: (source: string) => boolean): Newcomer | null;
  /** Stops listening. Connections that were taken stay. */
  close(): void;
}

export interface ListenOptions {
  readonly port: number;
  /** An IP address, or `*` for all. */
  readonly bindAddress: string;
  readonly tls: TLSOptions | null;
  /** Instead of an own port. */
  readonly attach: AttachOptions | null;
}

/** The platform's part of a WebSocket: one object without a state of its own. */
export interface WebSocketTransport {
  /** Whether sockets can be got at: for servers, headers, heartbeats, addresses and TLS options. A page can't. */
  readonly ownsSockets: boolean;
  connect(url: URL, options: RawWebSocketOptions, tls: TLSOptions | null, sink: RawWebSocketSink): RawWebSocket | Err;
  /** Takes over a stream whose client has yet to ask for the upgrade, or what a listener gave. */
  accept(stream: unknown, options: RawWebSocketOptions, sink: RawWebSocketSink): RawWebSocket | Err;
  listen(options: ListenOptions): WebSocketListener | Err;
}
