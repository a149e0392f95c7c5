import { TrackType } from './media-types.js';
import type { WebRTCMediaTrack } from './webrtc-media-track.js';

/**
 * For a received track that is sent on: Chromium decodes sound only while something in the page plays it, so an element
 * does, muted. Gives what ends that.
 */
export function keepFlowing({ kind, source }: WebRTCMediaTrack): () => void {
  if (kind !== TrackType.TRACK_AUDIO || typeof Audio === 'undefined') return () => {};
  const element = new Audio();
  element.muted = true;
  element.srcObject = new MediaStream([source]);
  element.play().catch(() => {});
  return () => {
    element.srcObject = null;
  };
}
