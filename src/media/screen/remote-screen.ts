/** A picture that a peer sends, ready for a texture. */
export class RemoteScreen {
  readonly peerId: number;
  readonly track: MediaStreamTrack;
  /** Plays without sound, which browsers allow at any time. It need not be in the page. */
  readonly video: HTMLVideoElement;

  /** @internal */
  constructor(peerId: number, track: MediaStreamTrack) {
    this.peerId = peerId;
    this.track = track;
    this.video = document.createElement('video');
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.autoplay = true;
    this.video.srcObject = new MediaStream([track]);
    this.video.play().catch(() => {});
  }

  /** Width over height; 0 until the first picture came. */
  get aspect(): number {
    return this.video.videoHeight === 0 ? 0 : this.video.videoWidth / this.video.videoHeight;
  }

  /** @internal */
  dispose(): void {
    this.video.pause();
    this.video.srcObject = null;
  }
}
