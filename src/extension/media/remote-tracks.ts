import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { isSource } from './local-tracks.js';
import type { ReceivedTrack } from './media-driver.js';
import type { MediaHost } from './media-host.js';
import { DEFAULT_REMOTE_STREAM_ID } from './media-types.js';
import { WebRTCMediaStream } from './webrtc-media-stream.js';
import { WebRTCMediaTrack } from './webrtc-media-track.js';

interface RemoteTrack {
  readonly track: WebRTCMediaTrack;
  readonly streams: readonly WebRTCMediaStream[];
}

/** Streams that are remembered without a track: a stranger can think of new names for ever. */
const MAX_EMPTY_STREAMS = 64;

/** What the other side sends, compared with what it sent before whenever a description was applied. */
export class RemoteTracks {
  readonly #host: MediaHost;
  /** By section. */
  readonly #tracks = new Map<string, RemoteTrack>();
  /** Sections whose track is none: that is reported once. */
  #refused: readonly string[] = [];
  /** Made once for each name; those without tracks are kept, since the name may come back. */
  readonly #streams = new Map<string, WebRTCMediaStream>();
  /** Those that were told of, in the order in which they came. */
  #present: readonly WebRTCMediaStream[] = [];

  constructor(host: MediaHost) {
    this.#host = host;
  }

  get isEmpty(): boolean {
    return this.#tracks.size === 0;
  }

  get streams(): readonly WebRTCMediaStream[] {
    return this.#present;
  }

  has(track: unknown): boolean {
    for (const known of this.#tracks.values()) if (known.track === track || known.track.source === track) return true;
    return false;
  }

  /** Inside a poll. A listener may end the connection at any point. */
  follow(received: readonly ReceivedTrack[]): void {
    const bySection = new Map(received.map((track) => [track.section, track]));
    for (const [section, known] of this.#tracks) {
      const now = bySection.get(section);
      if (now === undefined || !isSame(known, now)) this.#remove(section, known);
    }
    this.#refused = this.#refused.filter((section) => bySection.has(section));
    for (const [section, track] of bySection) if (!this.#tracks.has(section)) this.#add(section, track);
  }

  end(): void {
    for (const { track } of this.#tracks.values()) track.leave();
    this.#tracks.clear();
    this.#streams.clear();
    this.#present = [];
  }

  #add(section: string, { source, streams: names }: ReceivedTrack): void {
    if (this.#host.isClosed) return;
    if (!isSource(source)) {
      if (this.#refused.includes(section)) return;
      this.#refused = [...this.#refused, section];
      pushError('The back end told of a track that is none', Err.ERR_INVALID_PARAMETER);
      return;
    }
    const { signals } = this.#host;
    const track = new WebRTCMediaTrack(source, signals);
    const streams = namesOf(names).map((name) => this.#streamOf(name));
    const added = streams.filter((stream) => !this.#present.includes(stream));
    this.#tracks.set(section, { track, streams });
    this.#present = [...this.#present, ...added];
    for (const stream of streams) stream.add(track);
    for (const stream of added) signals.stream_added.emit(stream);
    if (!this.#host.isClosed) signals.track_added.emit(streams, track);
  }

  #remove(section: string, { track, streams }: RemoteTrack): void {
    if (this.#host.isClosed) return;
    const { signals } = this.#host;
    this.#tracks.delete(section);
    track.leave();
    for (const stream of streams) stream.remove(track);
    const emptied = streams.filter((stream) => stream.getTracks().length === 0);
    this.#present = this.#present.filter((stream) => !emptied.includes(stream));
    this.#forgetEmpty();
    signals.track_removed.emit(streams, track);
    for (const stream of emptied) if (!this.#host.isClosed) signals.stream_removed.emit(stream);
  }

  #streamOf(name: string): WebRTCMediaStream {
    const stream = this.#streams.get(name) ?? new WebRTCMediaStream(name);
    this.#streams.set(name, stream);
    return stream;
  }

  #forgetEmpty(): void {
    let over = this.#streams.size - this.#present.length - MAX_EMPTY_STREAMS;
    for (const [name, stream] of this.#streams) {
      if (over <= 0) return;
      if (stream.getTracks().length > 0) continue;
      this.#streams.delete(name);
      over -= 1;
    }
  }
}

/** Each once, and at least one. */
function namesOf(streams: readonly (string | null)[]): readonly string[] {
  const names = new Set(streams.map((name) => name ?? DEFAULT_REMOTE_STREAM_ID));
  return names.size === 0 ? [DEFAULT_REMOTE_STREAM_ID] : [...names];
}

function isSame({ track, streams }: RemoteTrack, now: ReceivedTrack): boolean {
  const names = namesOf(now.streams);
  return (
    track.source === now.source &&
    names.length === streams.length &&
    streams.every(({ id }, index) => id === names[index])
  );
}
