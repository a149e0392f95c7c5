import { DEFAULT_REMOTE_STREAM_ID, type TrackType } from '../../../extension/media/media-types.js';
import { forwardedName } from '../forwarded-name.js';
import type { MediaPeer } from '../media-peer.js';

/** One track of one player, whichever way it is passed on. */
export interface Speaker {
  readonly peer: MediaPeer;
  readonly peerId: number;
  readonly kind: TrackType;
  /** 0 to 127, of the last moments. 0 as well when nothing tells. */
  loudness(): number;
}

/** The names of a player's streams as listeners get them. */
export function namesFor(peerId: number, streams: readonly (string | null)[]): readonly string[] {
  const names = new Set(streams.map((name) => name ?? DEFAULT_REMOTE_STREAM_ID));
  if (names.size === 0) names.add(DEFAULT_REMOTE_STREAM_ID);
  return [...names].map((name) => forwardedName(peerId, name));
}
