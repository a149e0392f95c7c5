import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { GodotObject } from '../../core/godot-object.js';
import { MAX_TRACKS, tooManyTracks, toTrack, unknownTrack } from '../../extension/media/local-tracks.js';
import { isStreamName } from '../../extension/media/media-sdp.js';
import { type TrackSource, TrackType } from '../../extension/media/media-types.js';
import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import type { MultiplayerPeer } from '../multiplayer-peer.js';
import type { MediaPeer, SharedTrack } from './media-peer.js';
import { MediaPeers } from './media-peers.js';
import { isCarrier } from './media-port.js';
import type { MediaUser } from './media-user.js';
import { ReceivedTracks } from './received-tracks.js';

export interface LocalTrackOptions {
  /** Names of the streams it belongs to; letters, digits and `-_.`. Default: "voice" for sound, "screen" for pictures. */
  streams?: readonly string[];
  /**
   * Who gets it; everybody when left out. Asked again four times a second: who is not to hear it costs no traffic. Through
   * a forwarding server it is asked about the players behind that, and the server keeps the track from those it is not for.
   */
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
 * over the links of the game, so that no signalling is needed. It works inside the `poll()` of its multiplayer peer. In a
 * `CompositeMultiplayerPeer` it is those who came by WebRTC that have tracks.
 * @example
 * ```ts
 * import type { MultiplayerPeer } from 'scenewire';
 * import { PeerMedia } from 'scenewire/media';
 *
 * declare const peer: MultiplayerPeer; // of a game that is on
 *
 * const media = new PeerMedia(peer);
 * media.track_added.connect((id, _streams, track) => console.log(`${id} sends ${track.kind}`));
 * const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
 * for (const track of microphone.getAudioTracks()) media.addLocalTrack(track);
 * ```
 */
export class PeerMedia extends GodotObject<PeerMediaSignals> {
  readonly peer_added = this.signal('peer_added');
  readonly peer_removed = this.signal('peer_removed');
  readonly track_added = this.signal('track_added');
  readonly track_removed = this.signal('track_removed');
  readonly peer: MultiplayerPeer;
  readonly #clock: Clock;
  /** Null where there are no tracks, and when somebody else deals with them. */
  readonly #all: MediaPeers | null;
  readonly #peers = new Set<MediaPeer>();
  #shared: readonly SharedTrack[] = [];
  readonly #received = new ReceivedTracks();
  #isClosed = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #user: MediaUser = {
    forwards: false,
    takes: ({ connection }) => connection.getCapabilities().media,
    onMet: (peer) => void this.#peers.add(peer),
    onWelcome: (peer) => this.#welcome(peer),
    onUnwelcome: (peer) => this.#lose(peer),
    // In the poll that is under way, and once however often it comes.
    onWish: () => {
      this.#lookedAt = Number.NEGATIVE_INFINITY;
    },
    onTrack: (peer, streams, track) => this.#addTrack(peer, streams, track),
    onTrackGone: (_peer, track) => this.#removeTrack(track),
    onGone: (peer) => this.#remove(peer),
    onPoll: () => this.#poll(),
  };

  /** At any time, before the game begins or while it runs. One for each multiplayer peer at a time. */
  constructor(peer: MultiplayerPeer, { clock = realClock }: PeerMediaOptions = {}) {
    super();
    this.peer = peer;
    this.#clock = clock;
    this.#all = MediaPeers.of(peer);
    if (this.#all === null) {
      fail(Err.ERR_UNAVAILABLE, 'Tracks need WebRTC, and this peer has another transport: nobody is heard or seen');
    } else if (!this.#all.add(this.#user)) {
      this.#all = null;
      fail(Err.ERR_ALREADY_IN_USE, 'This multiplayer peer has its tracks dealt with already');
    }
  }

  /** Whether tracks can go anywhere in this game. False for who came in by a WebSocket, and plays alone. */
  isAvailable(): boolean {
    return this.#all !== null && isCarrier(this.peer) && this.peer.carriesMedia;
  }

  /**
   * Sends a track to all peers that take media, now and later. ERR_UNAVAILABLE where nobody can, see `isAvailable`;
   * ERR_OUT_OF_MEMORY from the 17th on.
   */
  addLocalTrack(given: WebRTCMediaTrack | TrackSource, options: LocalTrackOptions = {}): Err {
    const track = toTrack(given);
    if (track === null) return fail(Err.ERR_INVALID_PARAMETER, 'This is no track');
    const { streams = [DEFAULT_STREAM[track.kind]], to = () => true } = options;
    if (!streams.every(isStreamName)) return fail(Err.ERR_INVALID_PARAMETER, 'A stream has a short name');
    if (this.#find(given) !== undefined) return fail(Err.ERR_ALREADY_EXISTS, 'The track is sent already');
    // It was said when this was made.
    if (!this.isAvailable()) return Err.ERR_UNAVAILABLE;
    if (this.#shared.length === MAX_TRACKS) return tooManyTracks();
    const shared = { track, streams: [...streams], to };
    this.#shared = [...this.#shared, shared];
    for (const peer of this.#peers) peer.share(shared);
    return Err.OK;
  }

  removeLocalTrack(given: WebRTCMediaTrack | TrackSource): Err {
    const shared = this.#find(given);
    if (shared === undefined) return unknownTrack();
    this.#shared = this.#shared.filter((other) => other !== shared);
    for (const peer of this.#peers) peer.unshare(shared);
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
    for (const peer of this.#peers) peer.replace(shared, track);
    shared.track = track;
    return Err.OK;
  }

  getLocalTracks(): readonly WebRTCMediaTrack[] {
    return this.#shared.map(({ track }) => track);
  }

  /** Peers that take media, in the order in which they came. */
  getPeers(): readonly number[] {
    return [...this.#peers].filter(({ isWelcome }) => isWelcome).map(({ id }) => id);
  }

  /** Peers that send something, also through a forwarding server. */
  getSenders(): readonly number[] {
    return [...new Set(this.#received.all.map(({ peerId }) => peerId))];
  }

  /** What a peer sends. */
  getTracks(peerId: number): readonly WebRTCMediaTrack[] {
    return this.#received.all.filter((received) => received.peerId === peerId).map(({ track }) => track);
  }

  /** Words of other peers that made no sense. */
  getRefusedWordCount(): number {
    return this.#all?.refusedWords ?? 0;
  }

  /** Asks every `to` again, now rather than within a quarter of a second. */
  updateAudience(): void {
    this.#lookedAt = this.#clock.now();
    for (const peer of this.#peers) {
      for (const shared of this.#shared) peer.share(shared);
      peer.retry();
    }
  }

  /** Takes all tracks back and gives up those of the others. The game goes on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const peer of this.#peers) {
      if (peer.isWelcome) this.#lose(peer);
      this.#forgetTracks(peer);
    }
    this.#shared = [];
    this.#peers.clear();
    // What was just taken back is still agreed on with the others.
    this.#all?.remove(this.#user);
  }

  #poll(): void {
    if (this.#clock.now() - this.#lookedAt >= LOOK_EVERY_MS) this.updateAudience();
  }

  #welcome(peer: MediaPeer): void {
    this.peer_added.emit(peer.id);
    for (const shared of this.#shared) peer.share(shared);
  }

  /** It takes no tracks any more. */
  #lose(peer: MediaPeer): void {
    for (const shared of this.#shared) peer.unshare(shared);
    this.peer_removed.emit(peer.id);
  }

  /** Its connection is over. */
  #remove(peer: MediaPeer): void {
    this.#peers.delete(peer);
    this.#forgetTracks(peer);
    if (peer.isWelcome) this.peer_removed.emit(peer.id);
  }

  #forgetTracks(peer: MediaPeer): void {
    for (const { from, track } of this.#received.all) if (from === peer) this.#removeTrack(track);
  }

  #addTrack(from: MediaPeer, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack): void {
    const received = this.#received.add(from, streams, track);
    this.track_added.emit(received.peerId, received.streams, track);
  }

  #removeTrack(track: WebRTCMediaTrack): void {
    const received = this.#received.remove(track);
    if (received !== undefined) this.track_removed.emit(received.peerId, received.streams, track);
  }

  #find(given: WebRTCMediaTrack | TrackSource): SharedTrack | undefined {
    const source = given instanceof WebRTCMediaTrack ? given.source : given;
    return this.#shared.find(({ track }) => track.source === source);
  }
}
