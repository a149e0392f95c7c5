import type { WebSocketPeer } from './websocket-peer.js';
import { WebSocketState } from './websocket-types.js';

/** Somebody at the other end of a WebSocket, from the id message to the end. */
export class RemotePeer {
  readonly id: number;
  readonly socket: WebSocketPeer;
  /** Its packets that were handed on and not read yet. */
  unread = 0;
  /** The connection has ended; its last packets are being read. */
  isLeaving = false;

  constructor(id: number, socket: WebSocketPeer) {
    this.id = id;
    this.socket = socket;
  }

  get isOpen(): boolean {
    return this.socket.getReadyState() === WebSocketState.STATE_OPEN;
  }
}

/** Packets of all peers in the order they are read in. */
export class IncomingPackets {
  #packets: { readonly from: RemotePeer; readonly packet: Uint8Array }[] = [];
  #head = 0;

  get size(): number {
    return this.#packets.length - this.#head;
  }

  /** Who sent the next packet; 0 when there is none. */
  get nextPeer(): number {
    return this.#packets[this.#head]?.from.id ?? 0;
  }

  /**
   * Takes over what one poll has published of a peer. An empty message ends that, as in Godot, and the rest comes with
   * the next poll. Returns whether all were taken.
   */
  takeFrom(peer: RemotePeer): boolean {
    // Somebody whose packets are not read is not read from either, so that they pile up in one place, which is bounded.
    if (peer.unread > 0 && !peer.isLeaving) return false;
    const { socket } = peer;
    for (let left = socket.getAvailablePacketCount(); left > 0; left -= 1) {
      const packet = socket.getPacket();
      if (packet.length > 0) this.#push(peer, packet);
      else if (!peer.isLeaving) return false;
    }
    return true;
  }

  take(): Uint8Array | undefined {
    const next = this.#packets[this.#head];
    if (next === undefined) return undefined;
    next.from.unread -= 1;
    this.#head += 1;
    if (this.#head === this.#packets.length) this.clear();
    return next.packet;
  }

  clear(): void {
    this.#packets = [];
    this.#head = 0;
  }

  #push(from: RemotePeer, packet: Uint8Array): void {
    from.unread += 1;
    this.#packets.push({ from, packet });
  }
}
