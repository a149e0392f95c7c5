import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { guarded } from '../back-end-calls.js';
import { noStats } from '../no-stats.js';
import type { WebRTCStats } from '../webrtc-types.js';
import { LocalTracks } from './local-tracks.js';
import type { MediaDriver } from './media-driver.js';
import type { MediaHost } from './media-host.js';
import type { StreamSource, TrackSource } from './media-types.js';
import { RemoteTracks } from './remote-tracks.js';
import { W3CMedia } from './w3c-media.js';
import type { WebRTCMediaStream } from './webrtc-media-stream.js';
import type { WebRTCMediaTrack } from './webrtc-media-track.js';

/** The media part of a connection; null when its back end has none. */
export function openMedia(host: MediaHost): ConnectionMedia | null {
  const onFailure = (message: string): void => host.reports.report(() => host.tell(message));
  const driver = guarded(host.extension, null, (extension) =>
    extension._openMedia?.((connection) => new W3CMedia(connection, onFailure)),
  );
  return driver == null ? null : new ConnectionMedia(host, driver);
}

/** The tracks and streams of one life of a connection: what its user asks for, and what the other side sends. */
export class ConnectionMedia {
  readonly #host: MediaHost;
  readonly #driver: MediaDriver;
  readonly #local: LocalTracks;
  readonly #remote: RemoteTracks;
  /** Tracks or descriptions have changed since it was last seen whether an offer is due. */
  #hasChanged = false;
  /** An offer was asked for, and neither it nor another wish has come since. */
  #isAsked = false;

  constructor(host: MediaHost, driver: MediaDriver) {
    this.#host = host;
    this.#driver = driver;
    this.#local = new LocalTracks(driver);
    this.#remote = new RemoteTracks(host);
  }

  /** Whether something is to be offered. */
  get hasLocalTracks(): boolean {
    return this.#local.size > 0;
  }

  /** An exchange that was under way may have covered what has changed. */
  poll(): void {
    if (!this.#host.isAtRest) this.#isAsked = false;
    if (!this.#hasChanged || !this.#host.isAtRest) return;
    this.#hasChanged = false;
    const isDue = this.#driver.isOfferDue;
    // A browser takes its time to apply an offer and to take it back: both are seen after it was asked for anew.
    if (isDue && !this.#isAsked) this.#host.needsNegotiation ??= 'channel';
    this.#isAsked = isDue;
  }

  addTrack(track: unknown, streams: unknown): Err {
    return this.#changed(this.#local.add(track, streams));
  }

  removeTrack(track: unknown): Err {
    return this.#changed(this.#local.remove(track));
  }

  /** No agreement is needed. */
  replaceTrack(track: unknown, by: unknown): Err {
    return this.#local.replace(track, by);
  }

  /** Sends nothing of it for a while; no agreement is needed. */
  holdTrack(track: unknown, held: boolean): Err {
    return this.#local.hold(track, held);
  }

  addStream(stream: WebRTCMediaStream | StreamSource): Err {
    return this.#changed(this.#local.addStream(stream));
  }

  removeStream(stream: WebRTCMediaStream | StreamSource): Err {
    return this.#changed(this.#local.removeStream(stream));
  }

  contains(track: WebRTCMediaTrack | TrackSource): boolean {
    return this.#local.has(track) || this.#remote.has(track);
  }

  get localStreams(): readonly WebRTCMediaStream[] {
    return this.#local.streams;
  }

  get remoteStreams(): readonly WebRTCMediaStream[] {
    return this.#remote.streams;
  }

  /** How loud a track of the other side is right now, from 0 to 1. */
  level(track: WebRTCMediaTrack): number {
    return this.#driver.level?.(track.source) ?? 0;
  }

  /** A description was applied: what the other side sends now is told with the next poll. */
  noteReceived(): void {
    // An offer that was taken back, or an answer to theirs, may leave something out.
    this.#hasChanged = true;
    // Copied: what a back end keeps may be another by the time of the poll.
    const received = this.#driver
      .received()
      .map(({ section, source, streams }) => ({ section, source, streams: [...streams] }));
    if (received.length > 0 || !this.#remote.isEmpty) this.#host.reports.report(() => this.#remote.follow(received));
  }

  written(sdp: string): string {
    return this.#driver.written(sdp);
  }

  read(sdp: string): string {
    return this.#driver.read(sdp);
  }

  async stats(track: WebRTCMediaTrack): Promise<WebRTCStats> {
    const known = this.contains(track);
    if (!known) fail(Err.ERR_DOES_NOT_EXIST, 'The track is not one of this connection');
    return known ? this.#driver.stats(track.source) : noStats(Err.ERR_DOES_NOT_EXIST);
  }

  /** The connection is over. */
  end(): void {
    this.#local.end();
    this.#remote.end();
  }

  #changed(err: Err): Err {
    if (err === Err.OK) {
      this.#hasChanged = true;
      this.#isAsked = false;
    }
    return err;
  }
}
