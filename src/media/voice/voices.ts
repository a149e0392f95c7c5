import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import { distanceOf, type EnginePlace, newPlace, readPlace, type WorldPlace } from '../engine-places.js';
import { HeardVoice } from './heard-voice.js';
import type { Carrying, Hearing } from './hearing.js';
import type { VoiceOptions } from './voice-options.js';

/** Sound that one peer may have here: a voice, and some that a game adds to it. */
const MAX_PER_PEER = 4;

/** What the player wants of a peer's voice, whether it is there or not. */
interface Wish {
  place: EnginePlace | null;
  volume: number;
  isMuted: boolean;
}

/** The voices of the others: which are here, where from and how loud they are heard. */
export class Voices {
  readonly #hearing: Hearing;
  readonly #carrying: Carrying;
  readonly #speakingLevel: number;
  readonly #voices = new Map<WebRTCMediaTrack, { readonly peerId: number; readonly heard: HeardVoice }>();
  readonly #wishes = new Map<number, Wish>();
  readonly #ear = newPlace();
  readonly #asked = newPlace();
  earNode: EnginePlace | null = null;

  constructor(hearing: Hearing, carrying: Carrying, speakingLevel: number) {
    this.#hearing = hearing;
    this.#carrying = carrying;
    this.#speakingLevel = speakingLevel;
  }

  has(track: WebRTCMediaTrack): boolean {
    return this.#voices.has(track);
  }

  /** What has to go before another of the same peer comes; null while there is room. */
  oldestOfTooMany(peerId: number): WebRTCMediaTrack | null {
    const tracks = [...this.#voices].filter(([, voice]) => voice.peerId === peerId).map(([track]) => track);
    return tracks.length < MAX_PER_PEER ? null : tracks[0]!;
  }

  add(peerId: number, track: WebRTCMediaTrack): void {
    const heard = new HeardVoice(this.#hearing, track.source as MediaStreamTrack, this.#carrying, this.#speakingLevel);
    heard.place = this.#wishes.get(peerId)?.place ?? null;
    this.#voices.set(track, { peerId, heard });
    this.#setVolume(peerId);
  }

  /** The voice that left; undefined for a track that was none. */
  remove(track: WebRTCMediaTrack): HeardVoice | undefined {
    const found = this.#voices.get(track);
    this.#voices.delete(track);
    found?.heard.dispose();
    return found?.heard;
  }

  /** What was wished for a peer that left; its number may be another's next. */
  forget(peerId: number): void {
    this.#wishes.delete(peerId);
  }

  clear(): void {
    for (const { heard } of this.#voices.values()) heard.dispose();
    this.#voices.clear();
  }

  get peers(): readonly number[] {
    return [...new Set([...this.#voices.values()].map(({ peerId }) => peerId))];
  }

  of(peerId: number): readonly HeardVoice[] {
    return [...this.#voices.values()].filter((voice) => voice.peerId === peerId).map(({ heard }) => heard);
  }

  /** PERF: games ask in every frame, for a meter or a ring. */
  levelOf(peerId: number): number {
    let level = 0;
    for (const voice of this.#voices.values()) {
      if (voice.peerId === peerId) level = Math.max(level, voice.heard.meter.level);
    }
    return level;
  }

  place(peerId: number, node: EnginePlace | null): void {
    this.#wish(peerId).place = node;
    for (const heard of this.of(peerId)) heard.place = node;
  }

  setVolume(peerId: number, volume: number): void {
    this.#wish(peerId).volume = volume;
    this.#setVolume(peerId);
  }

  mute(peerId: number, isMuted: boolean): void {
    this.#wish(peerId).isMuted = isMuted;
    this.#setVolume(peerId);
  }

  /** Once per frame. */
  follow(): void {
    if (this.earNode !== null) {
      readPlace(this.earNode, this.#ear);
      this.#hearing.listenFrom(this.#ear);
    }
    for (const { heard } of this.#voices.values()) heard.follow();
  }

  /** Reads the levels, and tells who began to speak or fell silent. */
  listen(now: number, tell: (peerId: number, isSpeaking: boolean) => void): void {
    for (const { peerId, heard } of [...this.#voices.values()]) {
      if (heard.meter.update(now)) tell(peerId, heard.meter.isSpeaking);
    }
  }

  lookForWalls(occlusion: NonNullable<VoiceOptions['occlusion']>): void {
    if (this.earNode === null) return;
    for (const { peerId, heard } of this.#voices.values()) {
      const at = heard.locate();
      if (at !== null) heard.occlusion = Math.min(1, Math.max(0, occlusion(peerId, at, this.#ear)));
    }
  }

  /** Whether a voice from the ears carries to a peer. Who has no place is everywhere. */
  carriesTo(peerId: number): boolean {
    const node = this.#wishes.get(peerId)?.place ?? null;
    return node === null || this.earNode === null || this.#distanceTo(node) < this.#carrying.far;
  }

  #distanceTo(node: EnginePlace): number {
    const at: WorldPlace = this.#asked;
    readPlace(node, at);
    return distanceOf(at, this.#ear);
  }

  #wish(peerId: number): Wish {
    const known = this.#wishes.get(peerId) ?? { place: null, volume: 1, isMuted: false };
    this.#wishes.set(peerId, known);
    return known;
  }

  #setVolume(peerId: number): void {
    const { volume = 1, isMuted = false } = this.#wishes.get(peerId) ?? {};
    for (const heard of this.of(peerId)) heard.volume = isMuted ? 0 : volume;
  }
}
