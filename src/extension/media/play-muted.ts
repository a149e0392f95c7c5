import { onGestures } from './gestures.js';
import { type TrackSource, TrackType } from './media-types.js';
import type { WebRTCMediaTrack } from './webrtc-media-track.js';

/**
 * Plays a track in an element without sound, which most browsers allow at any time. Where the player forbade that, or the
 * phone saves its battery, it begins with the next gesture. Gives what ends it.
 */
export function playMuted(element: HTMLMediaElement, track: TrackSource): () => void {
  element.muted = true;
  element.srcObject = new MediaStream([track as MediaStreamTrack]);
  let stopWaiting = (): void => {};
  const play = (): void => void element.play().then(() => stopWaiting(), wait);
  const wait = (thrown: unknown): void => {
    stopWaiting();
    // Others are about an element that is let go of already.
    if ((thrown as Error).name === 'NotAllowedError') stopWaiting = onGestures(play);
  };
  play();
  return () => {
    stopWaiting();
    element.pause();
    element.srcObject = null;
  };
}

/** For a received track that is sent on: Chromium decodes sound only while something in the page plays it. */
export function keepFlowing({ kind, source }: WebRTCMediaTrack): () => void {
  const isPlayable = kind === TrackType.TRACK_AUDIO && typeof Audio !== 'undefined';
  return isPlayable ? playMuted(new Audio(), source) : () => {};
}
