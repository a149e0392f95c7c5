import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail, pushError } from '../../core/fail.js';
import { InboundBuffer } from './inbound-buffer.js';
import type { WebSocketSettings } from './websocket-settings.js';
import type { RawWebSocket, RawWebSocketOptions, RawWebSocketSink } from './websocket-transport.js';
import { isCloseFrame, MESSAGE_TOO_BIG, WebSocketState } from './websocket-types.js';

const { STATE_CONNECTING: CONNECTING, STATE_OPEN: OPEN, STATE_CLOSING: CLOSING, STATE_CLOSED: CLOSED } = WebSocketState;

/** Time for the other side to answer a close frame. */
const CLOSING_WITHIN_MS = 3000;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** How the platform makes the socket of a connection. */
export type MakeSocket = (options: RawWebSocketOptions, sink: RawWebSocketSink) => RawWebSocket | Err;

/**
 * One life of a WebSocketPeer, from its beginning to the next one: the platform's socket, what it brought, and the state
 * the user reads. A new life is a new object, so nothing late from an old socket can reach it.
 */
export class WebSocketConnection {
  state: WebSocketState = CONNECTING;
  closeCode = -1;
  closeReason = '';
  /** It ended because pings were not answered. */
  hasFallenSilent = false;
  readonly inbound: InboundBuffer;
  readonly #clock: Clock;
  readonly #maxOutboundBytes: number;
  readonly #maxOutboundPackets: number;
  #socket!: RawWebSocket;
  #closingSince = 0;
  #lastHeartbeat = 0;
  #awaitsPong = false;
  // Messages put since nothing was waiting to be sent: at least as many as are waiting.
  #queued = 0;
  #endsForBreach = false;

  private constructor(settings: WebSocketSettings, clock: Clock) {
    this.#clock = clock;
    this.#maxOutboundBytes = settings.outboundBufferSize;
    this.#maxOutboundPackets = settings.maxQueuedPackets;
    this.inbound = new InboundBuffer(settings);
  }

  static begin(settings: WebSocketSettings, clock: Clock, make: MakeSocket): WebSocketConnection | Err {
    const made = new WebSocketConnection(settings, clock);
    const { supportedProtocols: protocols, handshakeHeaders: headers, inboundBufferSize: maxMessageBytes } = settings;
    const socket = make({ protocols, headers, maxMessageBytes }, made.inbound);
    if (typeof socket === 'number') return socket;
    made.#socket = made.inbound.socket = socket;
    return made;
  }

  get bufferedAmount(): number {
    return this.state === OPEN ? this.#socket.bufferedAmount : 0;
  }

  /** It ended, or is ending, because of what the other side sent. */
  get hasMisbehaved(): boolean {
    return this.#endsForBreach && this.state >= CLOSING;
  }

  poll(heartbeatMs: number): void {
    if (this.state === CLOSED) return;
    const { inbound } = this;
    this.#socket.poll();
    if (this.state === CONNECTING && inbound.info !== null) {
      this.state = OPEN;
      this.#lastHeartbeat = this.#clock.now();
    }
    inbound.packets.publish();
    if (inbound.breach !== null && this.state === OPEN) this.#endBreach();
    if (heartbeatMs > 0 && this.state === OPEN) this.#beat(heartbeatMs);
    if (this.state === OPEN && this.#socket.isClosing) this.#enterClosing();
    if (inbound.end !== null) this.#finish(inbound.end.code, inbound.end.reason);
    else if (this.state === CLOSING && this.#clock.now() - this.#closingSince >= CLOSING_WITHIN_MS) this.cut();
  }

  close(code: number, reason: string): void {
    if (code >= 0 && !isCloseFrame(code, reason)) {
      pushError(`A WebSocket can't be closed with ${code} ${JSON.stringify(reason)}`, Err.ERR_INVALID_PARAMETER);
      return;
    }
    if (code < 0) this.closeCode = -1;
    if (code < 0 || this.state === CONNECTING) {
      this.cut();
    } else if (this.state === OPEN) {
      this.#socket.close(code, reason);
      this.#enterClosing();
    }
    this.inbound.stopReading();
  }

  /** Ends it now, without a handshake. What has arrived stays readable. */
  cut(): void {
    if (this.state === CLOSED) return;
    this.#socket.drop();
    this.#finish(-1, '');
  }

  send(message: Uint8Array): Err {
    if (this.state !== OPEN) return Err.FAILED;
    return this.#claimRoom(message.length) ? this.#socket.send(message) : Err.ERR_OUT_OF_MEMORY;
  }

  sendText(text: string, bytes = encoder.encode(text).length): Err {
    if (this.state !== OPEN) return Err.FAILED;
    return this.#claimRoom(bytes) ? this.#socket.sendText(text) : Err.ERR_OUT_OF_MEMORY;
  }

  sendTextBytes(message: Uint8Array): Err {
    try {
      return this.sendText(decoder.decode(message), message.length);
    } catch {
      return fail(Err.ERR_INVALID_DATA, 'A text message is not UTF-8');
    }
  }

  setNoDelay(enabled: boolean): void {
    if (this.state !== CLOSED) this.#socket.setNoDelay(enabled);
  }

  #claimRoom(bytes: number): boolean {
    const waiting = this.#socket.bufferedAmount;
    if (waiting === 0) this.#queued = 0;
    if (waiting + bytes > this.#maxOutboundBytes || this.#queued >= this.#maxOutboundPackets) return false;
    this.#queued += 1;
    return true;
  }

  /** A ping that the one before has not been answered to by now shows a dead connection. */
  #beat(intervalMs: number): void {
    const { inbound } = this;
    // While it is not read from, no answer can come.
    if (inbound.hasPonged || inbound.isPaused) this.#awaitsPong = inbound.hasPonged = false;
    const now = this.#clock.now();
    if (now - this.#lastHeartbeat <= intervalMs) return;
    if (this.#awaitsPong) {
      this.hasFallenSilent = true;
      this.cut();
      return;
    }
    this.#awaitsPong = true;
    this.#lastHeartbeat = now;
    this.#socket.ping();
  }

  #endBreach(): void {
    this.#endsForBreach = true;
    if (this.inbound.breach === 'violation') return;
    const isTooBig = this.inbound.breach === 'too big';
    pushError(
      isTooBig ? 'A message is larger than inboundBufferSize' : 'Too many unread packets on a WebSocket',
      Err.ERR_OUT_OF_MEMORY,
    );
    if (!isTooBig) {
      this.cut();
      return;
    }
    this.#socket.close(MESSAGE_TOO_BIG, '');
    this.#enterClosing();
  }

  #enterClosing(): void {
    this.state = CLOSING;
    this.#closingSince = this.#clock.now();
  }

  #finish(code: number, reason: string): void {
    this.state = CLOSED;
    this.closeCode = code;
    this.closeReason = reason;
  }
}
