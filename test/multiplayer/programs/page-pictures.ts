/** Pictures that a page makes, and what it sees of those of others. */

export interface PictureStats {
  plis: number;
  nacks: number;
  /** Made here. */
  keyframes: number;
  lost: number;
  codec: string;
}

export interface Seen {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Where the bar is, in rows. */
  readonly bar: number;
  readonly width: number;
  readonly firstAfterMs: number;
}

const WIDTH = 320;
const HEIGHT = 240;
const PAINT_EVERY_MS = 40;

/** Something to show that never stands still. */
export class PaintedCanvas {
  readonly track: MediaStreamTrack;
  readonly #painting: ReturnType<typeof setInterval>;

  constructor(left: string, right: string) {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: WIDTH, height: HEIGHT });
    const paper = canvas.getContext('2d') as CanvasRenderingContext2D;
    let turn = 0;
    const paint = (): void => {
      turn += 1;
      paper.fillStyle = left;
      paper.fillRect(0, 0, WIDTH / 2, HEIGHT);
      paper.fillStyle = right;
      paper.fillRect(WIDTH / 2, 0, WIDTH / 2, HEIGHT);
      paper.fillStyle = 'white';
      paper.fillRect(0, (turn * 5) % HEIGHT, WIDTH, 12);
    };
    paint();
    this.track = canvas.captureStream(25).getVideoTracks()[0] as MediaStreamTrack;
    this.#painting = setInterval(paint, PAINT_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#painting);
    this.track.stop();
  }
}

/** A track of pictures that is looked at. */
export class Picture {
  readonly track: MediaStreamTrack;
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  readonly #since = performance.now();
  /** How long it took until there was something to see. */
  firstAfterMs = Number.NaN;

  constructor(track: MediaStreamTrack) {
    this.track = track;
    Object.assign(this.#video, { muted: true, srcObject: new MediaStream([track]) });
    document.body.append(this.#video);
    this.#video.onloadeddata = () => {
      this.firstAfterMs = performance.now() - this.#since;
    };
    void this.#video.play().catch(() => {});
  }

  dispose(): void {
    this.#video.srcObject = null;
    this.#video.remove();
  }

  tell(): object {
    const { videoWidth, readyState, paused, currentTime } = this.#video;
    return { videoWidth, readyState, paused, currentTime, track: [this.track.readyState, this.track.muted] };
  }

  see(): Seen | null {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (width === 0) return null;
    Object.assign(this.#canvas, { width, height });
    const paper = this.#canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    paper.drawImage(this.#video, 0, 0);
    // In the middle of several rows, one of which may be under the bar.
    const at = (x: number): number[] => {
      const rows = [0.2, 0.5, 0.8].map((y) => [
        ...paper.getImageData(Math.round(width * x), Math.round(height * y), 1, 1).data,
      ]);
      return [0, 1, 2].map((channel) => rows.map((row) => row[channel] as number).sort((a, b) => a - b)[1] as number);
    };
    const column = paper.getImageData(Math.round(width / 4), 0, 1, height).data;
    const brightness = Array.from(
      { length: height },
      (_, y) => (column[4 * y + 1] as number) + (column[4 * y + 2] as number),
    );
    const bar = brightness.indexOf(Math.max(...brightness));
    return { left: at(0.25), right: at(0.75), bar, width, firstAfterMs: this.firstAfterMs };
  }
}

/** Those of pictures that go out or come in. */
export function sumPictureStats(reports: readonly RTCStatsReport[]): PictureStats {
  const sums: PictureStats = { plis: 0, nacks: 0, keyframes: 0, lost: 0, codec: '' };
  for (const report of reports) {
    report.forEach((entry) => {
      if (entry.kind !== 'video' || !['outbound-rtp', 'inbound-rtp'].includes(entry.type)) return;
      sums.plis += (entry.pliCount ?? 0) + (entry.firCount ?? 0);
      sums.nacks += entry.nackCount ?? 0;
      sums.keyframes += entry.keyFramesEncoded ?? 0;
      sums.lost += entry.packetsLost ?? 0;
      sums.codec = report.get(entry.codecId)?.mimeType ?? sums.codec;
    });
  }
  return sums;
}
