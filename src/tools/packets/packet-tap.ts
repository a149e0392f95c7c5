import { Err } from '../../core/err.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { TARGET_PEER_BROADCAST, type TransferMode } from '../../multiplayer/multiplayer-types.js';

/** Hears of every packet. The bytes are only lent: they may change when this returns. */
export type PacketEar = (
  isOutgoing: boolean,
  peer: number,
  bytes: Uint8Array,
  mode: TransferMode,
  channel: number,
) => void;

/** Where a peer that is listened to keeps its tap. */
const TAP = Symbol('scenewire packet tap');
type Tapped = MultiplayerPeer & { [TAP]?: PacketTap };

/**
 * Stands in front of `putPacket` and `getPacket` of one peer, of whatever kind. A peer that nobody listens to has no tap,
 * and nothing of it is touched.
 */
class PacketTap {
  readonly ears = new Set<PacketEar>();
  readonly #peer: Tapped;
  #target: number;

  constructor(peer: Tapped) {
    this.#peer = peer;
    const kept: unknown = Reflect.get(peer, 'target');
    this.#target = typeof kept === 'number' ? kept : TARGET_PEER_BROADCAST;
  }

  attach(): void {
    const { putPacket, getPacket, setTargetPeer } = this.#peer;
    this.#shadow('setTargetPeer', (id: number): void => {
      this.#target = id;
      setTargetPeer.call(this.#peer, id);
    });
    this.#shadow('putPacket', (bytes: Uint8Array): Err => {
      // Before it is put: a transport of somebody's own may do with the bytes what it likes.
      const { transferMode, transferChannel } = this.#peer;
      const err = putPacket.call(this.#peer, bytes);
      if (err === Err.OK && bytes.length > 0) this.#tell(true, this.#target, bytes, transferMode, transferChannel);
      return err;
    });
    this.#shadow('getPacket', (): Uint8Array => {
      const peer = this.#peer.getPacketPeer();
      const mode = this.#peer.getPacketMode();
      const channel = this.#peer.getPacketChannel();
      const bytes = getPacket.call(this.#peer);
      if (this.#peer.getPacketError() === Err.OK) this.#tell(false, peer, bytes, mode, channel);
      return bytes;
    });
  }

  detach(): void {
    for (const name of ['setTargetPeer', 'putPacket', 'getPacket'] as const) Reflect.deleteProperty(this.#peer, name);
    delete this.#peer[TAP];
  }

  #shadow(name: 'setTargetPeer' | 'putPacket' | 'getPacket', value: unknown): void {
    Object.defineProperty(this.#peer, name, { value, configurable: true, enumerable: false, writable: true });
  }

  #tell(isOutgoing: boolean, peer: number, bytes: Uint8Array, mode: TransferMode, channel: number): void {
    for (const ear of this.ears) ear(isOutgoing, peer, bytes, mode, channel);
  }
}

/** Hears of all packets of this peer from now on, until the result is called. */
export function tapPackets(peer: MultiplayerPeer, ear: PacketEar): () => void {
  const tapped: Tapped = peer;
  let tap = tapped[TAP];
  if (tap === undefined) {
    tap = new PacketTap(tapped);
    Object.defineProperty(tapped, TAP, { value: tap, configurable: true, enumerable: false, writable: true });
    tap.attach();
  }
  const { ears } = tap;
  // One and the same function may listen twice.
  const own: PacketEar = (...args) => ear(...args);
  ears.add(own);
  return () => {
    if (ears.delete(own) && ears.size === 0) tap.detach();
  };
}
