import type { Signal } from '../../core/signal.js';
import type { MediaDriver, W3CMediaMaker } from './media-driver.js';
import type { TrackOwner } from './media-types.js';
import type { WebRTCMediaStream } from './webrtc-media-stream.js';
import type { WebRTCMediaTrack } from './webrtc-media-track.js';

type TrackSignal = Signal<[streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack]>;

/** The connection that tracks belong to, and where they are told of. */
export interface MediaOwner extends TrackOwner {
  readonly track_added: TrackSignal;
  readonly track_removed: TrackSignal;
  readonly stream_added: Signal<[stream: WebRTCMediaStream]>;
  readonly stream_removed: Signal<[stream: WebRTCMediaStream]>;
}

/** One life of a connection, as its media part sees it. */
export interface MediaHost {
  readonly signals: MediaOwner;
  readonly isClosed: boolean;
  /** Null when the back end has no tracks. */
  openDriver(maker: W3CMediaMaker): MediaDriver | null;
  /** Runs within the next poll. */
  report(deliver: () => void): void;
  /** `negotiation_needed` is due. */
  needNegotiation(): void;
  /** What was accepted failed afterwards. */
  tellFailure(message: string): void;
}
