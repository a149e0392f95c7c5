import { type Variant, type VariantCodec, type VariantInput, variantCodec } from '#variant-codec';
import { Err } from './err.js';
import { fail } from './fail.js';
import { GodotObject, type SignalMap } from './godot-object.js';

const MIN_ENCODE_BUFFER = 1024;
const MAX_ENCODE_BUFFER = 256 * 1024 * 1024;
const DEFAULT_ENCODE_BUFFER = 8 * 1024 * 1024;

/** What `getPacket` hands out when nothing waits. Frozen in effect: it has no byte to change. */
export const EMPTY_PACKET: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Something packets are put into and got from. A packet that was handed out belongs to the caller and stays valid; a
 * buffer that was put may be reused at once.
 * @example
 * ```ts run
 * import type { PacketPeer } from 'scenewire';
 *
 * function readAll(from: PacketPeer, take: (packet: Uint8Array) => void): void {
 *   while (from.getAvailablePacketCount() > 0) take(from.getPacket());
 * }
 *
 * readAll(channel, handle); // channels, sockets and multiplayer peers alike
 * ```
 */
export abstract class PacketPeer<S extends SignalMap = SignalMap> extends GodotObject<S> {
  static #codec: VariantCodec | null = variantCodec;

  #packetError: Err = Err.OK;
  #encodeBufferMaxSize = DEFAULT_ENCODE_BUFFER;

  /** Packets waiting. */
  abstract getAvailablePacketCount(): number;

  /** Sends a packet. An empty one is OK and sends nothing. */
  abstract putPacket(buffer: Uint8Array): Err;

  /** The next packet, or why there is none. */
  protected abstract takePacket(): Uint8Array | Err;

  /** The next packet, oldest first. Empty on failure, and then `getPacketError` tells why. */
  getPacket(): Uint8Array<ArrayBuffer> {
    const taken = this.takePacket();
    if (typeof taken === 'number') {
      this.#packetError = taken;
      return EMPTY_PACKET;
    }
    this.#packetError = Err.OK;
    // Nothing receives into shared memory, and browsers take packets only of memory that is not.
    return taken as Uint8Array<ArrayBuffer>;
  }

  /**
   * Sends a value. `ERR_INVALID_PARAMETER` for what is no value, `ERR_OUT_OF_MEMORY` for one of more bytes than
   * `encodeBufferMaxSize`. Objects never travel: `fullObjects` is there because Godot has it.
   */
  putVar(value: VariantInput, _fullObjects = false): Err {
    const codec = this.variantCodec;
    if (codec === null) return noCodec();
    const bytes = codec.encode(value, this.#encodeBufferMaxSize);
    return typeof bytes === 'number' ? bytes : this.putPacket(bytes);
  }

  /** The next packet as a value. Null on failure, and then `getPacketError` tells why. */
  getVar(_allowObjects = false): Variant {
    const codec = this.variantCodec;
    if (codec === null) {
      this.#packetError = noCodec();
      return null;
    }
    const packet = this.getPacket();
    if (this.#packetError !== Err.OK) return null;
    const decoded = codec.decode(packet);
    if (decoded === null) this.#packetError = Err.ERR_INVALID_DATA;
    return decoded?.value ?? null;
  }

  /**
   * What `putVar` and `getVar` of data channels work with. In browsers it has to be given once, as `variantCodec`: a page
   * that sends bytes alone should not load it. Multiplayer peers and WebSocketPeer always have it.
   */
  static setVariantCodec(codec: VariantCodec | null): void {
    PacketPeer.#codec = codec;
  }

  protected get variantCodec(): VariantCodec | null {
    return PacketPeer.#codec;
  }

  /** The result of the last get. */
  getPacketError(): Err {
    return this.#packetError;
  }

  /** Largest encoded value that can be put, in bytes. Rounded up to a power of two, from 1 KiB to 256 MiB. */
  get encodeBufferMaxSize(): number {
    return this.#encodeBufferMaxSize;
  }

  set encodeBufferMaxSize(bytes: number) {
    if (typeof bytes !== 'number' || !(bytes >= MIN_ENCODE_BUFFER && bytes <= MAX_ENCODE_BUFFER)) {
      fail(Err.ERR_INVALID_PARAMETER, `encodeBufferMaxSize must be from ${MIN_ENCODE_BUFFER} to ${MAX_ENCODE_BUFFER}`);
      return;
    }
    this.#encodeBufferMaxSize = 2 ** Math.ceil(Math.log2(bytes));
  }

  getEncodeBufferMaxSize(): number {
    return this.encodeBufferMaxSize;
  }

  setEncodeBufferMaxSize(bytes: number): void {
    this.encodeBufferMaxSize = bytes;
  }
}

function noCodec(): Err {
  return fail(Err.ERR_UNCONFIGURED, 'No codec for values: call PacketPeer.setVariantCodec(variantCodec) once');
}
