import { Err } from '../../core/err.js';
import { GodotObject } from '../../core/godot-object.js';
import type { TrackSource } from '../../extension/media/media-types.js';
import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import type { WebRTCMultiplayerPeer } from '../webrtc-multiplayer-peer.js';

export interface LocalTrackOptions {
  /** Names of the streams it belongs to; letters, digits and `-_.`. Default: "voice" for sound, "screen" for pictures. */
  streams?: readonly string[];
  /** Who gets it; everybody when left out. Asked again four times a second: who is not to hear it costs no traffic. */
  to?: (peerId: number) => boolean;
}

export type PeerMediaSignals = {
  /** The peer takes tracks, too: what is added here goes to it. A forwarding server counts as one. */
  peer_added: [peerId: number];
  peer_removed: [peerId: number];
  /** A peer sends a track; through a forwarding server, the peer is the one it comes from. */
  track_added: [peerId: number, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];
  track_removed: [peerId: number, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];
};

/**
 * Tracks of a running game: between all peers that have one of these, and nobody else. What it takes to agree on them goes
 * over the links of the game, so that no signalling is needed. It works inside the `poll()` of its multiplayer peer.
 */
export class PeerMedia extends GodotObject<PeerMediaSignals> {
  readonly peer_added = this.signal('peer_added');
  readonly peer_removed = this.signal('peer_removed');
  readonly track_added = this.signal('track_added');
  readonly track_removed = this.signal('track_removed');
  readonly peer: WebRTCMultiplayerPeer;

  /** At any time, before the game begins or while it runs. One for each multiplayer peer. */
  constructor(peer: WebRTCMultiplayerPeer) {
    super();
    this.peer = peer;
  }

  /** Sends a track to all peers that take media, now and later. */
  addLocalTrack(_track: WebRTCMediaTrack | TrackSource, _options: LocalTrackOptions = {}): Err {
    return Err.ERR_UNAVAILABLE;
  }

  removeLocalTrack(_track: WebRTCMediaTrack | TrackSource): Err {
    return Err.ERR_UNAVAILABLE;
  }

  /** Sends something else of the same kind in its place, such as another microphone; nothing has to be agreed on. */
  replaceLocalTrack(_track: WebRTCMediaTrack | TrackSource, _by: WebRTCMediaTrack | TrackSource): Err {
    return Err.ERR_UNAVAILABLE;
  }

  getLocalTracks(): readonly WebRTCMediaTrack[] {
    return [];
  }

  /** Peers that take media, in the order in which they came. */
  getPeers(): readonly number[] {
    return [];
  }

  /** What a peer sends. */
  getTracks(_peerId: number): readonly WebRTCMediaTrack[] {
    return [];
  }

  /** Takes all tracks back and gives up those of the others. The game goes on. */
  close(): void {}
}
