import { Err } from '../../core/err.js';
import { LIFE } from '../../extension/connection-queries.js';
import { type ConnectionMedia, openMedia } from '../../extension/media/connection-media.js';
import type { TrackType } from '../../extension/media/media-types.js';
import { type NegotiationMessage, PerfectNegotiation } from '../../extension/media/perfect-negotiation.js';
import type { RtpPort } from '../../extension/media/rtp-port.js';
import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import type { ConnectedPeer } from '../connected-peer.js';
import { LinkedRoute } from '../linked-route.js';
import { type MediaWord, readWord, writeWord } from './media-word.js';

/** Words that may wait for room in the transport; there is one exchange at a time, and it has few. */
const MAX_WAITING_WORDS = 64;

/** A track that is sent to all who may have it. */
export interface SharedTrack {
  track: WebRTCMediaTrack;
  readonly streams: readonly string[];
  readonly to: (peerId: number) => boolean;
}

/** What one remote peer and this side tell each other about tracks. */
export class MediaPeer {
  readonly peer: ConnectedPeer;
  /** It said that it takes tracks. */
  isWelcome = false;
  /** It passes tracks on, so what it sends may be of others. */
  forwards = false;
  /** To whom, as it said last; null until it has. */
  listeners: readonly number[] | null = null;
  /** Who is not to get what it sends, by the kind of the track; it said so. */
  readonly withheld = new Map<TrackType, ReadonlySet<number>>();
  readonly #said = new Map<string, string>();
  readonly #negotiation: PerfectNegotiation;
  readonly #sent = new Set<SharedTrack>();
  /** What its connection did not take, and said so: asked again when there is more room, or something else in it. */
  readonly #refused = new Set<SharedTrack>();
  /** Not taken by the transport yet. */
  #waiting: Uint8Array[] = [];

  /** `polite`: see `PerfectNegotiation`. */
  constructor(peer: ConnectedPeer, polite: boolean) {
    this.peer = peer;
    const life = peer.connection[LIFE];
    if (life !== null) life.media.part ??= openMedia(life);
    this.#negotiation = new PerfectNegotiation(peer.connection, { polite, send: (message) => this.say(message) });
  }

  get id(): number {
    return this.peer.id;
  }

  /** Whether it is this very peer that is still there. */
  get isPresent(): boolean {
    return this.peer.connected;
  }

  /** Those of what it sends: another list as soon as anything of it has changed. */
  get remoteStreams(): readonly WebRTCMediaStream[] {
    return this.peer.connection.getRemoteStreams();
  }

  /** What it sends, with the streams that each is in. */
  get remoteTracks(): ReadonlyMap<WebRTCMediaTrack, readonly WebRTCMediaStream[]> {
    const tracks = new Map<WebRTCMediaTrack, WebRTCMediaStream[]>();
    for (const stream of this.remoteStreams) {
      for (const track of stream.getTracks()) tracks.set(track, [...(tracks.get(track) ?? []), stream]);
    }
    return tracks;
  }

  /** Its tracks as packets; null where the back end has none. */
  get packets(): RtpPort | null {
    return this.peer.connection.extension?._openRtp?.() ?? null;
  }

  /** How loud a track of its is right now, from 0 to 1; 0 as well where nothing tells. */
  levelOf(track: WebRTCMediaTrack): number {
    return this.#media?.level(track) ?? 0;
  }

  say(word: MediaWord): void {
    if (this.#waiting.length < MAX_WAITING_WORDS) this.#waiting.push(writeWord(word));
    this.flush();
  }

  /** Once per poll. */
  flush(): void {
    const { route } = this.peer;
    while (this.#waiting.length > 0 && route instanceof LinkedRoute && route.link.sendWord(this.#waiting[0]!)) {
      this.#waiting.shift();
    }
  }

  /** What is sent to it has changed. */
  negotiate(): void {
    this.#negotiation.request();
  }

  /** What could not be agreed on before may be now. */
  retry(): void {
    this.#negotiation.retry();
  }

  /** What concerns the exchange of descriptions is dealt with here. Null when it makes no sense. */
  hear(bytes: Uint8Array): MediaWord | null {
    const word = readWord(bytes);
    if (word !== null && isOfNegotiation(word)) this.#negotiation.receive(word);
    return word;
  }

  /** Begins, goes on or pauses to send it, as its `to` has it. */
  share(shared: SharedTrack): Err {
    if (!this.isWelcome) return Err.OK;
    const wanted = this.forwards ? this.#isForSomebody(shared) : shared.to(this.id);
    if (this.#sent.has(shared)) return this.#media?.holdTrack(shared.track, !wanted) ?? Err.OK;
    if (!wanted || this.#refused.has(shared)) return Err.OK;
    const err = this.peer.connection.addLocalTrack(shared.track, shared.streams);
    (err === Err.OK ? this.#sent : this.#refused).add(shared);
    return err;
  }

  /** What it is told again only when it has changed. */
  sayOnce(word: MediaWord & { readonly ids: readonly number[] }): void {
    const topic = word.type === 'withheld' ? `${word.type} ${word.kind}` : word.type;
    const text = word.ids.join();
    if (this.#said.get(topic) === text) return;
    this.#said.set(topic, text);
    this.say(word);
  }

  /** The other side begins anew. */
  forgetSaid(): void {
    this.#said.clear();
  }

  unshare(shared: SharedTrack): void {
    this.#refused.delete(shared);
    if (!this.#sent.delete(shared)) return;
    this.#refused.clear();
    this.peer.connection.removeLocalTrack(shared.track);
  }

  replace(shared: SharedTrack, by: WebRTCMediaTrack): Err {
    this.#refused.delete(shared);
    return this.#sent.has(shared) ? this.peer.connection.replaceLocalTrack(shared.track, by) : Err.OK;
  }

  close(): void {
    this.#negotiation.close();
  }

  /** Through a server: it is told who is not to get it, and gets nothing that is for nobody. */
  #isForSomebody({ track, to }: SharedTrack): boolean {
    const { listeners } = this;
    if (listeners === null) return false;
    const withheld = listeners.filter((id) => !to(id));
    this.sayOnce({ type: 'withheld', kind: track.kind, ids: withheld });
    return withheld.length < listeners.length;
  }

  get #media(): ConnectionMedia | null {
    return this.peer.connection[LIFE]?.media.part ?? null;
  }
}

function isOfNegotiation(word: MediaWord): word is NegotiationMessage {
  return word.type === 'offer' || word.type === 'answer' || word.type === 'candidate' || word.type === 'refused';
}
