import { Err } from '../core/err.js';
import { leftOut } from './left-out.js';

/** Where a channel of a back end reports. Calls enqueue and return: no code of the user runs inside them. */
export interface DataChannelSink {
  /** The channel can send now. `id` and `maxPacketSize` are final. */
  opened(id: number, maxPacketSize: number): void;
  /** A message arrived. The array is handed over: the back end must not touch it afterwards. */
  received(packet: Uint8Array, isText: boolean): void;
  /** The channel has ended, whoever ended it. */
  closed(): void;
  failed(message: string): void;
}

/** Before somebody listens, for a channel that was refused, and once the connection is over. */
export const NOBODY: DataChannelSink = { opened() {}, received() {}, closed() {}, failed() {} };

/**
 * One data channel of a back end. An implementer
 * 1. overrides `_putPacket`, `_putText` and `_close`, and `_getBufferedAmount` where the platform tells it;
 * 2. reports `opened` once, before or together with the first `received`, and `closed` once;
 * 3. keeps itself referenced until `closed`, since nobody else may hold it.
 * @example
 * ```ts
 * import { Err, WebRTCDataChannelExtension } from 'scenewire';
 *
 * class SocketChannel extends WebRTCDataChannelExtension {
 *   readonly #socket: WebSocket;
 *
 *   constructor(socket: WebSocket, id: number) {
 *     super();
 *     this.#socket = socket;
 *     socket.binaryType = 'arraybuffer';
 *     socket.onopen = () => this.sink.opened(id, 65536);
 *     socket.onmessage = ({ data }) => this.sink.received(new Uint8Array(data), false);
 *     socket.onclose = () => this.sink.closed();
 *   }
 *
 *   override _putPacket(bytes: Uint8Array): Err {
 *     this.#socket.send(bytes.slice());
 *     return Err.OK;
 *   }
 *
 *   override _close(): void {
 *     this.#socket.close();
 *   }
 * }
 * ```
 */
export class WebRTCDataChannelExtension {
  protected sink: DataChannelSink = NOBODY;

  /** Called once by the channel resource, inside the call that made or reported the channel; never for a refused one. */
  _attach(sink: DataChannelSink): void {
    this.sink = sink;
  }

  /** Sends bytes. They are copied before this returns. The channel is open and the size was checked. */
  _putPacket(_packet: Uint8Array): Err {
    return leftOut(this, '_putPacket', Err.FAILED);
  }

  _putText(_text: string): Err {
    return leftOut(this, '_putText', Err.FAILED);
  }

  _close(): void {
    leftOut(this, '_close', Err.ERR_UNAVAILABLE);
  }

  /** Bytes that wait to be sent. */
  _getBufferedAmount(): number {
    return 0;
  }

  /** Called by the channel's own poll, for a back end that has to be pumped. */
  _poll(): void {}
}
