import { Err } from '../../core/err.js';
import { WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig } from '../webrtc-options.js';
import type { SimulatedPath } from './simulated-path.js';

const encoder = new TextEncoder();

/** What a channel has once its connection stands. */
export interface OpenStream {
  readonly id: number;
  readonly outbound: SimulatedPath;
  readonly inbound: SimulatedPath;
}

export class LoopbackDataChannel extends WebRTCDataChannelExtension {
  readonly label: string;
  readonly config: ChannelConfig;
  readonly #onSent: (bytes: number) => void;
  readonly #maxMessageSize: number;
  #stream: OpenStream | null = null;
  #ended = false;

  constructor(label: string, config: ChannelConfig, maxMessageSize: number, onSent: (bytes: number) => void) {
    super();
    this.#onSent = onSent;
    this.label = label;
    this.config = config;
    this.#maxMessageSize = maxMessageSize;
  }

  /** The stream can carry messages from now on. */
  bind(stream: OpenStream): void {
    this.#stream = stream;
  }

  get streamId(): number | null {
    return this.#stream?.id ?? null;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  reportOpened(): void {
    if (!this.#ended && this.#stream !== null) this.sink.opened(this.#stream.id, this.#maxMessageSize);
  }

  reportReceived(payload: Uint8Array, isText: boolean): void {
    this.sink.received(payload, isText);
  }

  /** The other side closed its direction: this one closes too, and the channel is over. */
  reportClosed(): void {
    this._close();
    this.sink.closed();
  }

  override _putPacket(packet: Uint8Array): Err {
    return this.#send(packet, false);
  }

  override _putText(text: string): Err {
    return this.#send(encoder.encode(text), true);
  }

  override _close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream?.outbound.closeStream(this.#stream.id);
  }

  override _getBufferedAmount(): number {
    return this.#stream?.outbound.bufferedAmount(this.#stream.id) ?? 0;
  }

  override _poll(): void {
    this.#stream?.inbound.pump();
  }

  #send(payload: Uint8Array, isText: boolean): Err {
    if (this.#ended || this.#stream === null) return Err.FAILED;
    this.#stream.outbound.send(this.#stream.id, payload, isText);
    this.#onSent(payload.length);
    return Err.OK;
  }
}
