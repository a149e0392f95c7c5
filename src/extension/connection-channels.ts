import { quoted } from '../core/fail.js';
import { PacketBudget } from '../core/packet-queue.js';
import type { ConnectionObject } from './connection-object.js';
import { ConnectionStates } from './connection-states.js';
import { type ChannelHost, WebRTCDataChannel } from './webrtc-data-channel.js';
import type { WebRTCDataChannelExtension } from './webrtc-data-channel-extension.js';
import type { ConnectionConfig } from './webrtc-options.js';
import type { ReceivedChannel } from './webrtc-peer-connection-extension.js';

/** Channels the other side may have open here. More are refused: each costs memory that a stranger decides on. */
const MAX_RECEIVED_CHANNELS = 64;
/** What all of them may hold unread, in terms of what one channel may: a stranger chooses on how many to send. */
const RECEIVED_SHARES = 2;

/** The channels of one life of a connection, those made here and those of the other side: how they come, and how they end. */
export abstract class ConnectionChannels extends ConnectionStates implements ChannelHost {
  config: ConnectionConfig;
  /** Local and received, oldest first; those that ended are gone. */
  channels: readonly WebRTCDataChannel[] = [];
  /** Channels of the other side that were one too many. */
  refusedChannels = 0;
  /** Packets that arrived since the last poll: lets an idle one return at once. */
  arrivals = 0;
  /** Nothing else of the other side is told while it is not known who that is. */
  isHolding = false;
  readonly receivedBudget: PacketBudget;
  #received = 0;

  constructor(signals: ConnectionObject, config: ConnectionConfig) {
    super(signals);
    this.config = config;
    this.receivedBudget = new PacketBudget({
      maxPackets: RECEIVED_SHARES * config.maxInboundPackets,
      maxBytes: RECEIVED_SHARES * config.maxInboundBytes,
    });
  }

  /** Made at once, so that packets find it. */
  dataChannelReceived(extension: WebRTCDataChannelExtension, info: ReceivedChannel): boolean {
    if (!this.reports.isListening) return false;
    if (this.#received >= MAX_RECEIVED_CHANNELS) {
      this.refusedChannels += 1;
      return false;
    }
    this.#received += 1;
    const channel = new WebRTCDataChannel(this, extension, { ...info, negotiated: false }, true);
    this.reports.report(() => this.#deliver(channel));
    return true;
  }

  channelOpened(channel: WebRTCDataChannel): void {
    this.reports.report(() => {
      this.followFirstSign();
      channel.deliverOpened();
    });
  }

  channelClosed(channel: WebRTCDataChannel): void {
    this.reports.report(() => this.#close(channel));
  }

  channelFailed(channel: WebRTCDataChannel, what: string): void {
    this.reports.report(() => this.#tellOf(channel, `: ${what}`));
  }

  channelOverflowed(channel: WebRTCDataChannel): void {
    this.reports.report(() => {
      channel.endOverflowed();
      this.#tellOf(channel, ' was closed: too many unread packets');
    });
  }

  callLater(call: () => void): void {
    this.reports.push(call);
  }

  protected add(channel: WebRTCDataChannel): WebRTCDataChannel {
    this.channels = [...this.channels, channel];
    return channel;
  }

  protected closeChannels(): void {
    for (const channel of this.channels) this.#close(channel);
  }

  /** Without a signal. */
  protected shutChannels(): void {
    for (const channel of this.channels) channel.shut();
    this.channels = [];
    this.arrivals = 0;
  }

  /** The other side opened a channel: it is known, open, and what it has brought already can be read. */
  #deliver(channel: WebRTCDataChannel): void {
    this.followFirstSign();
    if (this.wasShut) return;
    // Reported before the end of the connection and behind it in the queue.
    if (this.isClosed) {
      channel.shut();
      return;
    }
    this.add(channel);
    channel.publishArrivals();
    this.signals.data_channel_received.emit(channel);
    channel.deliverOpened();
  }

  /** Its last packets are told of before its end. */
  #close(channel: WebRTCDataChannel): void {
    channel.announceArrivals();
    if (this.wasShut) return;
    if (this.channels.includes(channel)) {
      if (channel.wasReceived) this.#received -= 1;
      this.channels = this.channels.filter((other) => other !== channel);
    }
    channel.deliverClosed();
  }

  #tellOf(channel: WebRTCDataChannel, what: string): void {
    const text = `Channel ${quoted(channel.getLabel())}${what}`;
    this.tell(text);
    channel.onFailed?.(text);
  }
}
