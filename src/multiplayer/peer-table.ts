import { Err } from '../core/err.js';
import type { ConnectedPeer } from './connected-peer.js';
import { ByeReason } from './link/bye-message.js';

/** The remote peers by id and in the order in which they were added, and whose turn it is to be read. */
export class PeerTable {
  /** Replaced, never changed in place: a loop over it goes on undisturbed when a listener adds or removes a peer. */
  list: readonly ConnectedPeer[] = [];
  readonly #byId = new Map<number, ConnectedPeer>();
  #next: ConnectedPeer | null = null;

  get(id: number): ConnectedPeer | undefined {
    return this.#byId.get(id);
  }

  /** Whether it is this very peer that has its id; after a listener ran, it may be another one or none. */
  holds(peer: ConnectedPeer): boolean {
    return this.#byId.get(peer.id) === peer;
  }

  add(peer: ConnectedPeer): void {
    this.#byId.set(peer.id, peer);
    this.list = [...this.list, peer];
  }

  /** Ends a peer here, without a word. Its connection is left to the caller when it is about to go. */
  drop(peer: ConnectedPeer): void {
    this.#byId.delete(peer.id);
    this.list = this.list.filter((other) => other !== peer);
    peer.connected = false;
    if (!peer.isLeaving) peer.close();
    if (this.#next !== peer) return;
    this.#next = null;
    this.findNext();
  }

  dropAll(): void {
    const { list } = this;
    this.#byId.clear();
    this.list = [];
    this.#next = null;
    for (const peer of list) {
      peer.connected = false;
      peer.close();
    }
  }

  /** The peer whose packet is handed out next. Null when there is none, or somebody else has taken it meanwhile. */
  get selected(): ConnectedPeer | null {
    const next = this.#next;
    return next === null || next.route.nextLane < 0 ? null : next;
  }

  /**
   * One packet from each peer in turn, so that a talkative one can't silence the others: the search begins behind the
   * one selected last and comes back to it at the end.
   */
  findNext(): void {
    const count = this.list.length;
    const start = this.#next === null ? -1 : this.list.indexOf(this.#next);
    this.#next = null;
    for (let step = 1; step <= count; step += 1) {
      const peer = this.list[(start + step) % count] as ConnectedPeer;
      if (!peer.connected || peer.route.nextLane < 0) continue;
      this.#next = peer;
      return;
    }
  }

  /** Packets waiting over all connected peers. */
  get available(): number {
    let count = 0;
    for (const peer of this.list) if (peer.connected) count += peer.route.available;
    return count;
  }

  /** Whether somebody who plays along has more reliable packets waiting than is good. Asks all, so that all tell later. */
  isBusy(except: number): boolean {
    let busy = false;
    for (const { connected, id, route } of this.list) {
      if (connected && id !== except && !route.isUnresponsive && route.checkBusy()) busy = true;
    }
    return busy;
  }

  /**
   * What one of them cannot take does not concern the others, and those that still connect are left out. A peer that does
   * not answer and whose queue is full has lost a packet: it is told to go rather than left with a hole in its game.
   */
  broadcast(lane: number, packet: Uint8Array, except: number): void {
    for (const peer of this.list) {
      if (!peer.connected || peer.id === except) continue;
      const err = peer.route.send(lane, packet);
      if (err === Err.ERR_BUSY) peer.isLeaving = peer.route.leave(ByeReason.TIMEOUT);
    }
  }
}
