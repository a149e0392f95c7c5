import { Err } from '../../core/err.js';
import { type DataChannelSink, WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { SimulatedPath } from './simulated-path.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A channel of another back end with a bad link between it and its user, on both ways. */
export class BadLinkDataChannel extends WebRTCDataChannelExtension {
  readonly #inner: WebRTCDataChannelExtension;
  readonly #stream: number;
  readonly #outbound: SimulatedPath;
  readonly #inbound: SimulatedPath;
  #ended = false;
  #shut = false;

  constructor(inner: WebRTCDataChannelExtension, stream: number, outbound: SimulatedPath, inbound: SimulatedPath) {
    super();
    this.#inner = inner;
    this.#stream = stream;
    this.#outbound = outbound;
    this.#inbound = inbound;
  }

  override _attach(sink: DataChannelSink): void {
    super._attach(sink);
    this.#inner._attach({
      opened: (id, maxPacketSize) => sink.opened(id, maxPacketSize),
      received: (packet, isText) => {
        // After the connection was closed the path is gone, and a back end may still have a message in hand.
        if (!this.#shut) this.#inbound.send(this.#stream, packet, isText);
      },
      closed: () => this.#inbound.closeStream(this.#stream),
      failed: (message) => sink.failed(message),
    });
  }

  override _putPacket(packet: Uint8Array): Err {
    return this.#put(packet, false);
  }

  override _putText(text: string): Err {
    return this.#put(encoder.encode(text), true);
  }

  override _close(): void {
    this.#ended = true;
    this.#outbound.closeStream(this.#stream);
  }

  override _getBufferedAmount(): number {
    return this.#outbound.bufferedAmount(this.#stream) + this.#inner._getBufferedAmount();
  }

  override _poll(): void {
    this.#inner._poll();
    this.#outbound.pump();
    this.#inbound.pump();
  }

  /** A message got through on its way out. */
  sendOn(payload: Uint8Array, isText: boolean): void {
    if (isText) this.#inner._putText(decoder.decode(payload));
    else this.#inner._putPacket(payload);
  }

  /** So did the close behind the last message. */
  closeOn(): void {
    this.#inner._close();
  }

  /** A message got through on its way in. */
  receiveOn(payload: Uint8Array, isText: boolean): void {
    this.sink.received(payload, isText);
  }

  /** So did the end of the channel. */
  reportClosed(): void {
    this.#ended = true;
    this.sink.closed();
  }

  /** The connection was closed here. */
  shut(): void {
    this.#ended = true;
    this.#shut = true;
  }

  #put(payload: Uint8Array, isText: boolean): Err {
    if (this.#ended) return Err.FAILED;
    this.#outbound.send(this.#stream, payload, isText);
    return Err.OK;
  }
}
