import { Err } from '../core/err.js';
import type { SignalMap } from '../core/godot-object.js';
import { EMPTY_PACKET, PacketPeer } from '../core/packet-peer.js';
import { leftOut } from './left-out.js';

/**
 * A source and sink of packets of your own: a file, a recording, another transport. Override the methods with an
 * underscore. One that is left out warns once and answers 0 or FAILED.
 * @example
 * ```ts run
 * import { Err, PacketPeerExtension } from 'scenewire';
 *
 * class Echo extends PacketPeerExtension {
 *   readonly #packets: Uint8Array[] = [];
 *
 *   protected override _getAvailablePacketCount() { return this.#packets.length; }
 *   protected override _getMaxPacketSize() { return 1200; }
 *   protected override _getPacket() { return { error: Err.OK, buffer: this.#packets.shift() ?? null }; }
 *   protected override _putPacket(buffer: Uint8Array) {
 *     this.#packets.push(buffer.slice()); // the buffer stays the caller's
 *     return Err.OK;
 *   }
 * }
 *
 * const echo = new Echo();
 * echo.putVar(['hello', 7]);
 * console.log(echo.getVar()); // → [ 'hello', 7 ]
 * ```
 */
export abstract class PacketPeerExtension<S extends SignalMap = SignalMap> extends PacketPeer<S> {
  protected _getAvailablePacketCount(): number {
    return leftOut(this, '_getAvailablePacketCount', 0);
  }

  /** Bytes. */
  protected _getMaxPacketSize(): number {
    return leftOut(this, '_getMaxPacketSize', 0);
  }

  /** The next packet. The buffer is handed over: it must not be touched afterwards. */
  protected _getPacket(): { error: Err; buffer: Uint8Array | null } {
    return { error: leftOut(this, '_getPacket', Err.FAILED), buffer: null };
  }

  /** The buffer is not empty, and stays the caller's. */
  protected _putPacket(_buffer: Uint8Array): Err {
    return leftOut(this, '_putPacket', Err.FAILED);
  }

  getAvailablePacketCount(): number {
    return this._getAvailablePacketCount();
  }

  getMaxPacketSize(): number {
    return this._getMaxPacketSize();
  }

  putPacket(buffer: Uint8Array): Err {
    return buffer.length === 0 ? Err.OK : this._putPacket(buffer);
  }

  protected takePacket(): Uint8Array | Err {
    const { error, buffer } = this._getPacket();
    return error === Err.OK ? (buffer ?? EMPTY_PACKET) : error;
  }
}
