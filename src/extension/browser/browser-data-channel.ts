import { Err } from '../../core/err.js';
import { NOBODY, WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig } from '../webrtc-options.js';
import { UNSET } from '../webrtc-types.js';

/** Firefox tells 1 GiB; nobody should plan with more. */
const MAX_MESSAGE_SIZE = 2 ** 30 - 1;
/** The SCTP cause "user initiated abort": how a browser reports that the other side closed properly. */
const USER_INITIATED_ABORT = 12;

const encoder = new TextEncoder();

export class BrowserDataChannel extends WebRTCDataChannelExtension {
  #channel: RTCDataChannel | null = null;
  #connection!: RTCPeerConnection;
  endedHere = false;
  /** Told after the channel opened or closed. */
  readonly #onChange: () => void;

  constructor(channel: RTCDataChannel, connection: RTCPeerConnection, onChange: () => void) {
    super();
    this.#onChange = onChange;
    this.bind(channel, connection);
  }

  /** Also used when a rolled back connection begins anew: no channel of it has opened. */
  bind(channel: RTCDataChannel, connection: RTCPeerConnection): void {
    if (this.#channel !== null) this.#channel.onclose = this.#channel.onerror = null;
    this.#channel = channel;
    this.#connection = connection;
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => {
      this.sink.opened(channel.id ?? UNSET, maxMessageSize(connection));
      this.#onChange();
    };
    channel.onclose = () => {
      this.sink.closed();
      this.#onChange();
    };
    channel.onerror = (event) => this.#onError(event);
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') this.sink.received(encoder.encode(data), true);
      else this.sink.received(new Uint8Array(data), false);
    };
  }

  /** The connection is closed. */
  letGo(): void {
    this.sink = NOBODY;
  }

  override _putPacket(packet: Uint8Array): Err {
    return this.#send(packet);
  }

  override _putText(text: string): Err {
    return this.#send(text);
  }

  /** Whether the channel has ended, whoever ended it. */
  get isOver(): boolean {
    return this.#channel?.readyState === 'closed';
  }

  override _close(): void {
    this.endedHere = true;
    this.#channel?.close();
  }

  override _getBufferedAmount(): number {
    return this.#channel?.bufferedAmount ?? 0;
  }

  #send(data: string | Uint8Array): Err {
    try {
      this.#channel?.send(data as Uint8Array<ArrayBuffer>);
      return Err.OK;
    } catch (thrown) {
      // OperationError: the browser's own send buffer is full. Anything else: the channel has just closed.
      const full = thrown instanceof Error && thrown.name === 'OperationError';
      return full ? Err.ERR_OUT_OF_MEMORY : Err.FAILED;
    }
  }

  #onError(event: Event): void {
    const { error } = event as RTCErrorEvent;
    // A connection that is closed here or there ends its channels with an "error" that is none.
    if (error?.sctpCauseCode === USER_INITIATED_ABORT || this.#connection.connectionState !== 'connected') return;
    // Chromium, when the other side closes its channels and then the connection at once. The end itself is told.
    if (error?.message === '') return;
    this.sink.failed(error?.message ?? 'the browser reports an error');
  }
}

export function maxMessageSize(connection: RTCPeerConnection): number {
  return Math.min(connection.sctp?.maxMessageSize ?? MAX_MESSAGE_SIZE, MAX_MESSAGE_SIZE);
}

/** To a browser what is undefined is left out. */
export function toChannelInit({ id, maxRetransmits, maxPacketLifeTime, ...others }: ChannelConfig): RTCDataChannelInit {
  return {
    ...others,
    id: id ?? undefined,
    maxRetransmits: maxRetransmits ?? undefined,
    maxPacketLifeTime: maxPacketLifeTime ?? undefined,
  } as RTCDataChannelInit;
}
