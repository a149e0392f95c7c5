import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { GodotObject } from '../../core/godot-object.js';
import { TrackType } from '../../extension/media/media-types.js';
import type { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import { PeerMedia } from '../../multiplayer/media/peer-media.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { RemoteScreen } from './remote-screen.js';

export interface ScreensOptions {
  /** The game's tracks, where something else uses them, too, such as `Voice`. Made here when left out. */
  media?: PeerMedia;
  /** Who sees what is shared here. Who does not costs no traffic. */
  sees?: (peerId: number) => boolean;
  /** The stream that screens travel in. Default: "screen". */
  stream?: string;
}

export type ScreensSignals = {
  /** A peer shows something: put it on a mesh with `showOnThreeMesh` or `showOnBabylonMesh`. */
  screen_added: [peerId: number, screen: RemoteScreen];
  screen_removed: [peerId: number, screen: RemoteScreen];
  /** The player ended what was shared here with the browser's own button. */
  share_ended: [];
};

/**
 * Screens, cameras and other pictures that the players of a game show each other.
 * @example
 * ```ts
 * import type { MultiplayerPeer } from 'scenewire';
 * import { Screens, showOnThreeMesh } from 'scenewire/media';
 * import { type Mesh, type MeshBasicMaterial, type PlaneGeometry, VideoTexture } from 'three';
 *
 * export function cinema(peer: MultiplayerPeer, wall: Mesh<PlaneGeometry, MeshBasicMaterial>): Screens {
 *   const screens = new Screens(peer);
 *   screens.screen_added.connect((_peerId, screen) => void showOnThreeMesh(screen, wall, VideoTexture));
 *   return screens; // a button calls screens.share(), each frame screens.poll()
 * }
 * ```
 */
export class Screens extends GodotObject<ScreensSignals> {
  readonly screen_added = this.signal('screen_added');
  readonly screen_removed = this.signal('screen_removed');
  readonly share_ended = this.signal('share_ended');
  readonly media: PeerMedia;
  readonly #ownsMedia: boolean;
  readonly #stream: string;
  readonly #sees: (peerId: number) => boolean;
  readonly #screens = new Map<WebRTCMediaTrack, RemoteScreen>();
  #shared: MediaStreamTrack | null = null;
  /** It ended between frames; told in the next `poll()`. */
  #hasEnded = false;
  #isClosed = false;

  constructor(peer: MultiplayerPeer, options: ScreensOptions = {}) {
    super();
    this.#ownsMedia = options.media === undefined;
    this.media = options.media ?? new PeerMedia(peer);
    this.#stream = options.stream ?? 'screen';
    this.#sees = options.sees ?? (() => true);
    this.media.track_added.connect(this.#onTrackAdded);
    this.media.track_removed.connect(this.#onTrackRemoved);
    for (const id of this.media.getSenders()) for (const track of this.media.getTracks(id)) this.#show(id, track);
  }

  /** Lets the player choose a screen, a window or a tab, in a gesture. False when they do not, or the browser has none. */
  async share(options: DisplayMediaStreamOptions = { video: true, audio: false }): Promise<boolean> {
    // Nobody could see it: the player is not asked.
    if (this.#isClosed || !this.media.isAvailable()) return false;
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(options);
      const [track] = stream.getVideoTracks();
      const isShared = track !== undefined && !this.#isClosed && this.shareTrack(track) === Err.OK;
      // What nobody gets is not recorded on, the sound of a screen among it.
      for (const other of stream.getTracks()) if (!isShared || other !== track) other.stop();
      return isShared;
    } catch {
      return false;
    }
  }

  /** Any track of pictures: a camera, or a canvas. What was shared before ends. */
  shareTrack(track: MediaStreamTrack): Err {
    if (this.#isClosed || track.kind !== 'video') {
      return fail(Err.ERR_INVALID_PARAMETER, 'A screen is a track of pictures');
    }
    const before = this.#shared;
    const err =
      before === null
        ? this.media.addLocalTrack(track, { streams: [this.#stream], to: this.#sees })
        : this.media.replaceLocalTrack(before, track);
    if (err !== Err.OK) return err;
    this.#stopTrack(before);
    this.#shared = track;
    track.onended = () => {
      this.#hasEnded = true;
    };
    return Err.OK;
  }

  get isSharing(): boolean {
    return this.#shared !== null;
  }

  stopSharing(): void {
    const track = this.#shared;
    if (track === null) return;
    this.#shared = null;
    this.#hasEnded = false;
    this.media.removeLocalTrack(track);
    this.#stopTrack(track);
  }

  /** Once per frame. */
  poll(): void {
    if (!this.#hasEnded) return;
    this.stopSharing();
    this.share_ended.emit();
  }

  /** What others show. */
  getScreens(): readonly RemoteScreen[] {
    return [...this.#screens.values()];
  }

  close(): void {
    if (this.#isClosed) return;
    this.stopSharing();
    this.#isClosed = true;
    this.media.track_added.disconnect(this.#onTrackAdded);
    this.media.track_removed.disconnect(this.#onTrackRemoved);
    for (const screen of this.#screens.values()) screen.dispose();
    this.#screens.clear();
    if (this.#ownsMedia) this.media.close();
  }

  readonly #onTrackAdded = (peerId: number, streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack): void => {
    if (streams.some(({ id }) => id === this.#stream)) this.#show(peerId, track);
  };

  #show(peerId: number, track: WebRTCMediaTrack): void {
    if (track.kind !== TrackType.TRACK_VIDEO || this.#screens.has(track)) return;
    const screen = new RemoteScreen(peerId, track.source as MediaStreamTrack);
    this.#screens.set(track, screen);
    this.screen_added.emit(peerId, screen);
  }

  readonly #onTrackRemoved = (peerId: number, _streams: unknown, track: WebRTCMediaTrack): void => {
    const screen = this.#screens.get(track);
    if (screen === undefined) return;
    this.#screens.delete(track);
    this.screen_removed.emit(peerId, screen);
    screen.dispose();
  };

  #stopTrack(track: MediaStreamTrack | null): void {
    if (track === null) return;
    track.onended = null;
    track.stop();
  }
}
