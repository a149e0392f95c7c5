import type { DataChannel, PeerConnection } from 'node-datachannel';
import type { ChannelConfig } from '../webrtc-options.js';
import type { ReceivedChannel } from '../webrtc-peer-connection-extension.js';
import { UNSET } from '../webrtc-types.js';
import type { MessageTurns } from './message-turns.js';
import { toNativeChannelInit } from './native-config.js';
import { NativeDataChannel, readReceivedChannel } from './native-data-channel.js';
import { attempt, keepLost } from './native-lifetime.js';

/** Channels that were closed before we heard of them; a peer that makes more is not playing. */
const MAX_LOST = 16;

/** The channels of one connection. Those that ended are forgotten: a peer can open and close them for ever. */
export class NativeChannels {
  readonly #turns: MessageTurns;
  readonly #all = new Set<NativeDataChannel>();
  #lost = 0;

  constructor(turns: MessageTurns) {
    this.#turns = turns;
  }

  get openCount(): number {
    return [...this.#all].filter((channel) => channel.isOpen).length;
  }

  /** The other side is not playing: true for the one that is too many, so that it ends the connection once. */
  get isOneTooManyLost(): boolean {
    return this.#lost === MAX_LOST;
  }

  create(label: string, config: ChannelConfig): NativeDataChannel {
    const channel = this.#make(label, config);
    this.#all.add(channel);
    return channel;
  }

  /** Makes the library's own of them. The first one makes an offer, unless there is one of the other side. */
  bind(native: PeerConnection): void {
    for (const channel of this.#all) {
      if (channel.hasEnded) continue;
      channel.bind(native.createDataChannel(channel.label, toNativeChannelInit(channel.config)), false);
    }
  }

  unbind(): void {
    for (const channel of this.#all) channel.unbind();
  }

  close(): void {
    for (const channel of this.#all) channel._close();
  }

  /** One that the other side opened; null when it is gone, or nobody `isListening` any more. */
  receive(native: DataChannel, isListening: boolean): { channel: NativeDataChannel; info: ReceivedChannel } | null {
    const { label, config } = readReceivedChannel(native);
    const channel = this.#make(label, config);
    channel.bind(native, true);
    if (!native.isOpen()) this.#lose(native);
    else if (!isListening) setImmediate(() => channel._close());
    else {
      const id = attempt(() => native.getId()) ?? UNSET;
      // The library may throw for one that ends meanwhile. Its end is told nevertheless.
      const maxPacketSize = attempt(() => native.maxMessageSize()) ?? 0;
      this.#all.add(channel);
      return { channel, info: { ...config, label, id, maxPacketSize } };
    }
    return null;
  }

  /** Opened and closed by the peer before this turn: its closed event is gone for good. */
  #lose(native: DataChannel): void {
    keepLost(native);
    this.#lost += 1;
    setImmediate(() => attempt(() => native.close()));
  }

  #make(label: string, config: ChannelConfig): NativeDataChannel {
    return new NativeDataChannel(label, config, this.#turns, (ended) => this.#all.delete(ended));
  }
}
