import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { TrackType } from './media-types.js';
import type { WebRTCMediaTrack } from './webrtc-media-track.js';

/**
 * Tracks that belong together, under a name. Of each kind one is the active one: the first, or the selected one.
 * @example
 * ```ts
 * import { WebRTCMediaStream, WebRTCMediaTrack } from 'scenewire/media';
 *
 * declare const microphone: MediaStreamTrack;
 *
 * const voice = new WebRTCMediaStream('voice', [WebRTCMediaTrack.fromMediaStreamTrack(microphone)]);
 * console.log(voice.getTracks().length, voice.activeAudioTrack?.id);
 * ```
 */
export class WebRTCMediaStream {
  readonly id: string;
  readonly #active: [audio: WebRTCMediaTrack | null, video: WebRTCMediaTrack | null] = [null, null];
  #tracks: readonly WebRTCMediaTrack[] = [];

  /** A local stream. Remote ones are made by their connection. */
  constructor(id: string, tracks: readonly WebRTCMediaTrack[] = []) {
    this.id = id;
    for (const track of tracks) this.add(track);
  }

  /** In the order in which they came. */
  getTracks(): readonly WebRTCMediaTrack[] {
    return this.#tracks;
  }

  get activeAudioTrack(): WebRTCMediaTrack | null {
    return this.#active[TrackType.TRACK_AUDIO];
  }

  get activeVideoTrack(): WebRTCMediaTrack | null {
    return this.#active[TrackType.TRACK_VIDEO];
  }

  /** Makes it the active one of its kind. */
  selectTrack(track: WebRTCMediaTrack): Err {
    if (!this.#tracks.includes(track)) return notHere();
    this.#active[track.kind] = track;
    return Err.OK;
  }

  /** If it is the active one of its kind, there is none then. */
  unSelectTrack(track: WebRTCMediaTrack): Err {
    if (!this.#tracks.includes(track)) return notHere();
    if (this.#active[track.kind] === track) this.#active[track.kind] = null;
    return Err.OK;
  }

  /** @internal It becomes the active one of its kind if there is none. */
  add(track: WebRTCMediaTrack): void {
    if (this.#tracks.includes(track)) return;
    this.#tracks = [...this.#tracks, track];
    this.#active[track.kind] ??= track;
  }

  /** @internal No other track takes its place as the active one. */
  remove(track: WebRTCMediaTrack): void {
    this.#tracks = this.#tracks.filter((other) => other !== track);
    if (this.#active[track.kind] === track) this.#active[track.kind] = null;
  }
}

function notHere(): Err {
  return fail(Err.ERR_DOES_NOT_EXIST, 'The track is not in this stream');
}
