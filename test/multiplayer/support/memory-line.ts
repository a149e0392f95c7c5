import { ConnectionStatus, Err, MultiplayerPeer, type TransferMode } from 'scenewire';

export interface LinePacket {
  readonly from: number;
  readonly to: number;
  readonly mode: TransferMode;
  readonly channel: number;
  readonly bytes: Uint8Array;
}

/** Joins peers in this process: nothing is lost, nothing is reordered, and what is sent is readable at once. */
export class MemoryLine {
  readonly peers = new Map<number, MemoryPeer>();
  /** Everything that was sent, in order. */
  readonly sent: LinePacket[] = [];

  peer(id: number): MemoryPeer {
    const peer = new MemoryPeer(this, id);
    this.peers.set(id, peer);
    return peer;
  }

  /** Both notice with their next poll. */
  link(a: number, b: number): void {
    this.peers.get(a)?.news.push({ peer: b, isHere: true });
    this.peers.get(b)?.news.push({ peer: a, isHere: true });
  }

  cut(a: number, b: number): void {
    this.peers.get(a)?.news.push({ peer: b, isHere: false });
    this.peers.get(b)?.news.push({ peer: a, isHere: false });
  }

  /** Packets since the last call, as `from>to hex`. */
  take(): string[] {
    return this.sent.splice(0).map(({ from, to, bytes }) => `${from}>${to} ${Buffer.from(bytes).toString('hex')}`);
  }
}

export class MemoryPeer extends MultiplayerPeer {
  readonly id: number;
  readonly news: { peer: number; isHere: boolean }[] = [];
  readonly queue: LinePacket[] = [];
  /** What `putPacket` answers instead of taking a packet for this target. */
  refuses: ((to: number, mode: TransferMode, bytes: Uint8Array) => Err) | null = null;
  relays = true;
  /** What all others have announced: nothing, as Godot. */
  features: readonly string[] = [];
  readonly #line: MemoryLine;
  readonly #linked = new Set<number>();
  #status: ConnectionStatus;

  constructor(line: MemoryLine, id: number) {
    super();
    this.#line = line;
    this.id = id;
    this.#status = id === 1 ? ConnectionStatus.CONNECTION_CONNECTED : ConnectionStatus.CONNECTION_CONNECTING;
  }

  override isServerRelaySupported(): boolean {
    return this.relays;
  }

  override getPeerFeatures(): readonly string[] {
    return this.features;
  }

  poll(): void {
    for (const { peer, isHere } of this.news.splice(0)) {
      if (isHere) {
        this.#linked.add(peer);
        this.#status = ConnectionStatus.CONNECTION_CONNECTED;
        this.peer_connected.emit(peer);
      } else if (this.#linked.delete(peer)) {
        this.peer_disconnected.emit(peer, 'left');
        if (peer === 1) this.#status = ConnectionStatus.CONNECTION_DISCONNECTED;
      }
    }
  }

  close(): void {
    this.#status = ConnectionStatus.CONNECTION_DISCONNECTED;
  }

  disconnectPeer(peer: number): void {
    this.#line.cut(this.id, peer);
  }

  getConnectionStatus(): ConnectionStatus {
    return this.#status;
  }

  getUniqueId(): number {
    return this.id;
  }

  getPacketPeer(): number {
    return this.queue[0]?.from ?? 0;
  }

  getPacketChannel(): number {
    return this.queue[0]?.channel ?? 0;
  }

  getPacketMode(): TransferMode {
    return this.queue[0]?.mode ?? 2;
  }

  getMaxPacketSize(): number {
    return 1 << 20;
  }

  getAvailablePacketCount(): number {
    return this.queue.length;
  }

  putPacket(buffer: Uint8Array): Err {
    const to = this.target;
    const { transferMode: mode, transferChannel: channel } = this;
    const err = this.refuses?.(to, mode, buffer) ?? Err.OK;
    if (err !== Err.OK) return err;
    const packet = { from: this.id, to, mode, channel, bytes: buffer.slice() };
    this.#line.sent.push(packet);
    this.#line.peers.get(to)?.queue.push(packet);
    return Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    return this.queue.shift()?.bytes ?? Err.ERR_UNAVAILABLE;
  }
}
