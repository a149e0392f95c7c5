import type { PeerIdentity } from '../extension/identity-types.js';
import { NO_FEATURES } from './announced-features.js';
import type { WebRTCPeerEntry } from './connected-peer.js';
import type { LinkStats } from './link/link-stats.js';
import type { ClockEstimate } from './link/peer-clock.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import type { PeerTable } from './peer-table.js';

/** What a `WebRTCMultiplayerPeer` tells of each of its peers. */
export abstract class WebRTCPeerQueries extends MultiplayerPeer {
  readonly #peers: PeerTable;

  /** @internal */
  constructor(peers: PeerTable) {
    super();
    this.#peers = peers;
  }

  /** Whether it was added; it may not be connected yet. */
  hasPeer(peerId: number): boolean {
    return this.#peers.get(peerId) !== undefined;
  }

  getPeer(peerId: number): WebRTCPeerEntry | null {
    const peer = this.#peers.find(peerId);
    return peer === undefined ? null : peer.entry();
  }

  /** In the order in which they were added. */
  getPeers(): Map<number, WebRTCPeerEntry> {
    return new Map(this.#peers.list.map((peer) => [peer.id, peer.entry()]));
  }

  override getPeerStats(peerId: number): LinkStats | null {
    return this.#peers.linkTo(peerId)?.stats() ?? null;
  }

  override getPeerClock(peerId: number): ClockEstimate | null {
    return this.#peers.linkTo(peerId)?.clockEstimate() ?? null;
  }

  override getPeerFeatures(peerId: number): readonly string[] {
    return this.#peers.get(peerId)?.features ?? NO_FEATURES;
  }

  override getPeerIdentity(peerId: number): PeerIdentity | null {
    return this.#peers.get(peerId)?.connection.getPeerIdentity() ?? null;
  }

  /** @internal */
  override connectedIds(): readonly number[] {
    return this.#peers.connectedIds;
  }
}
