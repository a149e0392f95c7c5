import { type Clock, realClock } from '../../../core/clock.js';
import { Err } from '../../../core/err.js';
import { fail } from '../../../core/fail.js';
import { GodotObject } from '../../../core/godot-object.js';
import { getLogger } from '../../../core/log.js';
import { TrackType } from '../../../extension/media/media-types.js';
import type { ConnectedPeer } from '../../connected-peer.js';
import type { MultiplayerPeer } from '../../multiplayer-peer.js';
import type { MediaPeer } from '../media-peer.js';
import { MediaPeers } from '../media-peers.js';
import type { MediaUser } from '../media-user.js';
import { type ForwarderCounters, noCounters } from './forwarder-counters.js';
import type { ForwardingWay } from './forwarding-way.js';
import { PacketWay } from './packet-way.js';
import type { Speaker } from './speaker.js';
import { TrackWay } from './track-way.js';

export interface MediaForwarderOptions {
  /** Whether a player is to hear (or see) another one: for example only those who are near, or of the same team. */
  audience?: (speaker: number, listener: number, kind: TrackType) => boolean;
  /** Who comes first when there are more than a listener gets; larger is more. Default: whoever is loudest. */
  priority?: (speaker: number, listener: number, kind: TrackType) => number;
  /** Voices that a listener gets at a time, up to 16 (in a page, up to 14 tracks of both kinds). Default 8. */
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
  readonly way: ForwardingWay;
  speakers: ReadonlySet<Speaker>;
}

/** `audience` and `priority` are asked so often. */
const LOOK_EVERY_MS = 250;

const log = getLogger('media');

/**
 * Passes the tracks of players on to each other, where they are connected to a server alone. Players have a `PeerMedia`, and
 * hear of each other as if they were connected directly. On a server in Node the packets are passed on as they come; in
 * a page that hosts the game, which may have a `PeerMedia` of its own beside this, tracks are decoded and encoded anew.
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
export class MediaForwarder extends GodotObject<MediaForwarderSignals> {
  readonly track_added = this.signal('track_added');
  readonly track_removed = this.signal('track_removed');
  readonly peer: MultiplayerPeer;
  readonly #options: Required<Omit<MediaForwarderOptions, 'clock'>>;
  readonly #clock: Clock;
  /** Null where there are no tracks, and when somebody else passes them on. */
  readonly #all: MediaPeers | null;
  /** Replaced when somebody comes or goes. */
  #members: readonly Member[] = [];
  readonly #muted = new Set<number>();
  readonly #counters = noCounters();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  readonly #user: MediaUser = {
    forwards: true,
    takes: (peer) => takes(peer),
    onMet: (peer) => this.#join(peer),
    // A stranger's words: however many come, there is one look at all of it in a poll.
    onWelcome: () => this.#lookSoon(),
    onUnwelcome: () => this.#lookSoon(),
    onWish: () => this.#lookSoon(),
    onTrack: () => {},
    onTrackGone: () => {},
    onGone: (peer) => this.#leave(peer),
    onPoll: () => this.#poll(),
  };

  /** For a multiplayer peer that serves; at any time, and one at a time. */
  constructor(peer: MultiplayerPeer, options: MediaForwarderOptions = {}) {
    super();
    const { audience = () => true, maxVoices = 8, maxPictures = 2, clock = realClock } = options;
    const loudest = (speaker: number): number => this.#loudnessOf(speaker);
    this.#options = { audience, priority: options.priority ?? loudest, maxVoices, maxPictures };
    this.#clock = clock;
    this.peer = peer;
    this.#all = MediaPeers.of(peer);
    if (this.#all === null) fail(Err.ERR_UNAVAILABLE, 'Tracks need WebRTC, and this peer has another transport');
    else if (!this.#all.add(this.#user)) {
      this.#all = null;
      fail(Err.ERR_ALREADY_IN_USE, 'Another forwarder passes the tracks of this multiplayer peer on: close() it first');
    }
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
    return this.#members.filter(({ peer }) => peer.isWelcome).map(({ peer }) => peer.id);
  }

  /** What a player sends. */
  getTracks(peerId: number): readonly TrackType[] {
    return [...this.#speakers].filter((speaker) => speaker.peerId === peerId).map(({ kind }) => kind);
  }

  /** Whom a player hears or sees right now. */
  getHeard(listener: number): readonly number[] {
    const heard = this.#memberOf(listener)?.way.heard ?? [];
    return [...new Set(heard.map(({ peerId }) => peerId))];
  }

  /**
   * How the tracks of a player are passed on: "packets" as they come, on the native back end; "tracks", decoded and encoded
   * anew, in a page. Null for nobody, and for who has no way. Between the two nothing is passed on.
   */
  getWay(peerId: number): 'packets' | 'tracks' | null {
    return this.#memberOf(peerId)?.way.name ?? null;
  }

  /** What was done with packets. Where tracks are passed on, the browser does it, and these stay 0. */
  getCounters(): Readonly<ForwarderCounters> & { readonly refusedWords: number } {
    return { ...this.#counters, refusedWords: this.#all?.refusedWords ?? 0 };
  }

  /** Asks `audience` and `priority` again, now rather than within a quarter of a second. */
  update(): void {
    if (this.#isClosed) return;
    const now = this.#clock.now();
    this.#lookedAt = now;
    const present = this.#speakers;
    const listeners = this.getPeers();
    for (const { peer, way } of this.#members) {
      way.hear(peer.isWelcome ? this.#choose(peer.id, present) : [], present, now);
      if (!peer.isWelcome) continue;
      const others = listeners.filter((id) => id !== peer.id);
      const host = this.#all?.hasPlayer(peer) ? [this.peer.getUniqueId()] : [];
      peer.sayOnce({ type: 'listeners', ids: [...host, ...others] });
    }
  }

  /** Passes nothing on any more; the game goes on, and another one may take its place. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const members = this.#members;
    this.#members = [];
    for (const { way } of members) way.close();
    for (const { speakers } of members) this.#tell(speakers, new Set());
    this.#all?.remove(this.#user);
  }

  #lookSoon(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  #poll(): void {
    let isChanged = false;
    const members = this.#members;
    // PERF: by number. Frames ask, and an iterator would be garbage. Listeners may close this, and with it all ways.
    for (let at = 0; at < members.length && !this.#isClosed; at += 1) if (this.#follow(members[at]!)) isChanged = true;
    if (isChanged || this.#clock.now() - this.#lookedAt >= LOOK_EVERY_MS) this.update();
  }

  get #speakers(): ReadonlySet<Speaker> {
    return new Set(this.#members.flatMap(({ speakers }) => [...speakers]));
  }

  #memberOf(peerId: number): Member | undefined {
    return this.#members.find(({ peer }) => peer.id === peerId);
  }

  #join(peer: MediaPeer): void {
    const port = peer.packets;
    const way =
      port === null ? new TrackWay(peer, this.#clock) : new PacketWay(peer, port, this.#counters, this.#clock);
    this.#members = [...this.#members, { peer, way, speakers: new Set() }];
  }

  #leave(peer: MediaPeer): void {
    const member = this.#members.find((one) => one.peer === peer);
    this.#members = this.#members.filter((one) => one !== member);
    this.#muted.delete(peer.id);
    member?.way.close();
    if (member !== undefined) this.#tell(member.speakers, new Set());
    this.update();
  }

  /** Compares what a player sends with what it sent before. */
  #follow(member: Member): boolean {
    const before = member.speakers;
    const now = member.way.follow();
    if (now === before) return false;
    member.speakers = now;
    return this.#tell(before, now);
  }

  #tell(before: ReadonlySet<Speaker>, now: ReadonlySet<Speaker>): boolean {
    const gone = [...before].filter((speaker) => !now.has(speaker));
    const come = [...now].filter((speaker) => !before.has(speaker));
    for (const { peerId, kind } of gone) this.track_removed.emit(peerId, kind);
    for (const { peerId, kind } of come) if (!this.#isClosed) this.track_added.emit(peerId, kind);
    return gone.length + come.length > 0;
  }

  /** Whom a player is to hear and see, the most important first. */
  #choose(listener: number, speakers: ReadonlySet<Speaker>): readonly Speaker[] {
    const { audience, priority, maxVoices, maxPictures } = this.#options;
    const wanted = [...speakers]
      .filter((speaker) => this.#isFor(speaker, listener) && audience(speaker.peerId, listener, speaker.kind))
      .map((speaker) => ({ speaker, weight: priority(speaker.peerId, listener, speaker.kind) }))
      .sort((a, b) => b.weight - a.weight)
      .map(({ speaker }) => speaker);
    const voices = wanted.filter(({ kind }) => kind === TrackType.TRACK_AUDIO).slice(0, maxVoices);
    return [...voices, ...wanted.filter(({ kind }) => kind === TrackType.TRACK_VIDEO).slice(0, maxPictures)];
  }

  #isFor(speaker: Speaker, listener: number): boolean {
    const { peerId, kind } = speaker;
    return peerId !== listener && !this.#muted.has(peerId) && speaker.peer.withheld.get(kind)?.has(listener) !== true;
  }

  #loudnessOf(speaker: number): number {
    return Math.max(0, ...[...this.#speakers].filter(({ peerId }) => peerId === speaker).map((one) => one.loudness()));
  }
}

/** Whether there is a way to pass on what this peer sends. */
function takes({ connection }: ConnectedPeer): boolean {
  if (connection.getCapabilities().media || connection.extension?._openRtp?.() != null) return true;
  log.warnOnce('The back end of this connection has no way to pass tracks on');
  return false;
}
