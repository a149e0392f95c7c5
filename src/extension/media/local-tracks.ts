import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import type { MediaDriver } from './media-driver.js';
import { isStreamName } from './media-sdp.js';
import type { StreamSource, TrackSource } from './media-types.js';
import { WebRTCMediaStream } from './webrtc-media-stream.js';
import { WebRTCMediaTrack } from './webrtc-media-track.js';

interface LocalTrack {
  track: WebRTCMediaTrack;
  readonly streams: readonly WebRTCMediaStream[];
  isHeld: boolean;
}

/** More than any peer takes in one description. */
export const MAX_TRACKS = 16;

/** What is sent from here, and the streams it is in. */
export class LocalTracks {
  readonly #driver: MediaDriver;
  #all: readonly LocalTrack[] = [];
  /** Given with `addStream`, which may be empty, or as one of a track. */
  #streams = new Map<string, WebRTCMediaStream>();

  constructor(driver: MediaDriver) {
    this.#driver = driver;
  }

  get size(): number {
    return this.#all.length;
  }

  get streams(): readonly WebRTCMediaStream[] {
    return [...this.#streams.values()];
  }

  has(track: unknown): boolean {
    return this.#find(track) !== undefined;
  }

  add(given: unknown, names: unknown): Err {
    const track = toTrack(given);
    if (track === null) return fail(Err.ERR_INVALID_PARAMETER, 'This is no track');
    const streams = this.#toStreams(names);
    if (streams === null) return fail(Err.ERR_INVALID_PARAMETER, 'Streams have names of up to 64 letters and digits');
    if (this.has(track)) return fail(Err.ERR_ALREADY_EXISTS, 'The track is sent already');
    if (this.size === MAX_TRACKS) return tooManyTracks();
    const err = this.#driver.addTrack(
      track.source,
      streams.map(({ id }) => id),
    );
    if (err !== Err.OK) return err;
    for (const stream of streams) {
      this.#streams.set(stream.id, stream);
      stream.add(track);
    }
    this.#all = [...this.#all, { track, streams, isHeld: false }];
    return Err.OK;
  }

  remove(given: unknown): Err {
    const found = this.#find(given);
    if (found === undefined) return unknownTrack();
    const err = this.#driver.removeTrack(found.track.source);
    if (err !== Err.OK) return err;
    this.#all = this.#all.filter((other) => other !== found);
    for (const stream of found.streams) {
      stream.remove(found.track);
      const isUsed = this.#all.some(({ streams }) => streams.includes(stream));
      if (!isUsed) this.#streams.delete(stream.id);
    }
    return Err.OK;
  }

  replace(given: unknown, by: unknown): Err {
    const found = this.#find(given);
    if (found === undefined) return unknownTrack();
    const track = toTrack(by);
    if (track === null || track.kind !== found.track.kind) {
      return fail(Err.ERR_INVALID_PARAMETER, 'Only a track of the same kind can take its place');
    }
    if (this.has(track)) return fail(Err.ERR_ALREADY_EXISTS, 'The track is sent already');
    const err = this.#driver.replaceTrack(found.track.source, track.source, found.isHeld);
    if (err !== Err.OK) return err;
    for (const stream of found.streams) {
      const wasActive = stream.activeAudioTrack === found.track || stream.activeVideoTrack === found.track;
      stream.remove(found.track);
      stream.add(track);
      if (wasActive) stream.selectTrack(track);
    }
    found.track = track;
    return Err.OK;
  }

  hold(given: unknown, isHeld: boolean): Err {
    const found = this.#find(given);
    if (found === undefined) return unknownTrack();
    if (found.isHeld === isHeld) return Err.OK;
    found.isHeld = isHeld;
    const { source } = found.track;
    return this.#driver.replaceTrack(source, source, isHeld);
  }

  /** All of its tracks, or none. */
  addStream(given: WebRTCMediaStream | StreamSource): Err {
    const stream = toStream(given);
    if (stream === null) return fail(Err.ERR_INVALID_PARAMETER, 'This is no stream');
    const isKnown = this.#streams.has(stream.id) || stream.getTracks().some((track) => this.has(track));
    if (isKnown) return fail(Err.ERR_ALREADY_EXISTS, 'The stream, or a track of it, is sent already');
    this.#streams.set(stream.id, stream);
    for (const track of stream.getTracks()) {
      const err = this.add(track, [stream]);
      if (err === Err.OK) continue;
      this.removeStream(stream);
      return err;
    }
    return Err.OK;
  }

  removeStream(given: WebRTCMediaStream | StreamSource): Err {
    const stream = this.#streams.get(idOf(given));
    if (stream === undefined) return fail(Err.ERR_DOES_NOT_EXIST, 'The stream is not sent by this connection');
    const tracks = stream.getTracks();
    for (const { track, streams } of this.#all) if (streams.includes(stream)) this.remove(track);
    this.#streams.delete(stream.id);
    // What was made by hand keeps its tracks, to be added again.
    if (given instanceof WebRTCMediaStream) for (const track of tracks) stream.add(track);
    return Err.OK;
  }

  /** The connection is over. The streams are their makers'. */
  end(): void {
    this.#all = [];
    this.#streams.clear();
  }

  #find(given: unknown): LocalTrack | undefined {
    const source = given instanceof WebRTCMediaTrack ? given.source : given;
    return this.#all.find(({ track }) => track.source === source);
  }

  /** Each once; null when one of them is none. */
  #toStreams(given: unknown): readonly WebRTCMediaStream[] | null {
    if (!Array.isArray(given)) return null;
    const streams = new Map<string, WebRTCMediaStream>();
    for (const one of given) {
      const id = one instanceof WebRTCMediaStream ? one.id : one;
      if (!isStreamName(id)) return null;
      const own = one instanceof WebRTCMediaStream ? one : null;
      streams.set(id, this.#streams.get(id) ?? own ?? new WebRTCMediaStream(id));
    }
    return [...streams.values()];
  }
}

/** A handle for what may be one already, or a browser's own track. */
export function toTrack(given: unknown): WebRTCMediaTrack | null {
  if (given instanceof WebRTCMediaTrack) return given;
  return isSource(given) ? new WebRTCMediaTrack(given) : null;
}

export function isSource(given: unknown): given is TrackSource {
  if (typeof given !== 'object' || given === null) return false;
  const { id, kind } = given as Partial<TrackSource>;
  return typeof id === 'string' && (kind === 'audio' || kind === 'video');
}

function toStream(given: unknown): WebRTCMediaStream | null {
  if (given instanceof WebRTCMediaStream) return isStreamName(given.id) ? given : null;
  const { id, getTracks } = (given ?? {}) as Partial<StreamSource>;
  // Firefox puts braces around its ids, which are letters of a name.
  if (!isStreamName(id) || typeof getTracks !== 'function') return null;
  return new WebRTCMediaStream(
    id,
    (given as StreamSource)
      .getTracks()
      .filter(isSource)
      .map((source) => new WebRTCMediaTrack(source)),
  );
}

const idOf = (given: unknown): string => String((given as { id?: unknown } | null)?.id);

export function unknownTrack(): Err {
  return fail(Err.ERR_DOES_NOT_EXIST, 'The track is not sent here');
}

export function tooManyTracks(): Err {
  return fail(Err.ERR_OUT_OF_MEMORY, `No more than ${MAX_TRACKS} tracks can be sent`);
}
