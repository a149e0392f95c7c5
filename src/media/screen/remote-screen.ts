import { playMuted } from '../../extension/media/play-muted.js';

/**
 * A picture that a peer sends, ready for a texture.
 * @example
 * ```ts
 * import type { MultiplayerPeer } from 'scenewire';
 * import { type RemoteScreen, Screens } from 'scenewire/media';
 *
 * export function watch(peer: MultiplayerPeer, into: HTMLElement): Screens {
 *   const screens = new Screens(peer);
 *   screens.screen_added.connect((_peerId, screen: RemoteScreen) => into.append(screen.video));
 *   screens.screen_removed.connect((_peerId, screen) => screen.video.remove());
 *   return screens;
 * }
 * ```
 */
export class RemoteScreen {
  readonly peerId: number;
  readonly track: MediaStreamTrack;
  /** Plays without sound, which browsers allow without a gesture as a rule. It need not be in the page. */
  readonly video: HTMLVideoElement;
  readonly #stop: () => void;

  /** @internal */
  constructor(peerId: number, track: MediaStreamTrack) {
    this.peerId = peerId;
    this.track = track;
    this.video = document.createElement('video');
    this.video.playsInline = true;
    this.#stop = playMuted(this.video, track);
  }

  /** Width over height; 0 until the first picture came. */
  get aspect(): number {
    return this.video.videoHeight === 0 ? 0 : this.video.videoWidth / this.video.videoHeight;
  }

  /** @internal */
  dispose(): void {
    this.#stop();
  }
}
