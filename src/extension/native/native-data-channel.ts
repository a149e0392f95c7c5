import type { DataChannel } from 'node-datachannel';
import { Err } from '../../core/err.js';
import { WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig } from '../webrtc-options.js';
import { UNSET } from '../webrtc-types.js';
import { type MessageTurns, PORTION } from './message-turns.js';
import { attempt, closeChannel, keepAlive, letGo } from './native-lifetime.js';

const TAIL_LOST = 'Closed while many packets waited in the native library; the last ones may be lost';

const encoder = new TextEncoder();

/**
 * One data channel. Before the connection has begun it is only a record, because making the addon's own channel starts
 * an offer. The addon's callbacks copy and enqueue, each guarded: an exception that leaves one ends the process.
 */
export class NativeDataChannel extends WebRTCDataChannelExtension {
  readonly label: string;
  readonly config: ChannelConfig;
  readonly #turns: MessageTurns;
  readonly #onEnded: (channel: NativeDataChannel) => void;
  #native: DataChannel | null = null;
  #ended = false;
  #isOver = false;
  #turn = 0;
  #inTurn = 0;

  constructor(
    label: string,
    config: ChannelConfig,
    turns: MessageTurns,
    onEnded: (channel: NativeDataChannel) => void,
  ) {
    super();
    this.label = label;
    this.config = config;
    this.#turns = turns;
    this.#onEnded = onEnded;
  }

  /** Closed before the connection began, so that no native channel is to be made. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The other side has to be told when it ends. */
  get isOpen(): boolean {
    return attempt(() => this.#native?.isOpen()) ?? false;
  }

  /** Takes over a native channel, in the turn that made or reported it. Each callback is registered exactly once. */
  bind(native: DataChannel, isReceived: boolean): void {
    this.#native = native;
    keepAlive(native);
    native.onOpen(() => {
      if (!isReceived) attempt(() => this.#reportOpened(native));
    });
    native.onError((message) => {
      if (this.#native === native) attempt(() => this.sink.failed(message));
    });
    native.onBufferedAmountLow(() => {});
    native.onMessage((message) => {
      // PERF: guarded as by `attempt`, without a closure for each message.
      try {
        this.#count();
        this.#reportReceived(message as string | Buffer);
      } catch {
        // Nothing may leave a callback of the addon.
      }
    });
    // Last, because the addon serves its queues in this order and forgets the messages that still wait with the end. So
    // none comes after it, and nobody has to wait for any.
    native.onClosed(() => {
      letGo(native);
      const isTailLost = this.#losesTail();
      setImmediate(() => this.#reportClosed(native, isTailLost));
    });
  }

  /** The connection starts over: from now on this is only a record again. */
  unbind(): void {
    if (this.#native !== null) closeChannel(this.#native);
    this.#native = null;
  }

  override _putPacket(packet: Uint8Array): Err {
    try {
      this.#native?.sendMessageBinary(packet);
      return Err.OK;
    } catch {
      return Err.FAILED;
    }
  }

  override _putText(text: string): Err {
    try {
      this.#native?.sendMessage(text);
      return Err.OK;
    } catch {
      return Err.FAILED;
    }
  }

  override _close(): void {
    this.#ended = true;
    const native = this.#native;
    if (native !== null) closeChannel(native, () => this.#reportClosed(native));
  }

  override _getBufferedAmount(): number {
    return attempt(() => this.#native?.bufferedAmount()) ?? 0;
  }

  #reportOpened(native: DataChannel): void {
    if (this.#native !== native) return;
    const id = attempt(() => native.getId()) ?? UNSET;
    this.sink.opened(id, attempt(() => native.maxMessageSize()) ?? 0);
  }

  #reportClosed(native: DataChannel, isTailLost = false): void {
    if (this.#native !== native || this.#isOver) return;
    this.#isOver = true;
    this.#ended = true;
    // Also when the peer ended it: only this surely frees the addon's callbacks, and not from inside one of them.
    closeChannel(native);
    this.#onEnded(this);
    if (isTailLost) this.sink.failed(TAIL_LOST);
    this.sink.closed();
  }

  #count(): void {
    this.#turns.note();
    const turn = this.#turns.current;
    this.#inTurn = turn === this.#turn ? this.#inTurn + 1 : 1;
    this.#turn = turn;
  }

  /** Whether the end comes in the turn of a full portion, so that messages behind it are forgotten. */
  #losesTail(): boolean {
    const isReliable = this.config.maxRetransmits === null && this.config.maxPacketLifeTime === null;
    const isFull = this.#turn === this.#turns.current && this.#inTurn >= PORTION;
    return isReliable && isFull && !this.#ended;
  }

  /** What the addon hands over was made for this call, so it is kept without a copy. */
  #reportReceived(message: string | Buffer): void {
    if (typeof message === 'string') this.sink.received(encoder.encode(message), true);
    else this.sink.received(new Uint8Array(message.buffer as ArrayBuffer, message.byteOffset, message.length), false);
  }
}

/** What the addon can tell of a channel that the other side opened: not how reliable it is. */
export function readReceivedChannel(native: DataChannel): { label: string; config: ChannelConfig } {
  const protocol = native.getProtocol();
  const config = {
    negotiated: false,
    id: null,
    ordered: true,
    maxRetransmits: null,
    maxPacketLifeTime: null,
    protocol,
  };
  return { label: native.getLabel(), config };
}
