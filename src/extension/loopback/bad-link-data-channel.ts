import { Err } from '../../core/err.js';
import type { PacketQueueLimits } from '../../core/packet-queue.js';
import { type DataChannelSink, WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { SimulatedPath } from './simulated-path.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What the channels of one connection share. */
export interface BadLinkWays {
  readonly outbound: SimulatedPath;
  readonly inbound: SimulatedPath;
  readonly limits: PacketQueueLimits;
}

/** A channel of another back end with a bad link between it and its user, on both ways. */
export class BadLinkDataChannel extends WebRTCDataChannelExtension {
  readonly #inner: WebRTCDataChannelExtension;
  readonly stream: number;
  readonly #ways: BadLinkWays;
  readonly #isUnreliable: boolean;
  #ended = false;
  #shut = false;
  /** What came in since the last poll: paths have no bound of their own, and nobody may ever poll. */
  #packetsUnderWay = 0;
  #bytesUnderWay = 0;

  constructor(inner: WebRTCDataChannelExtension, stream: number, ways: BadLinkWays, isUnreliable: boolean) {
    super();
    this.#inner = inner;
    this.stream = stream;
    this.#ways = ways;
    this.#isUnreliable = isUnreliable;
  }

  override _attach(sink: DataChannelSink): void {
    super._attach(sink);
    this.#inner._attach({
      opened: (id, maxPacketSize) => sink.opened(id, maxPacketSize),
      received: (packet, isText) => this.#onReceived(packet, isText),
      closed: () => this.#ways.inbound.closeStream(this.stream),
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
    this.#ways.outbound.closeStream(this.stream);
  }

  override _getBufferedAmount(): number {
    return this.#ways.outbound.bufferedAmount(this.stream) + this.#inner._getBufferedAmount();
  }

  override _poll(): void {
    this.#inner._poll();
    this.#ways.outbound.pump();
    this.#ways.inbound.pump();
    this.noteDelivered();
  }

  /** A poll took what had arrived. */
  noteDelivered(): void {
    this.#packetsUnderWay = 0;
    this.#bytesUnderWay = 0;
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

  #onReceived(packet: Uint8Array, isText: boolean): void {
    // After the connection was closed the path is gone, and a back end may still have a message in hand.
    if (this.#shut) return;
    const { inbound, limits } = this.#ways;
    this.#packetsUnderWay += 1;
    this.#bytesUnderWay += packet.length;
    const bytes = this.#bytesUnderWay + inbound.bufferedAmount(this.stream);
    if (this.#packetsUnderWay <= limits.maxPackets && bytes <= limits.maxBytes) {
      inbound.send(this.stream, packet, isText);
    } else if (!this.#isUnreliable) {
      // Reliable: rather no more of it than one with a hole.
      this.#shut = true;
      this.sink.failed('closed, because too much is under way to it');
      this.#inner._close();
    }
  }

  #put(payload: Uint8Array, isText: boolean): Err {
    if (this.#ended) return Err.FAILED;
    this.#ways.outbound.send(this.stream, payload, isText);
    return Err.OK;
  }
}
