import { ConnectionStatus, MultiplayerPeerExtension, type TransferMode } from 'scenewire';

export type PeerMode = 'server' | 'client' | 'mesh';

interface Queued {
  readonly from: number;
  readonly channel: number;
  readonly mode: TransferMode;
  readonly bytes: Uint8Array;
}

/** Told of every packet that is handed to a transport. */
export type Tap = (from: number, to: number, channel: number, mode: number, bytes: Uint8Array) => void;

/** A network in memory that loses and reorders nothing, as the one the scenarios were recorded on. */
export class SceneHub {
  readonly peers = new Map<number, MemoryPeer>();
  readonly #tap: Tap;
  readonly #dropped = new Set<string>();

  constructor(tap: Tap) {
    this.#tap = tap;
  }

  create(id: number, mode: PeerMode, relay: boolean): MemoryPeer {
    const peer = new MemoryPeer(this, id, mode, relay);
    this.peers.set(id, peer);
    return peer;
  }

  peer(id: number): MemoryPeer {
    const found = this.peers.get(id);
    if (found === undefined) throw new Error(`There is no peer ${id}`);
    return found;
  }

  link(a: number, b: number): void {
    this.peer(a).linked(b);
    this.peer(b).linked(a);
  }

  unlink(a: number, b: number, force: boolean): void {
    this.peer(a).unlinked(b, force);
    this.peers.get(b)?.unlinked(a, false);
  }

  setDropping(from: number, to: number, on: boolean): void {
    if (on) this.#dropped.add(`${from}>${to}`);
    else this.#dropped.delete(`${from}>${to}`);
  }

  deliver(from: MemoryPeer, to: number, channel: number, mode: TransferMode, bytes: Uint8Array): void {
    this.#tap(from.id, to, channel, mode, bytes);
    const targets = to > 0 ? from.links.filter((link) => link === to) : from.links.filter((link) => link !== -to);
    for (const target of targets) {
      if (this.#dropped.has(`${from.id}>${target}`)) continue;
      this.peer(target).queue.push({ from: from.id, channel, mode, bytes: bytes.slice() });
    }
  }
}

/** First in, first out, also when very many wait. */
class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head < this.#items.length) return item;
    this.#items = [];
    this.#head = 0;
    return item;
  }
}

/** Connections and disconnections are noticed in a poll, packets are there at once. */
export class MemoryPeer extends MultiplayerPeerExtension {
  readonly id: number;
  readonly mode: PeerMode;
  readonly relay: boolean;
  readonly queue = new Fifo<Queued>();
  links: readonly number[] = [];
  readonly #hub: SceneHub;
  #news: (() => void)[] = [];
  #status: ConnectionStatus;
  #target = 0;
  #channel = 0;
  #transferMode: TransferMode = 2;

  constructor(hub: SceneHub, id: number, mode: PeerMode, relay: boolean) {
    super();
    this.#hub = hub;
    this.id = id;
    this.mode = mode;
    this.relay = relay;
    const { CONNECTION_CONNECTING, CONNECTION_CONNECTED } = ConnectionStatus;
    this.#status = mode === 'client' ? CONNECTION_CONNECTING : CONNECTION_CONNECTED;
  }

  linked(other: number): void {
    this.links = [...this.links, other];
    if (this.mode === 'client') this.#status = ConnectionStatus.CONNECTION_CONNECTED;
    this.#news.push(() => this.peer_connected.emit(other));
  }

  unlinked(other: number, silent: boolean): void {
    if (!this.links.includes(other)) return;
    this.links = this.links.filter((link) => link !== other);
    this.#news.push(() => {
      if (!silent) this.peer_disconnected.emit(other, 'left');
      if (this.mode === 'client' && other === 1) this.#status = ConnectionStatus.CONNECTION_DISCONNECTED;
    });
  }

  protected override _getPacket(): { error: 0; buffer: Uint8Array | null } {
    return { error: 0, buffer: this.queue.shift()?.bytes ?? null };
  }

  protected override _putPacket(buffer: Uint8Array): 0 {
    this.#hub.deliver(this, this.#target, this.#channel, this.#transferMode, buffer);
    return 0;
  }

  protected override _getAvailablePacketCount(): number {
    return this.queue.length;
  }

  protected override _getMaxPacketSize(): number {
    return 1 << 24;
  }

  protected override _getPacketChannel(): number {
    return this.queue.first?.channel ?? 0;
  }

  protected override _getPacketMode(): TransferMode {
    return this.queue.first?.mode ?? 2;
  }

  protected override _getPacketPeer(): number {
    return this.queue.first?.from ?? 0;
  }

  protected override _setTransferChannel(channel: number): void {
    this.#channel = channel;
  }

  protected override _getTransferChannel(): number {
    return this.#channel;
  }

  protected override _setTransferMode(mode: TransferMode): void {
    this.#transferMode = mode;
  }

  protected override _getTransferMode(): TransferMode {
    return this.#transferMode;
  }

  protected override _setTargetPeer(peer: number): void {
    this.#target = peer;
  }

  protected override _isServer(): boolean {
    return this.id === 1;
  }

  protected override _poll(): void {
    const news = this.#news;
    this.#news = [];
    for (const tell of news) tell();
  }

  protected override _close(): void {
    this.#status = ConnectionStatus.CONNECTION_DISCONNECTED;
  }

  protected override _disconnectPeer(peer: number, force: boolean): void {
    this.#hub.unlink(this.id, peer, force);
  }

  protected override _getUniqueId(): number {
    return this.id;
  }

  protected override _isServerRelaySupported(): boolean {
    return this.relay;
  }

  protected override _getConnectionStatus(): ConnectionStatus {
    return this.#status;
  }
}
