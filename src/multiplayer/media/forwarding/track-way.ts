import type { Clock } from '../../../core/clock.js';
import type { TrackType } from '../../../extension/media/media-types.js';
import { keepFlowing } from '../../../extension/media/play-muted.js';
import type { WebRTCMediaStream } from '../../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../../extension/media/webrtc-media-track.js';
import type { MediaPeer, SharedTrack } from '../media-peer.js';
import type { ForwardingWay } from './forwarding-way.js';
import { Loudness } from './loudness.js';
import { namesFor, type Speaker } from './speaker.js';

/** What a player gets from all others together. A connection sends 16, and the host may have some of its own. */
const MAX_GIVEN = 14;
/** So long what is not heard is kept when something else needs the room; to agree on it anew takes a moment. */
const KEPT_MS = 3000;
/** Decibels from the quietest that counts to the loudest, as packets tell it. */
const LOUDEST = 127;

/** A received track that can be sent on. */
class TrackSpeaker implements Speaker {
  readonly peer: MediaPeer;
  readonly track: WebRTCMediaTrack;
  readonly names: readonly string[];
  readonly stopFlowing: () => void;
  readonly #clock: Clock;
  readonly #loudness = new Loudness();

  constructor(peer: MediaPeer, track: WebRTCMediaTrack, names: readonly string[], clock: Clock) {
    this.peer = peer;
    this.#clock = clock;
    this.track = track;
    this.names = names;
    this.stopFlowing = keepFlowing(track);
  }

  get peerId(): number {
    return this.peer.id;
  }

  get kind(): TrackType {
    return this.track.kind;
  }

  loudness(): number {
    const now = this.#clock.now();
    const level = this.peer.levelOf(this.track);
    this.#loudness.note(level > 0 ? Math.max(0, LOUDEST + 20 * Math.log10(level)) : 0, now);
    return this.#loudness.at(now);
  }
}

interface Given {
  readonly shared: SharedTrack;
  isOn: boolean;
  usedAt: number;
}

/** Tracks of one connection sent on another, which decodes and encodes them: back ends with tracks, such as browsers. */
export class TrackWay implements ForwardingWay {
  readonly name = 'tracks';
  readonly #peer: MediaPeer;
  readonly #clock: Clock;
  readonly #speakers = new Map<WebRTCMediaTrack, TrackSpeaker>();
  /** What was followed last, and what came of it. */
  #followed: readonly WebRTCMediaStream[] | null = null;
  #sent: ReadonlySet<Speaker> = new Set();
  /** What this player gets, or got and may get again. */
  readonly #given = new Map<Speaker, Given>();

  constructor(peer: MediaPeer, clock: Clock) {
    this.#peer = peer;
    this.#clock = clock;
  }

  follow(): ReadonlySet<Speaker> {
    const { remoteStreams } = this.#peer;
    // PERF: what makes functions is another function, or frames in which nothing has changed would make some, too.
    if (remoteStreams !== this.#followed) this.#sent = this.#compare();
    this.#followed = remoteStreams;
    return this.#sent;
  }

  hear(heard: readonly Speaker[], present: ReadonlySet<Speaker>, now: number): void {
    for (const speaker of this.#given.keys()) if (!present.has(speaker)) this.#takeBack(speaker);
    for (const speaker of heard) this.#give(speaker, heard, now);
    for (const [speaker, given] of this.#given) {
      given.isOn = heard.includes(speaker);
      this.#peer.share(given.shared);
    }
    this.#peer.retry();
  }

  get heard(): readonly Speaker[] {
    return [...this.#given].filter(([, { isOn }]) => isOn).map(([speaker]) => speaker);
  }

  close(): void {
    for (const speaker of this.#speakers.values()) this.#forget(speaker);
    for (const speaker of this.#given.keys()) this.#takeBack(speaker);
  }

  #compare(): ReadonlySet<Speaker> {
    const { remoteTracks } = this.#peer;
    const tracks = [...remoteTracks.keys()];
    const taken = tracks.filter((one, at) => tracks.findIndex(({ kind }) => kind === one.kind) === at);
    for (const [track, speaker] of this.#speakers) if (!taken.includes(track)) this.#forget(speaker);
    for (const track of taken) {
      if (this.#speakers.has(track)) continue;
      const streams = (remoteTracks.get(track) ?? []).map(({ id }) => id);
      const speaker = new TrackSpeaker(this.#peer, track, namesFor(this.#peer.id, streams), this.#clock);
      this.#speakers.set(track, speaker);
    }
    return new Set(this.#speakers.values());
  }

  #give(speaker: Speaker, heard: readonly Speaker[], now: number): void {
    const known = this.#given.get(speaker);
    if (known !== undefined) known.usedAt = now;
    else if (speaker instanceof TrackSpeaker && this.#hasRoom(heard, now)) {
      const { track, names } = speaker;
      const given: Given = { shared: { track, streams: names, to: () => given.isOn }, isOn: true, usedAt: now };
      this.#given.set(speaker, given);
    }
  }

  #hasRoom(heard: readonly Speaker[], now: number): boolean {
    if (this.#given.size < MAX_GIVEN) return true;
    for (const [speaker, { usedAt }] of this.#given) {
      if (heard.includes(speaker) || now - usedAt <= KEPT_MS) continue;
      this.#takeBack(speaker);
      return true;
    }
    return false;
  }

  #takeBack(speaker: Speaker): void {
    const given = this.#given.get(speaker);
    this.#given.delete(speaker);
    if (given !== undefined) this.#peer.unshare(given.shared);
  }

  #forget(speaker: TrackSpeaker): void {
    this.#speakers.delete(speaker.track);
    speaker.stopFlowing();
  }
}
