import { type Handle, makeHandle } from '../handles.js';
import { type PlatformTrack, type TrackOwner, type TrackSource, TrackType } from './media-types.js';

/**
 * One track of sound or pictures: one that is sent from here, or one that the other side sends.
 * @example
 * ```ts
 * import { WebRTCMediaTrack } from 'scenewire/media';
 *
 * const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
 * for (const source of microphone.getAudioTracks()) {
 *   const track = WebRTCMediaTrack.fromMediaStreamTrack(source);
 *   track.enabled = false; // silent, and still there
 * }
 * ```
 */
export class WebRTCMediaTrack {
  readonly handle: Handle = makeHandle();
  readonly id: string;
  readonly kind: TrackType;
  #owner: TrackOwner | null;
  readonly #source: TrackSource;

  /** @internal Remote tracks are made by their connection; for local ones, see `fromMediaStreamTrack`. */
  constructor(source: TrackSource, owner: TrackOwner | null = null) {
    this.#source = source;
    this.#owner = owner;
    this.id = source.id;
    this.kind = source.kind === 'video' ? TrackType.TRACK_VIDEO : TrackType.TRACK_AUDIO;
  }

  /** A local track from what the browser gave, for example a microphone. The same source may be wrapped more than once. */
  static fromMediaStreamTrack(source: PlatformTrack | TrackSource): WebRTCMediaTrack {
    return new WebRTCMediaTrack(source as TrackSource);
  }

  /** The browser's own track, for an audio node or a video texture. */
  get source(): PlatformTrack {
    return this.#source as PlatformTrack;
  }

  /** The connection it comes from. Null for a local track, and once it was removed. */
  get parentConnection(): TrackOwner | null {
    return this.#owner;
  }

  /** A local track that is not enabled sends silence or black; a remote one is not played. */
  get enabled(): boolean {
    return this.#source.enabled;
  }

  set enabled(enabled: boolean) {
    this.#source.enabled = enabled;
  }

  /** @internal Its connection has lost it. */
  leave(): void {
    this.#owner = null;
  }
}
