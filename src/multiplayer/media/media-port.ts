import type { ConnectedPeer } from '../connected-peer.js';
import type { MediaPeer } from './media-peer.js';

/** What deals with tracks on behalf of a multiplayer peer, inside its poll. */
export interface MediaPort {
  /** Once per poll, when everything else is done. */
  poll(peers: readonly ConnectedPeer[]): void;
  /** The peers it knows, for who takes its place now that it is closed; null while it is not. */
  handOver(): readonly MediaPeer[] | null;
  /** A peer said something about tracks, see media-word.ts. A stranger may have written it. */
  onWord(peer: ConnectedPeer, word: Uint8Array): void;
}
