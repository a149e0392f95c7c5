import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { ConnectionIdentity } from './connection-identity.js';
import { LIFE, openLife } from './connection-queries.js';
import type { ConnectionMedia } from './media/connection-media.js';
import type { StreamSource, TrackSource } from './media/media-types.js';
import type { WebRTCMediaStream } from './media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from './media/webrtc-media-track.js';
import { noStats } from './no-stats.js';
import type { WebRTCStats } from './webrtc-types.js';

/**
 * The tracks and streams of a connection, where its back end has them. What does the work is loaded with the first track:
 * calls made until then give OK, and are carried out when it is there.
 */
export abstract class ConnectionTracks extends ConnectionIdentity {
  /** Sends a track, in streams of these names. `negotiation_needed` follows. */
  addLocalTrack(track: WebRTCMediaTrack | TrackSource, streams: readonly (string | WebRTCMediaStream)[] = []): Err {
    return this.#use(track, (media) => media.addTrack(track, streams));
  }

  /** Sends it no longer. `negotiation_needed` follows. */
  removeLocalTrack(track: WebRTCMediaTrack | TrackSource): Err {
    return this.#use(track, (media) => media.removeTrack(track));
  }

  /** Sends another track of the same kind in its place; nothing has to be agreed on. */
  replaceLocalTrack(track: WebRTCMediaTrack | TrackSource, by: WebRTCMediaTrack | TrackSource): Err {
    return this.#use(track, (media) => media.replaceTrack(track, by));
  }

  /** Whether it is sent by this connection, or comes from it. */
  containsTrack(track: WebRTCMediaTrack | TrackSource): boolean {
    return this[LIFE]?.media.part?.contains(track) ?? false;
  }

  /** Sends all tracks of a stream. One `negotiation_needed` follows. */
  addStream(stream: WebRTCMediaStream | StreamSource): Err {
    return this.#use(stream, (media) => media.addStream(stream));
  }

  removeStream(stream: WebRTCMediaStream | StreamSource): Err {
    return this.#use(stream, (media) => media.removeStream(stream));
  }

  getLocalStreams(): readonly WebRTCMediaStream[] {
    return this[LIFE]?.media.part?.localStreams ?? [];
  }

  getRemoteStreams(): readonly WebRTCMediaStream[] {
    return this[LIFE]?.media.part?.remoteStreams ?? [];
  }

  /** Of the connection, or of one of its tracks. Never rejects; `error` in the result tells when there is nothing to tell. */
  override async getStats(track?: WebRTCMediaTrack): Promise<WebRTCStats> {
    if (track === undefined) return super.getStats();
    return this[LIFE]?.media.part?.stats(track) ?? noStats(Err.ERR_UNAVAILABLE);
  }

  #use(given: unknown, call: (media: ConnectionMedia) => Err): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    if (!life.extension.capabilities.media) return Err.ERR_UNAVAILABLE;
    if (typeof given !== 'object' || given === null) return fail(Err.ERR_INVALID_PARAMETER, 'No track or stream');
    return life.media.use(call) ?? Err.OK;
  }
}
