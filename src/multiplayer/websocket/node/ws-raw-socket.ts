import type { Socket } from 'node:net';
import { Err } from '../../../core/err.js';
import type { RawWebSocket, RawWebSocketSink } from '../websocket-transport.js';
import { WS_CLOSING, WS_OPEN, type WsSocket } from './ws-module.js';

/** What was sent gets this long to leave the process before the connection is cut. */
const FLUSH_WITHIN_MS = 1000;
/** The code that `ws` gives to an end without a close frame. */
const ABNORMAL = 1006;
/** How the codes of its errors begin that blame the other side. */
const VIOLATION = 'WS_ERR_';

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** The part of a connection that both sides have in common. The callbacks of `ws` copy and enqueue, nothing else. */
export abstract class WsRawSocket implements RawWebSocket {
  protected socket: Socket | null = null;
  readonly #sink: RawWebSocketSink;
  #ws: WsSocket | null = null;
  #dropped = false;

  constructor(sink: RawWebSocketSink) {
    this.#sink = sink;
  }

  protected get isBound(): boolean {
    return this.#ws !== null;
  }

  get isClosing(): boolean {
    return this.#ws?.readyState === WS_CLOSING;
  }

  get bufferedAmount(): number {
    return this.#ws?.bufferedAmount ?? 0;
  }

  poll(): void {}

  send(packet: Uint8Array): Err {
    // A copy, since what the kernel does not take at once is kept by reference.
    return this.#send(Buffer.from(packet));
  }

  sendText(text: string): Err {
    return this.#send(text);
  }

  ping(): void {
    // Without a payload, which a Godot peer would mix into a fragmented message.
    if (this.#ws?.readyState === WS_OPEN) this.#ws.ping();
  }

  close(code: number, reason: string): void {
    this.#ws?.close(code, reason);
  }

  drop(): void {
    this.#dropped = true;
    const { socket } = this;
    if (socket === null || socket.connecting) {
      this.#ws?.terminate();
      socket?.destroy();
      return;
    }
    socket.destroySoon();
    setTimeout(() => socket.destroy(), FLUSH_WITHIN_MS).unref();
  }

  pause(): boolean {
    this.#ws?.pause();
    return true;
  }

  resume(): void {
    this.#ws?.resume();
  }

  setNoDelay(enabled: boolean): void {
    this.socket?.setNoDelay(enabled);
  }

  /** Takes over a WebSocket, in the turn that made it. Each callback is registered exactly once. */
  protected bind(ws: WsSocket): void {
    this.#ws = ws;
    ws.on('message', (data, isBinary) => {
      if (!this.#dropped) this.#sink.received(new Uint8Array(data), !isBinary);
    });
    ws.on('pong', () => this.#sink.ponged());
    // The end follows it. Without a listener it would end the process.
    ws.on('error', (error) => {
      if ((error as NodeJS.ErrnoException).code?.startsWith(VIOLATION)) this.#sink.violated();
    });
    ws.on('close', (code, reason) => this.reportClosed(code === ABNORMAL ? -1 : code, reason.toString()));
  }

  protected reportOpened(protocol: string, url: string): void {
    const host = this.socket?.remoteAddress ?? '';
    if (this.#dropped) return;
    this.#sink.opened({ protocol, url, host: mapped.exec(host)?.[1] ?? host, port: this.socket?.remotePort ?? 0 });
  }

  protected reportClosed(code: number, reason: string): void {
    if (!this.#dropped) this.#sink.closed(code, reason);
  }

  #send(data: Buffer | string): Err {
    if (this.#ws?.readyState !== WS_OPEN) return Err.FAILED;
    this.#ws.send(data);
    return Err.OK;
  }
}
