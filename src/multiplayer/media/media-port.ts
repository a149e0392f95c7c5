import type { ConnectedPeer } from '../connected-peer.js';

/** What deals with tracks on behalf of a multiplayer peer, inside its poll. */
export interface MediaPort {
  /** Once per poll, when everything else is done. */
  poll(peers: readonly ConnectedPeer[]): void;
  /** Whether somebody else may take its place; then it is done. */
  handOver(): boolean;
  /** A peer said something about tracks, see media-word.ts. A stranger may have written it. */
  onWord(peer: ConnectedPeer, word: Uint8Array): void;
}
