import { PacketQueue } from '../../core/packet-queue.js';
import type { OpenedWebSocket, RawWebSocket, RawWebSocketSink } from './websocket-transport.js';

/** Where the platform can't make the other side wait: what a stalled page may pile up before the connection ends. */
const HARD_MAX_PACKETS = 65536;
const HARD_MAX_BYTES = 32 * 1024 * 1024;

export interface InboundLimits {
  readonly inboundBufferSize: number;
  readonly maxQueuedPackets: number;
}

/**
 * What one connection has brought and no poll has seen yet. Everything in here is bounded: the other side is made to
 * wait when the limits are reached, and what comes nevertheless has a limit too.
 */
export class InboundBuffer implements RawWebSocketSink {
  readonly packets: PacketQueue;
  socket: RawWebSocket | null = null;
  info: OpenedWebSocket | null = null;
  end: { readonly code: number; readonly reason: string } | null = null;
  hasPonged = false;
  /** What the other side did for which the connection ends; a violation ends it without more ado. */
  breach: 'too big' | 'too much' | 'violation' | null = null;
  #paused = false;
  #listening = true;
  readonly #limits: InboundLimits;

  constructor(limits: InboundLimits) {
    this.#limits = limits;
    const maxPackets = Math.max(HARD_MAX_PACKETS, limits.maxQueuedPackets);
    const maxBytes = Math.max(HARD_MAX_BYTES, limits.inboundBufferSize);
    this.packets = new PacketQueue({ maxPackets, maxBytes }, 'refuse');
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Closed here: what still comes is of no interest, except the end. */
  stopReading(): void {
    this.#listening = false;
    this.packets.clear();
    this.#resumeIfRoom();
  }

  opened(info: OpenedWebSocket): void {
    this.info = info;
  }

  received(packet: Uint8Array, isText: boolean): void {
    if (!this.#listening || this.breach !== null) return;
    if (packet.length > this.#limits.inboundBufferSize) this.breach = 'too big';
    else if (!this.packets.push(packet, isText)) this.breach = 'too much';
    else if (!this.#paused && !this.#hasRoom()) this.#paused = this.socket?.pause() ?? false;
  }

  ponged(): void {
    this.hasPonged = true;
  }

  violated(): void {
    this.breach ??= 'violation';
  }

  closed(code: number, reason: string): void {
    this.end ??= { code, reason };
  }

  /** The oldest published packet. The other side may go on once there is room. */
  take(): Uint8Array | undefined {
    const packet = this.packets.take();
    this.#resumeIfRoom();
    return packet;
  }

  #resumeIfRoom(): void {
    if (!this.#paused || !this.#hasRoom()) return;
    this.#paused = false;
    this.socket?.resume();
  }

  #hasRoom(): boolean {
    return this.packets.size < this.#limits.maxQueuedPackets && this.packets.bytes < this.#limits.inboundBufferSize;
  }
}
