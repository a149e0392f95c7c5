import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { GodotObject } from '../../core/godot-object.js';
import { TrackType } from '../../extension/media/media-types.js';
import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import { PeerMedia } from '../../multiplayer/media/peer-media.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import type { EnginePlace } from '../engine-places.js';
import { BlockedSound } from './blocked-sound.js';
import { DEFAULT_CARRYING, Hearing } from './hearing.js';
import { Microphone } from './microphone.js';
import type { VoiceOptions, VoiceSignals } from './voice-options.js';
import { Voices } from './voices.js';

/** How often levels are read and walls are looked for. */
const LISTEN_EVERY_MS = 50;
const LOOK_EVERY_LISTENS = 2;
const DEFAULT_SPEAKING_LEVEL = 0.02;

/**
 * Voices in a scene: the player's microphone, and the voices of the others from where they stand. Call `start()` in a
 * gesture, say where the ears and the others are with `listenFrom` and `place`, and call `poll()` once per frame.
 * @example
 * ```ts
 * import type { MultiplayerPeer } from 'scenewire';
 * import { type EnginePlace, Voice } from 'scenewire/media';
 *
 * export function speak(peer: MultiplayerPeer, camera: EnginePlace, button: HTMLButtonElement): Voice {
 *   const voice = new Voice(peer, { carrying: { far: 20 } });
 *   voice.listenFrom(camera);
 *   button.onclick = () => void voice.start();
 *   voice.speaking_changed.connect((peerId, isSpeaking) => console.log(peerId, isSpeaking));
 *   return voice; // and in each frame: voice.poll()
 * }
 * ```
 */
export class Voice extends GodotObject<VoiceSignals> {
  readonly voice_added = this.signal('voice_added');
  readonly voice_removed = this.signal('voice_removed');
  readonly speaking_changed = this.signal('speaking_changed');
  readonly blocked_changed = this.signal('blocked_changed');
  readonly microphone_failed = this.signal('microphone_failed');
  readonly microphone_changed = this.signal('microphone_changed');
  readonly devices_changed = this.signal('devices_changed');
  readonly media: PeerMedia;
  readonly #peer: MultiplayerPeer;
  readonly #ownsMedia: boolean;
  readonly #options: VoiceOptions;
  readonly #stream: string;
  readonly #clock: Clock;
  readonly #hearing: Hearing;
  readonly #blocked: BlockedSound;
  readonly #microphone: Microphone;
  readonly #voices: Voices;
  /** What happened between frames; told in the next `poll()`. */
  readonly #news: (() => void)[] = [];
  #isMuted = false;
  #isDeafened = false;
  #isTalking = false;
  /** This player; told so. */
  #isSpeaking = false;
  #pushToTalk: boolean;
  #listenedAt = Number.NEGATIVE_INFINITY;
  #listens = 0;
  #isClosed = false;

  constructor(peer: MultiplayerPeer, options: VoiceOptions = {}) {
    super();
    const level = options.speakingLevel ?? DEFAULT_SPEAKING_LEVEL;
    this.#peer = peer;
    this.#options = options;
    this.#ownsMedia = options.media === undefined;
    this.media = options.media ?? new PeerMedia(peer);
    this.#stream = options.stream ?? 'voice';
    this.#clock = options.clock ?? realClock;
    this.#pushToTalk = options.pushToTalk ?? false;
    this.#hearing = new Hearing(options.context);
    this.#blocked = new BlockedSound(this.#hearing);
    this.#voices = new Voices(this.#hearing, { ...DEFAULT_CARRYING, ...options.carrying }, level);
    this.#microphone = new Microphone(this.#hearing, {
      media: this.media,
      sending: { streams: [this.#stream], to: (peerId) => this.#reaches(peerId) },
      constraints: options.constraints ?? {},
      speakingLevel: level,
      onChange: (label) => this.#news.push(() => this.microphone_changed.emit(label)),
      onProblem: (problem) => this.#news.push(() => this.microphone_failed.emit(problem)),
    });
    this.media.track_added.connect(this.#onTrackAdded);
    this.media.track_removed.connect(this.#onTrackRemoved);
    peer.peer_disconnected.connect(this.#onPeerLeft);
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDevices);
    for (const id of this.media.getSenders()) for (const track of this.media.getTracks(id)) this.#hear(id, track);
    this.#openMicrophone();
  }

  /**
   * Wakes the sound up and asks for the microphone: once, in a gesture of the player. False when there is none, with the
   * reason in `microphone_failed`; the player listens then.
   */
  start(): Promise<boolean> {
    this.#hearing.wake();
    return this.chooseMicrophone();
  }

  /** Another microphone, by its `deviceId`; the usual one when left out. Others hear no gap. */
  chooseMicrophone(deviceId = ''): Promise<boolean> {
    return this.#microphone.open(deviceId);
  }

  /** Gives the microphone back, so that its light goes out. The others are heard on, and `start()` asks for it again. */
  stop(): void {
    this.#microphone.stop();
  }

  /**
   * A track of your own in place of the microphone: music, or a voice that was changed. It also takes the place of one that
   * the player is still asked for.
   */
  setTrack(track: MediaStreamTrack): Err {
    return this.#microphone.use(track);
  }

  /** The microphones that there are. Browsers tell their names once the player has allowed one. */
  async getMicrophones(): Promise<readonly MediaDeviceInfo[]> {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all.filter(({ kind }) => kind === 'audioinput');
  }

  /** The `deviceId` of the microphone in use, or "". */
  getMicrophone(): string {
    return this.#microphone.deviceId;
  }

  hasMicrophone(): boolean {
    return this.#microphone.track !== null;
  }

  /** Where the ears are: the camera, or the player's own head. Null hears everybody from everywhere. */
  listenFrom(node: EnginePlace | null): void {
    this.#voices.earNode = node;
  }

  /** Where the voice of a peer comes from; null for everywhere. It may be told before the voice is there. */
  place(peerId: number, node: EnginePlace | null): void {
    this.#voices.place(peerId, node);
  }

  /** How loud a peer is here: 1 as it is, 0 to 4. */
  setVolume(peerId: number, volume: number): Err {
    if (!(volume >= 0 && volume <= 4)) return fail(Err.ERR_INVALID_PARAMETER, 'A volume is from 0 to 4');
    this.#voices.setVolume(peerId, volume);
    return Err.OK;
  }

  /** Not to be heard here. */
  mutePeer(peerId: number, isMuted: boolean): void {
    this.#voices.mute(peerId, isMuted);
  }

  /** Nobody hears this player. */
  get muted(): boolean {
    return this.#isMuted;
  }

  set muted(isMuted: boolean) {
    this.#isMuted = isMuted;
    this.#openMicrophone();
  }

  /** This player hears nobody. */
  get deafened(): boolean {
    return this.#isDeafened;
  }

  set deafened(isDeafened: boolean) {
    this.#isDeafened = isDeafened;
    this.#hearing.volume = isDeafened ? 0 : 1;
  }

  get pushToTalk(): boolean {
    return this.#pushToTalk;
  }

  set pushToTalk(pushToTalk: boolean) {
    this.#pushToTalk = pushToTalk;
    this.#openMicrophone();
  }

  /** The key of push-to-talk is held. */
  get talking(): boolean {
    return this.#isTalking;
  }

  set talking(isTalking: boolean) {
    this.#isTalking = isTalking;
    this.#openMicrophone();
  }

  /** The browser waits for the player to touch something. */
  isBlocked(): boolean {
    return this.#blocked.isBlocked;
  }

  /** How loud a peer speaks, from 0 to 1; this player by their own id. */
  getLevel(peerId: number): number {
    if (peerId === this.#peer.getUniqueId()) return this.#microphone.meter?.level ?? 0;
    return this.#voices.levelOf(peerId);
  }

  isSpeaking(peerId: number): boolean {
    if (peerId === this.#peer.getUniqueId()) return this.#microphone.meter?.isSpeaking ?? false;
    return this.#voices.of(peerId).some(({ meter }) => meter.isSpeaking);
  }

  /** Peers whose voice is here. */
  getVoices(): readonly number[] {
    return this.#voices.peers;
  }

  /** Once per frame: voices follow their nodes, and what happened is told. */
  poll(): void {
    if (this.#isClosed) return;
    if (this.#news.length > 0) for (const tell of this.#news.splice(0)) tell();
    const now = this.#clock.now();
    if (this.#blocked.look(now)) this.blocked_changed.emit(this.#blocked.isBlocked);
    this.#voices.follow();
    if (now - this.#listenedAt < LISTEN_EVERY_MS) return;
    this.#listenedAt = now;
    this.#listens += 1;
    this.#listen(now);
    const { occlusion } = this.#options;
    if (occlusion !== undefined && this.#listens % LOOK_EVERY_LISTENS === 0) this.#voices.lookForWalls(occlusion);
  }

  /** Takes the microphone back and falls silent. The game goes on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#microphone.close();
    this.#voices.clear();
    this.media.track_added.disconnect(this.#onTrackAdded);
    this.media.track_removed.disconnect(this.#onTrackRemoved);
    this.#peer.peer_disconnected.disconnect(this.#onPeerLeft);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDevices);
    this.#hearing.close();
    if (this.#ownsMedia) this.media.close();
  }

  /** Whether this player's voice carries to a peer. */
  #reaches(peerId: number): boolean {
    return this.#options.hears?.(peerId) !== false && this.#voices.carriesTo(peerId);
  }

  readonly #onTrackAdded = (peerId: number, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack): void => {
    if (streams.some(({ id }) => id === this.#stream)) this.#hear(peerId, track);
  };

  #hear(peerId: number, track: WebRTCMediaTrack): void {
    if (track.kind !== TrackType.TRACK_AUDIO || this.#voices.has(track)) return;
    const oldest = this.#voices.oldestOfTooMany(peerId);
    if (oldest !== null) this.#drop(peerId, oldest);
    this.#voices.add(peerId, track);
    this.voice_added.emit(peerId);
  }

  readonly #onTrackRemoved = (peerId: number, _streams: unknown, track: WebRTCMediaTrack): void => {
    this.#drop(peerId, track);
  };

  #drop(peerId: number, track: WebRTCMediaTrack): void {
    const left = this.#voices.remove(track);
    if (left === undefined) return;
    if (left.meter.silence()) this.speaking_changed.emit(peerId, false);
    this.voice_removed.emit(peerId);
  }

  readonly #onPeerLeft = (peerId: number): void => this.#voices.forget(peerId);

  readonly #onDevices = (): void => void this.#news.push(() => this.devices_changed.emit());

  #openMicrophone(): void {
    this.#microphone.isOpen = !this.#isMuted && (!this.#pushToTalk || this.#isTalking);
  }

  #listen(now: number): void {
    const { meter } = this.#microphone;
    meter?.update(now);
    const isSpeaking = meter?.isSpeaking ?? false;
    if (isSpeaking !== this.#isSpeaking) {
      this.#isSpeaking = isSpeaking;
      this.speaking_changed.emit(this.#peer.getUniqueId(), isSpeaking);
    }
    this.#voices.listen(now, (peerId, isSpeaking) => this.speaking_changed.emit(peerId, isSpeaking));
  }
}
