import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { ConnectedPeer } from './connected-peer.js';
import type { ByeReason } from './link/bye-message.js';
import type { PeerLink } from './link/peer-link.js';
import { LinkedRoute } from './linked-route.js';
import type { WebRTCPeerSettings } from './webrtc-peer-options.js';

/** The remote peers by id and in the order in which they were added, and whose turn it is to be read. */
export class PeerTable {
  /** Replaced, never changed in place: a loop over it goes on undisturbed when a listener adds or removes a peer. */
  list: readonly ConnectedPeer[] = [];
  readonly #byId = new Map<number, ConnectedPeer>();
  // PERF: both are filled anew by every `sortOut`. What runs in every frame goes by numbers: an iterator is garbage.
  readonly ready: ConnectedPeer[] = [];
  readonly ended: ConnectedPeer[] = [];
  #next: ConnectedPeer | null = null;

  get(id: number): ConnectedPeer | undefined {
    return this.#byId.get(id);
  }

  /** Reports when there is none. */
  find(id: number): ConnectedPeer | undefined {
    const peer = this.#byId.get(id);
    if (peer === undefined) pushError(`There is no peer ${String(id)}`, Err.ERR_DOES_NOT_EXIST);
    return peer;
  }

  /** Null for one that is spoken to as Godot speaks. */
  linkTo(id: number): PeerLink | null {
    const route = this.#byId.get(id)?.route;
    return route instanceof LinkedRoute ? route.link : null;
  }

  get connectedIds(): readonly number[] {
    return this.list.filter(({ connected }) => connected).map(({ id }) => id);
  }

  /** Whether it is this very peer that has its id; after a listener ran, it may be another one or none. */
  holds(peer: ConnectedPeer): boolean {
    return this.#byId.get(peer.id) === peer;
  }

  add(peer: ConnectedPeer): void {
    this.#byId.set(peer.id, peer);
    this.list = [...this.list, peer];
  }

  /** Those that a listener removes meanwhile, or that take the place of one, are left out. */
  poll(): void {
    const { list } = this;
    for (let at = 0; at < list.length; at += 1) {
      const peer = list[at] as ConnectedPeer;
      if (this.holds(peer)) peer.poll();
    }
  }

  flush(): void {
    for (let at = 0; at < this.list.length; at += 1) (this.list[at] as ConnectedPeer).route.flush();
  }

  /** Sorts out who is ready, and who has ended or did not connect in time. No listener runs meanwhile. */
  sortOut({ clock, connectTimeoutMs }: WebRTCPeerSettings): void {
    this.ready.length = this.ended.length = 0;
    for (let at = 0; at < this.list.length; at += 1) {
      const peer = this.list[at] as ConnectedPeer;
      // PERF: the time is not asked for on behalf of those who are there: a number that is passed on is allocated.
      const isLate = !peer.connected && clock.now() - peer.addedAt >= connectTimeoutMs;
      if (!peer.connected && peer.isReady) this.ready.push(peer);
      else if (isLate || (peer.hasEnded && !peer.waitsToBeRead)) this.ended.push(peer);
    }
  }

  /** Ends a peer here. Its connection is left to the caller when it was told to go. */
  drop(peer: ConnectedPeer, reason: ByeReason): void {
    this.#byId.delete(peer.id);
    this.list = this.list.filter((other) => other !== peer);
    peer.connected = false;
    if (!peer.isLeaving) peer.close(reason);
    if (this.#next !== peer) return;
    this.#next = null;
    this.findNext();
  }

  dropAll(reason: ByeReason): void {
    const { list } = this;
    this.#byId.clear();
    this.list = [];
    this.ready.length = this.ended.length = 0;
    this.#next = null;
    for (const peer of list) {
      peer.connected = false;
      peer.close(reason);
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
}
