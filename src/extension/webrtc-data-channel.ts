import { Err } from '../core/err.js';
import { fail, quoted } from '../core/fail.js';
import { isBytes } from '../core/is-bytes.js';
import { PacketPeer } from '../core/packet-peer.js';
import { type PacketBudget, PacketQueue } from '../core/packet-queue.js';
import { backEndThrew, guarded } from './back-end-calls.js';
import type { DataChannelSink, WebRTCDataChannelExtension } from './webrtc-data-channel-extension.js';
import type { ChannelConfig, ConnectionConfig } from './webrtc-options.js';
import { ChannelState, UNSET, WriteMode } from './webrtc-types.js';

export type WebRTCDataChannelSignals = {
  /** The channel can send. */
  opened: [];
  /** The other side, or a local `close()`, ended the channel. Not emitted when the whole connection is closed here. */
  closed: [];
  /** A packet was published; emitted once for each, unless it was already taken by an earlier listener. */
  packet_received: [];
};

/** Where a channel reports to its connection, from anywhere at any time: it enqueues and returns. */
export interface ChannelHost {
  /** Packets that arrived since the last poll, over all channels. */
  arrivals: number;
  /** Nothing of the other side is to be read yet. */
  readonly isHolding: boolean;
  /** The limits of each channel. */
  readonly config: ConnectionConfig;
  /** What the channels of the other side may hold together. */
  readonly receivedBudget: PacketBudget;
  channelOpened(channel: WebRTCDataChannel): void;
  channelClosed(channel: WebRTCDataChannel): void;
  channelFailed(channel: WebRTCDataChannel, message: string): void;
  /** A deferred listener's call, for the next poll. */
  callLater(call: () => void): void;
  /** A reliable channel whose unread packets are over the limit. */
  channelOverflowed(channel: WebRTCDataChannel): void;
}

/** What is known of a channel when it is made. */
export interface ChannelInfo extends ChannelConfig {
  readonly label: string;
  readonly maxPacketSize: number;
}

// PERF: one function each, so that a call makes no closure.
const pump = (extension: WebRTCDataChannelExtension): void => extension._poll();
const measure = (extension: WebRTCDataChannelExtension): number => extension._getBufferedAmount();

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * One data channel. Its connection owns it and delivers its signals: keep no reference to keep it alive, and poll the
 * connection rather than the channel. Packets become readable when the connection is polled (or this channel is), so a
 * frame sees one fixed set of them.
 * @example
 * ```ts run
 * import { WebRTCPeerConnection } from 'scenewire';
 *
 * const connection = new WebRTCPeerConnection();
 * const options = { negotiated: true, id: 2, ordered: false, maxPacketLifeTime: 1 }; // positions: late ones are no use
 * const state = connection.createDataChannel('state', options); // before the connection is made
 * state?.opened.connect(() => state.putPacket(new Uint8Array([1, 2, 3])));
 *
 * function frame(): void {
 *   connection.poll();
 *   while (state && state.getAvailablePacketCount() > 0) console.log(state.getPacket());
 * }
 * frame();
 * connection.close();
 * ```
 */
export class WebRTCDataChannel extends PacketPeer<WebRTCDataChannelSignals> {
  static readonly WRITE_MODE_TEXT: 0 = WriteMode.WRITE_MODE_TEXT;
  static readonly WRITE_MODE_BINARY: 1 = WriteMode.WRITE_MODE_BINARY;
  static readonly STATE_CONNECTING: 0 = ChannelState.STATE_CONNECTING;
  static readonly STATE_OPEN: 1 = ChannelState.STATE_OPEN;
  static readonly STATE_CLOSING: 2 = ChannelState.STATE_CLOSING;
  static readonly STATE_CLOSED: 3 = ChannelState.STATE_CLOSED;

  readonly opened = this.signal('opened');
  readonly closed = this.signal('closed');
  readonly packet_received = this.signal('packet_received');
  writeMode: WriteMode = WriteMode.WRITE_MODE_BINARY;
  /** @internal Opened by the other side. */
  readonly wasReceived: boolean;
  /** @internal Where flat callers hear of failures. The user hears of them from the connection. */
  onFailed: ((message: string) => void) | null = null;

  readonly #extension: WebRTCDataChannelExtension;
  readonly #info: ChannelInfo;
  readonly #host: ChannelHost;
  readonly #inbound: PacketQueue;
  #state: ChannelState;
  #id: number;
  #maxPacketSize: number;
  /** Published packets that `packet_received` has not told of. */
  #unannounced = 0;
  #overflowed = false;
  #refused = 0;
  // At least what is waiting to be sent: the last measured amount and all that was put since.
  #outboundEstimate = 0;

  /** Made by `WebRTCPeerConnection.createDataChannel` and for `data_channel_received`. */
  constructor(host: ChannelHost, extension: WebRTCDataChannelExtension, info: ChannelInfo, wasReceived: boolean) {
    super();
    this.#host = host;
    this.#extension = extension;
    this.#info = info;
    this.#id = info.id ?? UNSET;
    this.#maxPacketSize = info.maxPacketSize;
    this.wasReceived = wasReceived;
    // A received channel is open before anybody can listen to it.
    this.#state = wasReceived ? ChannelState.STATE_OPEN : ChannelState.STATE_CONNECTING;
    const unreliable = info.maxRetransmits !== null || info.maxPacketLifeTime !== null;
    const { maxInboundPackets: maxPackets, maxInboundBytes: maxBytes } = host.config;
    const budget = wasReceived ? host.receivedBudget : null;
    this.#inbound = new PacketQueue({ maxPackets, maxBytes }, unreliable ? 'drop-oldest' : 'refuse', budget);
    extension._attach(this.#makeSink(unreliable));
  }

  /** Makes this channel's packets readable without polling the connection. Always OK. */
  poll(): Err {
    if (this.#state !== ChannelState.STATE_CLOSED) guarded(this.#extension, undefined, pump);
    if (!this.#host.isHolding) this.publishArrivals();
    return Err.OK;
  }

  /** Ends the channel; the other side is told. Unread packets are gone. */
  close(): void {
    if (this.#state === ChannelState.STATE_CLOSED) return;
    this.#inbound.clear();
    if (this.#state === ChannelState.STATE_CLOSING) return;
    const wasOpen = this.#state === ChannelState.STATE_OPEN;
    this.#state = ChannelState.STATE_CLOSING;
    this.#closeBackEnd();
    // Back ends don't report the end of a channel that never opened.
    if (!wasOpen) this.#host.channelClosed(this);
  }

  getAvailablePacketCount(): number {
    return this.#inbound.available;
  }

  putPacket(buffer: Uint8Array): Err {
    if (this.#state !== ChannelState.STATE_OPEN) return Err.ERR_UNCONFIGURED;
    if (!isBytes(buffer)) return fail(Err.ERR_INVALID_PARAMETER, 'A packet is a Uint8Array');
    const size = buffer.length;
    if (size === 0) return Err.OK;
    if (size > this.#maxPacketSize || !this.#hasRoom(size)) return Err.ERR_OUT_OF_MEMORY;
    this.#outboundEstimate += size;
    try {
      return this.writeMode === WriteMode.WRITE_MODE_BINARY
        ? this.#extension._putPacket(buffer)
        : this.#putText(buffer);
    } catch (thrown) {
      return backEndThrew(thrown);
    }
  }

  protected takePacket(): Uint8Array | Err {
    return this.#inbound.take() ?? Err.ERR_UNAVAILABLE;
  }

  /** Whether the packet last got was text. */
  wasStringPacket(): boolean {
    return this.#inbound.lastWasText;
  }

  getWriteMode(): WriteMode {
    return this.writeMode;
  }

  setWriteMode(mode: WriteMode): void {
    this.writeMode = mode;
  }

  getReadyState(): ChannelState {
    return this.#state;
  }

  getLabel(): string {
    return this.#info.label;
  }

  getProtocol(): string {
    return this.#info.protocol;
  }

  isNegotiated(): boolean {
    return this.#info.negotiated;
  }

  isOrdered(): boolean {
    return this.#info.ordered;
  }

  /** 65535 until it is known. */
  getId(): number {
    return this.#id;
  }

  /** 65535 when not set. */
  getMaxRetransmits(): number {
    return this.#info.maxRetransmits ?? UNSET;
  }

  /** Milliseconds; 65535 when not set. */
  getMaxPacketLifeTime(): number {
    return this.#info.maxPacketLifeTime ?? UNSET;
  }

  /** Bytes that wait to be sent. */
  getBufferedAmount(): number {
    return this.#state === ChannelState.STATE_OPEN ? guarded(this.#extension, 0, measure) : 0;
  }

  /** Largest packet that `putPacket` takes. */
  getMaxPacketSize(): number {
    return this.#maxPacketSize;
  }

  /** Packets that arrived and were dropped because the queue was full. */
  getDroppedPacketCount(): number {
    return this.#inbound.dropped + this.#refused;
  }

  /** @internal For the next poll of the connection. */
  override deferCall(call: () => void): void {
    this.#host.callLater(call);
  }

  /** @internal Called by the connection's poll. */
  publishArrivals(): void {
    this.#unannounced += this.#inbound.publish();
  }

  /** @internal Called by the connection's poll, after everything that came before the packets. */
  announceArrivals(): void {
    const count = this.#unannounced;
    this.#unannounced = 0;
    if (count === 0 || !this.packet_received.hasConnections()) return;
    for (let i = 0; i < count && this.#inbound.available > 0; i += 1) this.packet_received.emit();
  }

  /** @internal The connection delivers that the channel opened; a received one was open already. */
  deliverOpened(): void {
    if (this.#state > ChannelState.STATE_OPEN) return;
    this.#state = ChannelState.STATE_OPEN;
    this.opened.emit();
  }

  /** @internal The connection delivers that the channel ended. */
  deliverClosed(): void {
    if (this.#state === ChannelState.STATE_CLOSED) return;
    this.#state = ChannelState.STATE_CLOSED;
    this.#inbound.leaveBudget();
    this.closed.emit();
  }

  /** @internal More unread packets than the limit: nothing more comes in, what came before stays readable. */
  endOverflowed(): void {
    if (this.#state >= ChannelState.STATE_CLOSING) return;
    this.#state = ChannelState.STATE_CLOSING;
    this.#closeBackEnd();
  }

  /** @internal The connection was closed here: ends without a signal. */
  shut(): void {
    this.#state = ChannelState.STATE_CLOSED;
    this.#inbound.clear();
  }

  #putText(buffer: Uint8Array): Err {
    let text: string;
    try {
      text = decoder.decode(buffer);
    } catch {
      return fail(Err.ERR_INVALID_DATA, `A text packet on channel ${quoted(this.#info.label)} is not UTF-8`);
    }
    return this.#extension._putText(text);
  }

  #closeBackEnd(): void {
    guarded(this.#extension, undefined, (extension) => extension._close());
  }

  /** PERF: asks the back end only when the estimate is over the limit, which is rarely the case. */
  #hasRoom(size: number): boolean {
    const { maxOutboundBytes } = this.#host.config;
    if (this.#outboundEstimate + size <= maxOutboundBytes) return true;
    this.#outboundEstimate = this.getBufferedAmount();
    return this.#outboundEstimate + size <= maxOutboundBytes;
  }

  #makeSink(unreliable: boolean): DataChannelSink {
    const host = this.#host;
    return {
      opened: (id, maxPacketSize) => {
        this.#id = id;
        this.#maxPacketSize = maxPacketSize;
        host.channelOpened(this);
      },
      received: (packet, isText) => {
        if (this.#state >= ChannelState.STATE_CLOSING || this.#overflowed) {
          this.#refused += 1;
        } else if (this.#inbound.push(packet, isText)) {
          host.arrivals += 1;
        } else {
          this.#refused += 1;
          if (unreliable) return;
          this.#overflowed = true;
          host.channelOverflowed(this);
        }
      },
      closed: () => host.channelClosed(this),
      failed: (message) => host.channelFailed(this, message),
    };
  }
}
