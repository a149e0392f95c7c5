import { type Clock, realClock } from '../../core/clock.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { ConnectionStatus } from '../../multiplayer/multiplayer-types.js';
import { type DecodedPacket, PacketDecoder } from './packet-decoder.js';
import type { PacketNames } from './packet-names.js';
import type { PacketRecord } from './packet-record.js';
import { tapPackets } from './packet-tap.js';
import { RecordedNames } from './recorded-names.js';
import { writeRecording } from './recording-file.js';

const KIB = 1024;
const DEFAULT_MAX_BYTES = 16 * KIB * KIB;
const DEFAULT_MAX_PACKET_BYTES = 64 * KIB;
/** What a packet takes beside its bytes, about. */
const OVERHEAD_BYTES = 64;

export interface RecordingOptions {
  /**
   * Whose names are kept beside the packets: of methods, properties, and of nodes that were there before the recording
   * began. Without it the recording knows what the packets tell.
   */
  multiplayer?: { readonly names: PacketNames };
  /** Memory for packets; older ones make room for newer ones. Default: 16 MiB. */
  maxBytes?: number;
  /** Of a longer packet only the beginning is kept. Default: 64 KiB. */
  maxPacketBytes?: number;
  clock?: Clock;
}

/**
 * The packets of one multiplayer peer, as long as it is not stopped.
 * @example
 * ```ts run
 * import { OfflineMultiplayerPeer } from 'scenewire';
 * import { recordPackets } from 'scenewire/inspector';
 *
 * const peer = new OfflineMultiplayerPeer();
 * const recording = recordPackets(peer);
 * peer.putPacket(new Uint8Array([3, 1, 2]));
 * recording.stop();
 * console.log(recording.packets.length, recording.toText().split('\n').length > 1); // → 1 true
 * ```
 */
export class PacketRecording {
  readonly names: RecordedNames;
  /** Date and time of the beginning. */
  readonly began: Date = new Date();
  readonly #peer: MultiplayerPeer;
  readonly #clock: Clock;
  readonly #beganMs: number;
  readonly #maxBytes: number;
  readonly #maxPacketBytes: number;
  readonly #untap: () => void;
  /** Null without a source of names: then nothing is decoded while it records. */
  #decoder: PacketDecoder | null = null;
  readonly #hasSource: boolean;
  #packets: PacketRecord[] = [];
  /** Packets at the beginning of the list that are no longer kept. */
  #gone = 0;
  #bytes = 0;
  #dropped = 0;
  #self = 0;

  constructor(peer: MultiplayerPeer, options: RecordingOptions = {}) {
    this.#peer = peer;
    this.#clock = options.clock ?? realClock;
    this.#beganMs = this.#clock.now();
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#maxPacketBytes = options.maxPacketBytes ?? DEFAULT_MAX_PACKET_BYTES;
    this.#hasSource = options.multiplayer !== undefined;
    this.names = new RecordedNames(options.multiplayer?.names ?? null);
    this.#untap = tapPackets(peer, (isOutgoing, from, bytes, mode, channel) => {
      const kept = bytes.slice(0, this.#maxPacketBytes);
      const timeMs = this.#clock.now() - this.#beganMs;
      this.#add({ timeMs, isOutgoing, peer: from, mode, channel, bytes: kept, size: bytes.length });
    });
  }

  /** The peer that is listened to; 0 as long as it is not connected. */
  get self(): number {
    const isConnected = this.#peer.getConnectionStatus() !== ConnectionStatus.CONNECTION_DISCONNECTED;
    if (this.#self === 0 && isConnected) this.#self = this.#peer.getUniqueId();
    return this.#self;
  }

  /** Those that are kept, oldest first. */
  get packets(): readonly PacketRecord[] {
    return this.#packets.slice(this.#gone);
  }

  /** Packets that had to make room for later ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Ends it. What was recorded stays. */
  stop(): void {
    this.#untap();
  }

  decode(): DecodedPacket[] {
    const decoder = new PacketDecoder(this.self, this.names);
    return this.packets.map((packet) => decoder.decode(packet));
  }

  /** As a file that `scenewire inspect` and `readRecording` take. */
  toText(): string {
    // Names of what had no name yet when its packet came: a node is spawned when the packet has been read.
    if (this.#hasSource) this.decode();
    const { self, dropped, names, packets } = this;
    return writeRecording({ self, dropped, names, packets, began: this.began.toISOString() });
  }

  #add(packet: PacketRecord): void {
    this.#packets.push(packet);
    this.#bytes += packet.bytes.length + OVERHEAD_BYTES;
    this.#makeRoom();
    if (!this.#hasSource) return;
    // Now, while the names are known: the node may be gone when the recording is read.
    this.#decoder ??= new PacketDecoder(this.self, this.names);
    this.#decoder.decode(packet);
  }

  #makeRoom(): void {
    while (this.#bytes > this.#maxBytes && this.#gone < this.#packets.length - 1) {
      this.#bytes -= (this.#packets[this.#gone] as PacketRecord).bytes.length + OVERHEAD_BYTES;
      this.#gone += 1;
      this.#dropped += 1;
    }
    // Now and then rather than with each packet.
    if (this.#gone < 1024 || this.#gone * 2 < this.#packets.length) return;
    this.#packets = this.#packets.slice(this.#gone);
    this.#gone = 0;
  }
}

/** Records the packets of a multiplayer peer from now on, both ways, up to `stop()`. */
export function recordPackets(peer: MultiplayerPeer, options?: RecordingOptions): PacketRecording {
  return new PacketRecording(peer, options);
}
