import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { GodotObject } from '../../core/godot-object.js';
import { isSource } from '../../extension/media/local-tracks.js';
import { isStreamName } from '../../extension/media/media-sdp.js';
import { type TrackSource, TrackType } from '../../extension/media/media-types.js';
import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import { MEDIA_FEATURE } from '../announced-features.js';
import type { ConnectedPeer } from '../connected-peer.js';
import { TARGET_PEER_SERVER } from '../multiplayer-types.js';
import type { WebRTCMultiplayerPeer } from '../webrtc-multiplayer-peer.js';
import { MediaPeer, type SharedTrack } from './media-peer.js';
import type { MediaPort } from './media-port.js';
import { type ReceivedFromPeer, ReceivedTracks } from './received-tracks.js';

export interface LocalTrackOptions {
  /** Names of the streams it belongs to; letters, digits and `-_.`. Default: "voice" for sound, "screen" for pictures. */
  streams?: readonly string[];
  /** Who gets it; everybody when left out. Asked again four times a second: who is not to hear it costs no traffic. */
  to?: (peerId: number) => boolean;
}

export type PeerMediaSignals = {
  /** The peer takes tracks, too: what is added here goes to it. A forwarding server counts as one. */
  peer_added: [peerId: number];
  peer_removed: [peerId: number];
  /** A peer sends a track; through a forwarding server, the peer is the one it comes from. */
  track_added: [peerId: number, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];
  track_removed: [peerId: number, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];
};

export interface PeerMediaOptions {
  /** What the time between two looks at `to` is measured with. */
  clock?: Clock;
}

const LOOK_EVERY_MS = 250;
const DEFAULT_STREAM = { [TrackType.TRACK_AUDIO]: 'voice', [TrackType.TRACK_VIDEO]: 'screen' } as const;

/**
 * Tracks of a running game: between all peers that have one of these, and nobody else. What it takes to agree on them goes
 * over the links of the game, so that no signalling is needed. It works inside the `poll()` of its multiplayer peer.
 * @example
 * ```ts
 * import type { WebRTCMultiplayerPeer } from 'scenewire';
 * import { PeerMedia } from 'scenewire/media';
 *
 * declare const peer: WebRTCMultiplayerPeer; // of a game that is on
 *
 * const media = new PeerMedia(peer);
 * media.track_added.connect((id, _streams, track) => console.log(`${id} sends ${track.kind}`));
 * const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
 * for (const track of microphone.getAudioTracks()) media.addLocalTrack(track);
 * ```
 */
export class PeerMedia extends GodotObject<PeerMediaSignals> implements MediaPort {
  readonly peer_added = this.signal('peer_added');
  readonly peer_removed = this.signal('peer_removed');
  readonly track_added = this.signal('track_added');
  readonly track_removed = this.signal('track_removed');
  readonly peer: WebRTCMultiplayerPeer;
  readonly #clock: Clock;
  readonly #peers = new Map<ConnectedPeer, MediaPeer>();
  #shared: readonly SharedTrack[] = [];
  readonly #received = new ReceivedTracks();
  #isClosed = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Words that made no sense. */
  #refusedWords = 0;

  /** At any time, before the game begins or while it runs. One for each multiplayer peer. */
  constructor(peer: WebRTCMultiplayerPeer, { clock = realClock }: PeerMediaOptions = {}) {
    super();
    this.peer = peer;
    this.#clock = clock;
    const before = peer.media === null ? [] : peer.media.handOver();
    if (before === null) fail(Err.ERR_ALREADY_IN_USE, 'This multiplayer peer has its tracks dealt with already');
    else peer.media = this;
    // What was still to be agreed on goes on.
    for (const known of before ?? []) this.#adopt(known);
  }

  /** Sends a track to all peers that take media, now and later. */
  addLocalTrack(given: WebRTCMediaTrack | TrackSource, options: LocalTrackOptions = {}): Err {
    const track = toTrack(given);
    if (track === null) return fail(Err.ERR_INVALID_PARAMETER, 'This is no track');
    const { streams = [DEFAULT_STREAM[track.kind]], to = () => true } = options;
    if (!streams.every(isStreamName)) return fail(Err.ERR_INVALID_PARAMETER, 'A stream has a short name');
    if (this.#find(given) !== undefined) return fail(Err.ERR_ALREADY_EXISTS, 'The track is sent already');
    const shared = { track, streams: [...streams], to };
    this.#shared = [...this.#shared, shared];
    for (const peer of this.#peers.values()) peer.share(shared);
    return Err.OK;
  }

  removeLocalTrack(given: WebRTCMediaTrack | TrackSource): Err {
    const shared = this.#find(given);
    if (shared === undefined) return unknownTrack();
    this.#shared = this.#shared.filter((other) => other !== shared);
    for (const peer of this.#peers.values()) peer.unshare(shared);
    return Err.OK;
  }

  /** Sends something else of the same kind in its place, such as another microphone; nothing has to be agreed on. */
  replaceLocalTrack(given: WebRTCMediaTrack | TrackSource, by: WebRTCMediaTrack | TrackSource): Err {
    const shared = this.#find(given);
    const track = toTrack(by);
    if (shared === undefined) return unknownTrack();
    if (track === null || track.kind !== shared.track.kind) {
      return fail(Err.ERR_INVALID_PARAMETER, 'Only a track of the same kind can take its place');
    }
    if (this.#find(by) !== undefined) return fail(Err.ERR_ALREADY_EXISTS, 'The track is sent already');
    for (const peer of this.#peers.values()) peer.replace(shared, track);
    shared.track = track;
    return Err.OK;
  }

  getLocalTracks(): readonly WebRTCMediaTrack[] {
    return this.#shared.map(({ track }) => track);
  }

  /** Peers that take media, in the order in which they came. */
  getPeers(): readonly number[] {
    return [...this.#peers.values()].filter(({ isWelcome }) => isWelcome).map(({ id }) => id);
  }

  /** What a peer sends. */
  getTracks(peerId: number): readonly WebRTCMediaTrack[] {
    return this.#received.all.filter((received) => received.peerId === peerId).map(({ track }) => track);
  }

  /** Words of other peers that made no sense. */
  getRefusedWordCount(): number {
    return this.#refusedWords;
  }

  /** Asks every `to` again, now rather than within a quarter of a second. */
  updateAudience(): void {
    this.#lookedAt = this.#clock.now();
    for (const peer of this.#peers.values()) {
      for (const shared of this.#shared) peer.share(shared);
      peer.retry();
    }
  }

  /** Takes all tracks back and gives up those of the others. The game goes on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#shared = [];
    for (const peer of this.#peers.values()) {
      peer.say({ type: 'goodbye' });
      this.#lose(peer);
      this.#forgetTracks(peer);
    }
    // It still agrees with the others on what was just taken back.
  }

  /** @internal */
  handOver(): readonly MediaPeer[] | null {
    if (!this.#isClosed) return null;
    const known = [...this.#peers.values()];
    this.#peers.clear();
    return known;
  }

  /** @internal */
  poll(peers: readonly ConnectedPeer[]): void {
    for (const peer of this.#peers.values()) if (!peer.isPresent) this.#remove(peer);
    for (const peer of peers) if (peer.connected && !this.#peers.has(peer)) this.#greet(peer);
    for (const peer of this.#peers.values()) peer.flush();
    if (this.#clock.now() - this.#lookedAt >= LOOK_EVERY_MS) this.updateAudience();
  }

  /** @internal */
  onWord(peer: ConnectedPeer, bytes: Uint8Array): void {
    // It may speak before this side's first poll with it.
    const known = this.#peers.get(peer) ?? this.#greet(peer);
    if (known === null) return;
    const word = known.hear(bytes);
    if (word === null) this.#refusedWords += 1;
    else if (word.type === 'hello') this.#welcome(known, word.forwards);
    else if (word.type === 'goodbye') this.#lose(known);
  }

  /** Null for who takes no tracks, or when this side has no way to send them. */
  #greet(peer: ConnectedPeer): MediaPeer | null {
    const { connection } = peer;
    if (!peer.features.includes(MEDIA_FEATURE) || !connection.getCapabilities().media) return null;
    return this.#adopt(new MediaPeer(peer, this.peer.getUniqueId() > peer.id));
  }

  #adopt(known: MediaPeer): MediaPeer {
    const { connection } = known.peer;
    this.#peers.set(known.peer, known);
    connection.track_added.connect((streams, track) => this.#addTrack(known, streams, track));
    connection.track_removed.connect((_streams, track) => this.#removeTrack(track));
    if (this.#isClosed) return known;
    known.say({ type: 'hello', forwards: false });
    for (const stream of known.remoteStreams) {
      for (const track of stream.getTracks()) if (!this.#has(track)) this.#addTrack(known, [stream], track);
    }
    return known;
  }

  #welcome(peer: MediaPeer, forwards: boolean): void {
    if (this.#isClosed || peer.isWelcome) return;
    peer.isWelcome = true;
    // The first one was lost on a side that had nobody for tracks yet.
    peer.say({ type: 'hello', forwards: false });
    // Only the server of a game can know who is who.
    peer.forwards = forwards && peer.id === TARGET_PEER_SERVER && this.peer.isServerRelaySupported();
    this.peer_added.emit(peer.id);
    for (const shared of this.#shared) peer.share(shared);
  }

  /** It takes no tracks any more. */
  #lose(peer: MediaPeer): void {
    peer.stop();
    if (!peer.isWelcome) return;
    peer.isWelcome = false;
    this.peer_removed.emit(peer.id);
  }

  /** Its connection is over. */
  #remove(peer: MediaPeer): void {
    this.#peers.delete(peer.peer);
    peer.close();
    this.#forgetTracks(peer);
    if (peer.isWelcome) this.peer_removed.emit(peer.id);
  }

  #forgetTracks(peer: MediaPeer): void {
    for (const { from, track } of this.#received.all) if (from === peer) this.#removeTrack(track);
  }

  #addTrack(from: MediaPeer, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack): void {
    if (this.#isClosed) return;
    const received = this.#received.add(from, streams, track);
    this.track_added.emit(received.peerId, received.streams, track);
  }

  #removeTrack(track: WebRTCMediaTrack): void {
    const received = this.#received.remove(track);
    if (received !== undefined) this.track_removed.emit(received.peerId, received.streams, track);
  }

  #has(track: WebRTCMediaTrack): boolean {
    return this.#received.all.some((received: ReceivedFromPeer) => received.track === track);
  }

  #find(given: WebRTCMediaTrack | TrackSource): SharedTrack | undefined {
    const source = given instanceof WebRTCMediaTrack ? given.source : given;
    return this.#shared.find(({ track }) => track.source === source);
  }
}

function toTrack(given: unknown): WebRTCMediaTrack | null {
  if (given instanceof WebRTCMediaTrack) return given;
  return isSource(given) ? new WebRTCMediaTrack(given) : null;
}

function unknownTrack(): Err {
  return fail(Err.ERR_DOES_NOT_EXIST, 'The track is not sent here');
}
