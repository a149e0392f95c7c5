import { ConnectionStatus, Err, MultiplayerPeer, type TransferMode } from 'scenewire';
import { ANNOUNCED_FEATURES } from '../../src/multiplayer/announced-features.js';
import { COMMAND_MASK, DELTA_FLAG, SYNC } from '../../src/multiplayer/replication/commands.js';

export interface TapedPacket {
  readonly mode: TransferMode;
  readonly bytes: Uint8Array;
}

/**
 * One of two peers in this process. Packets reach the other one, are recorded frame by frame, or are thrown away; or what
 * was recorded is received again and again. In none of these does a frame allocate here, but for the recording.
 */
export class LinePeer extends MultiplayerPeer {
  readonly #id: number;
  readonly #otherId: number;
  #hasTold = false;
  /** Where packets go: to this one, to a tape, or nowhere. */
  other: LinePeer | null = null;
  tape: TapedPacket[] | null = null;
  sentPackets = 0;
  sentBytes = 0;
  #inbox: readonly TapedPacket[] = [];
  #next = 0;

  constructor(id: number, otherId: number) {
    super();
    this.#id = id;
    this.#otherId = otherId;
  }

  /** What can be read now. */
  load(packets: readonly TapedPacket[]): void {
    this.#inbox = packets;
    this.#next = 0;
  }

  push(packet: TapedPacket): void {
    this.#inbox = [...this.#inbox.slice(this.#next), packet];
    this.#next = 0;
  }

  poll(): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.peer_connected.emit(this.#otherId);
  }

  override isServerRelaySupported(): boolean {
    return true;
  }

  override getPeerFeatures(): readonly string[] {
    return ANNOUNCED_FEATURES;
  }

  close(): void {}
  disconnectPeer(): void {}

  getConnectionStatus(): ConnectionStatus {
    return ConnectionStatus.CONNECTION_CONNECTED;
  }

  getUniqueId(): number {
    return this.#id;
  }

  getPacketPeer(): number {
    return this.#otherId;
  }

  getPacketChannel(): number {
    return 0;
  }

  getPacketMode(): TransferMode {
    return this.#inbox[this.#next]?.mode ?? 2;
  }

  getMaxPacketSize(): number {
    return 1 << 20;
  }

  getAvailablePacketCount(): number {
    return this.#inbox.length - this.#next;
  }

  putPacket(buffer: Uint8Array): Err {
    this.sentPackets += 1;
    this.sentBytes += buffer.length;
    if (this.other !== null) this.other.push({ mode: this.transferMode, bytes: buffer.slice() });
    this.tape?.push({ mode: this.transferMode, bytes: buffer.slice() });
    return Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    const packet = this.#inbox[this.#next];
    if (packet === undefined) return Err.ERR_UNAVAILABLE;
    this.#next += 1;
    return packet.bytes;
  }
}

/** Makes recorded states those of the poll with this number: what is played again has to be newer each time. */
export function renumber(packets: readonly TapedPacket[], poll: number): void {
  for (let at = 0; at < packets.length; at += 1) {
    const { bytes } = packets[at] as TapedPacket;
    const first = bytes[0] as number;
    if ((first & COMMAND_MASK) !== SYNC || (first & DELTA_FLAG) !== 0) continue;
    bytes[1] = poll & 0xff;
    bytes[2] = (poll >> 8) & 0xff;
  }
}
