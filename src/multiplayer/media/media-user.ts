import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import type { ConnectedPeer } from '../connected-peer.js';
import type { MediaPeer } from './media-peer.js';

/** Who has something to do with tracks: the player's own (`PeerMedia`), or those of others (`MediaForwarder`). */
export interface MediaUser {
  /** Passes on what peers send. There is one user of each sort at a time. */
  readonly forwards: boolean;
  /** Whether it can deal with the tracks of this peer. */
  takes(peer: ConnectedPeer): boolean;
  /** From now on the peer may send tracks. */
  onMet(peer: MediaPeer): void;
  /** It takes tracks; it does not any more. */
  onWelcome(peer: MediaPeer): void;
  onUnwelcome(peer: MediaPeer): void;
  /** It said to whom it passes tracks on, or from whom one is to be withheld. */
  onWish(peer: MediaPeer): void;
  onTrack(peer: MediaPeer, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack): void;
  onTrackGone(peer: MediaPeer, track: WebRTCMediaTrack): void;
  /** Its connection is over. */
  onGone(peer: MediaPeer): void;
  onPoll(): void;
}
