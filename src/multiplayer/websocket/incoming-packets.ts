import type { RemotePeer } from './remote-peer.js';

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
   * Takes over what one poll has published of a peer, as far as its budget goes. An empty message ends that, as in Godot.
   * The rest comes with the next poll. Returns false when it was an empty message.
   */
  takeFrom(peer: RemotePeer): boolean {
    const wasUsual = this.#takeMessages(peer);
    do {
      peer.pollLink();
      this.#takeLinked(peer);
      // The last words, which are more than the budget of one poll may be, but no more than the socket had room for.
    } while (peer.isLeaving && peer.hasLinkMessages);
    return wasUsual;
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

  #takeMessages(peer: RemotePeer): boolean {
    // Somebody whose packets are not read is not read from either, so that they pile up in one place, which is bounded.
    if (peer.unread > 0 && !peer.isLeaving) return true;
    const { budget } = peer;
    budget.refill();
    for (let left = peer.messages; left > 0 && (budget.packets > 0 || peer.isLeaving); left -= 1) {
      const packet = peer.takeMessage();
      budget.spend(1, packet.length);
      if (peer.confirmsLink(packet)) return true;
      if (packet.length > 0) this.#push(peer, packet);
      else if (!peer.isLeaving) return false;
    }
    return true;
  }

  #takeLinked(peer: RemotePeer): void {
    if (peer.unread > 0 && !peer.isLeaving) return;
    for (;;) {
      const packet = peer.takeLinked();
      if (typeof packet === 'number') return;
      this.#push(peer, packet);
    }
  }

  #push(from: RemotePeer, packet: Uint8Array): void {
    if (from.isDismissed) return;
    from.unread += 1;
    this.#packets.push({ from, packet });
  }
}
