import { type Clock, realClock } from '../../../core/clock.js';
import { Err } from '../../../core/err.js';
import { fail } from '../../../core/fail.js';
import { GodotObject } from '../../../core/godot-object.js';
import { getLogger } from '../../../core/log.js';
import { TrackType } from '../../../extension/media/media-types.js';
import type { RtpPort, RtpReceiver } from '../../../extension/media/rtp-port.js';
import { MEDIA_FEATURE } from '../../announced-features.js';
import type { ConnectedPeer } from '../../connected-peer.js';
import type { WebRTCMultiplayerPeer } from '../../webrtc-multiplayer-peer.js';
import { MediaPeer } from '../media-peer.js';
import type { MediaPort } from '../media-port.js';
import { type ForwarderCounters, noCounters } from './forwarder-counters.js';
import { Listener } from './listener.js';
import type { ListenerSlot } from './listener-slot.js';
import { SpeakerTrack } from './speaker-track.js';

export interface MediaForwarderOptions {
  /** Whether a player is to hear (or see) another one: for example only those who are near, or of the same team. */
  audience?: (speaker: number, listener: number, kind: TrackType) => boolean;
  /** Who comes first when there are more than a listener gets; larger is more. Default: whoever is loudest. */
  priority?: (speaker: number, listener: number, kind: TrackType) => number;
  /** Voices that a listener gets at a time, up to 16. Default 8. */
  maxVoices?: number;
  /** Pictures that a listener gets at a time, up to 4. Default 2. */
  maxPictures?: number;
  clock?: Clock;
}

export type MediaForwarderSignals = {
  /** A player sends a track. */
  track_added: [peerId: number, kind: TrackType];
  track_removed: [peerId: number, kind: TrackType];
};

interface Member {
  readonly peer: MediaPeer;
  readonly port: RtpPort;
  readonly listener: Listener;
  tracks: Map<RtpReceiver, SpeakerTrack>;
}

/** `audience` and `priority` are asked so often. */
const LOOK_EVERY_MS = 250;
/** Of each kind; what a player sends beyond goes nowhere. */
const MAX_TRACKS_OF_A_KIND = 1;

const log = getLogger('media');

/**
 * Passes the tracks of players on to each other, on a server: the packets as they come, without decoding them. Players
 * have a `PeerMedia`, and hear of each other as if they were connected directly. Needs the native back end.
 * @example
 * ```ts
 * import { WebRTCMultiplayerPeer } from 'scenewire';
 * import { MediaForwarder } from 'scenewire/media';
 *
 * const server = new WebRTCMultiplayerPeer();
 * server.createServer();
 * const forwarder = new MediaForwarder(server, { maxVoices: 4 }); // each player hears the four loudest of the others
 * forwarder.track_added.connect((id, kind) => console.log(`${id} sends ${kind}`));
 * ```
 */
export class MediaForwarder extends GodotObject<MediaForwarderSignals> implements MediaPort {
  readonly track_added = this.signal('track_added');
  readonly track_removed = this.signal('track_removed');
  readonly peer: WebRTCMultiplayerPeer;
  readonly #options: Required<Omit<MediaForwarderOptions, 'clock'>>;
  readonly #clock: Clock;
  readonly #members = new Map<ConnectedPeer, Member>();
  readonly #muted = new Set<number>();
  readonly #counters = noCounters();
  #refusedWords = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** For a multiplayer peer that serves; at any time, and once. */
  constructor(peer: WebRTCMultiplayerPeer, options: MediaForwarderOptions = {}) {
    super();
    const { audience = () => true, maxVoices = 8, maxPictures = 2, clock = realClock } = options;
    const loudest = (speaker: number): number => this.#loudnessOf(speaker);
    this.#options = { audience, priority: options.priority ?? loudest, maxVoices, maxPictures };
    this.#clock = clock;
    this.peer = peer;
    if (peer.media === null) peer.media = this;
    else fail(Err.ERR_ALREADY_IN_USE, 'This multiplayer peer has its tracks dealt with already');
  }

  /** Nobody hears or sees a player who is muted here, whatever `audience` says. */
  setMuted(peerId: number, muted: boolean): void {
    if (muted) this.#muted.add(peerId);
    else this.#muted.delete(peerId);
    this.update();
  }

  isMuted(peerId: number): boolean {
    return this.#muted.has(peerId);
  }

  /** Players that take tracks. */
  getPeers(): readonly number[] {
    return [...this.#members.values()].filter(({ peer }) => peer.isWelcome).map(({ peer }) => peer.id);
  }

  /** What a player sends. */
  getTracks(peerId: number): readonly TrackType[] {
    return this.#tracks.filter((track) => track.peerId === peerId).map(({ kind }) => kind);
  }

  /** Whom a player hears or sees right now. */
  getHeard(listener: number): readonly number[] {
    const member = [...this.#members.values()].find(({ peer }) => peer.id === listener);
    const slots = member?.listener.slots.filter(({ isOn }) => isOn) ?? [];
    return [...new Set(slots.flatMap(({ speaker }) => speaker?.peerId ?? []))];
  }

  getCounters(): Readonly<ForwarderCounters> & { readonly refusedWords: number } {
    return { ...this.#counters, refusedWords: this.#refusedWords };
  }

  /** Asks `audience` and `priority` again, now rather than within a quarter of a second. */
  update(): void {
    const now = this.#clock.now();
    this.#lookedAt = now;
    const tracks = this.#isClosed ? [] : this.#tracks;
    const present = new Set(tracks);
    const heardBy = new Map<SpeakerTrack, ListenerSlot[]>(tracks.map((track) => [track, []]));
    for (const { peer, listener } of this.#members.values()) {
      listener.hear(peer.isWelcome ? this.#choose(peer.id, tracks) : [], present, now);
      for (const slot of listener.slots) if (slot.speaker !== null) heardBy.get(slot.speaker)?.push(slot);
    }
    for (const [track, slots] of heardBy) track.sinks = slots;
  }

  /** Passes nothing on any more; the game goes on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.update();
    for (const member of this.#members.values()) {
      this.#forget(member, new Set());
      member.peer.say({ type: 'goodbye' });
    }
  }

  /** @internal */
  handOver(): null {
    return null;
  }

  /** @internal */
  poll(peers: readonly ConnectedPeer[]): void {
    for (const member of this.#members.values()) if (!member.peer.isPresent) this.#remove(member);
    for (const peer of peers) if (peer.connected && !this.#members.has(peer)) this.#greet(peer);
    let isChanged = false;
    for (const member of this.#members.values()) {
      member.peer.flush();
      isChanged = this.#follow(member) || isChanged;
    }
    if (isChanged || this.#clock.now() - this.#lookedAt >= LOOK_EVERY_MS) this.update();
  }

  /** @internal */
  onWord(peer: ConnectedPeer, bytes: Uint8Array): void {
    const member = this.#members.get(peer) ?? this.#greet(peer);
    if (member === null) return;
    const word = member.peer.hear(bytes);
    if (word === null) this.#refusedWords += 1;
    else if (word.type === 'hello') this.#welcome(member.peer);
    else if (word.type === 'goodbye') member.peer.isWelcome = false;
    if (word?.type === 'hello' || word?.type === 'goodbye') this.update();
  }

  #welcome(peer: MediaPeer): void {
    // The first one was lost on a side that had nobody for tracks yet.
    if (!peer.isWelcome && !this.#isClosed) peer.say({ type: 'hello', forwards: true });
    peer.isWelcome = true;
  }

  get #tracks(): readonly SpeakerTrack[] {
    return [...this.#members.values()].flatMap(({ tracks }) => [...tracks.values()]);
  }

  #greet(peer: ConnectedPeer): Member | null {
    if (!peer.features.includes(MEDIA_FEATURE)) return null;
    const port = peer.connection.extension?._openRtp?.() ?? null;
    if (port === null) {
      log.warnOnce('Only the native back end, in Node, can pass tracks on');
      return null;
    }
    const media = new MediaPeer(peer, this.peer.getUniqueId() > peer.id);
    const member = { peer: media, port, listener: new Listener(media, port), tracks: new Map() };
    this.#members.set(peer, member);
    if (!this.#isClosed) media.say({ type: 'hello', forwards: true });
    return member;
  }

  /** Compares what a player sends with what it sent before. */
  #follow(member: Member): boolean {
    const now = new Set(this.#isClosed ? [] : member.port.receivers);
    const isLess = this.#forget(member, now);
    let isMore = false;
    for (const receiver of now) {
      const ofKind = [...now].filter(({ kind }) => kind === receiver.kind).indexOf(receiver);
      if (member.tracks.has(receiver) || ofKind >= MAX_TRACKS_OF_A_KIND) continue;
      const track = new SpeakerTrack(member.peer.id, receiver, this.#counters, this.#clock);
      member.tracks.set(receiver, track);
      receiver.onPacket = (packet) => track.pass(packet);
      isMore = true;
      this.track_added.emit(track.peerId, track.kind);
    }
    return isLess || isMore;
  }

  /** Gives up the tracks that are not among these. */
  #forget({ tracks }: Member, left: ReadonlySet<RtpReceiver>): boolean {
    let isLess = false;
    for (const [receiver, track] of tracks) {
      if (left.has(receiver)) continue;
      receiver.onPacket = null;
      tracks.delete(receiver);
      isLess = true;
      this.track_removed.emit(track.peerId, track.kind);
    }
    return isLess;
  }

  #remove(member: Member): void {
    this.#members.delete(member.peer.peer);
    this.#muted.delete(member.peer.id);
    member.peer.close();
    this.#forget(member, new Set());
    this.update();
  }

  /** Whom a player is to hear and see, the most important first. */
  #choose(listener: number, tracks: readonly SpeakerTrack[]): readonly SpeakerTrack[] {
    const { audience, priority, maxVoices, maxPictures } = this.#options;
    const wanted = tracks
      .filter(({ peerId, kind }) => peerId !== listener && !this.#muted.has(peerId) && audience(peerId, listener, kind))
      .map((track) => ({ track, weight: priority(track.peerId, listener, track.kind) }))
      .sort((a, b) => b.weight - a.weight)
      .map(({ track }) => track);
    const voices = wanted.filter(({ kind }) => kind === TrackType.TRACK_AUDIO).slice(0, maxVoices);
    return [...voices, ...wanted.filter(({ kind }) => kind === TrackType.TRACK_VIDEO).slice(0, maxPictures)];
  }

  #loudnessOf(speaker: number): number {
    return Math.max(0, ...this.#tracks.filter(({ peerId }) => peerId === speaker).map((track) => track.loudness()));
  }
}
