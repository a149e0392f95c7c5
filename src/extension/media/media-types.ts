import type { ConnectionState } from '../webrtc-types.js';

export const TrackType = { TRACK_AUDIO: 0, TRACK_VIDEO: 1 } as const;
export type TrackType = (typeof TrackType)[keyof typeof TrackType];

/** What the times of packets are counted in: Opus, and any pictures. */
export const CLOCK_RATES = { [TrackType.TRACK_AUDIO]: 48_000, [TrackType.TRACK_VIDEO]: 90_000 } as const;

/** The stream of remote tracks that came without one. */
export const DEFAULT_REMOTE_STREAM_ID = 'unknown_remote';

/** What sound or pictures come from: a browser's MediaStreamTrack, or anything shaped like it. */
export interface TrackSource {
  readonly id: string;
  /** "audio" or "video". */
  readonly kind: string;
  /** A source that is not enabled sends silence, or black. */
  enabled: boolean;
  readonly readyState?: string;
}

/** Several sources under one name: a browser's MediaStream, or anything shaped like it. */
export interface StreamSource {
  readonly id: string;
  getTracks(): readonly TrackSource[];
}

/** MediaStreamTrack wherever the compiler knows the DOM. */
export type PlatformTrack = typeof globalThis extends { MediaStreamTrack: { prototype: infer Track } }
  ? Track
  : TrackSource;

/** The connection a remote track belongs to: the `WebRTCPeerConnection` itself. */
export interface TrackOwner {
  getConnectionState(): ConnectionState;
}
