import type { Signal } from '../../core/signal.js';
import type { ReportQueue } from '../report-queue.js';
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
  /** No exchange of descriptions is under way, and none has begun. */
  readonly isAtRest: boolean;
  readonly reports: ReportQueue;
  /** Anything but null: `negotiation_needed` comes with the poll. */
  needsNegotiation: 'channel' | 'restart' | null;
  /** The driver of tracks is null when the back end has none. */
  readonly extension: { _openMedia?(maker: W3CMediaMaker): MediaDriver | null };
  /** Something that was accepted failed afterwards. */
  tell(message: string): void;
}
