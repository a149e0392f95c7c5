import type { ConnectedPeer } from '../connected-peer.js';
import type { MultiplayerPeer } from '../multiplayer-peer.js';

/** What deals with tracks on behalf of a multiplayer peer, inside its poll. */
export interface MediaPort {
  /** Once per poll of each transport, when everything else is done. */
  poll(peers: readonly ConnectedPeer[]): void;
  /** A peer said something about tracks, see media-word.ts. A stranger may have written it. */
  onWord(peer: ConnectedPeer, word: Uint8Array): void;
}

/** A multiplayer peer that has connections with tracks, or may have some. */
export interface MediaCarrier {
  media: MediaPort | null;
  /** False while everybody in the game came by something else. */
  readonly carriesMedia: boolean;
}

export function isCarrier(peer: MultiplayerPeer): peer is MultiplayerPeer & MediaCarrier {
  return 'carriesMedia' in peer;
}
