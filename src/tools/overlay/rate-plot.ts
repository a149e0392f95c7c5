import { make } from './elements.js';

const SAMPLES = 60;
/** In the page; the styles stretch it. PERF: to ask for the real size would lay out the page. */
const WIDTH = 264;
const HEIGHT = 32;
const IN_COLOR = '#4cc2ff';
const OUT_COLOR = '#ffb454';
/** The scale does not go below: noise of a silent link is no mountain. */
const LEAST_SCALE = 256;

/** The last half minute of two rates as a little picture: what comes in as a hill, what goes out as a line. */
export class RatePlot {
  readonly canvas = make('canvas', 'plot');
  readonly #received = new Float32Array(SAMPLES);
  readonly #sent = new Float32Array(SAMPLES);
  #at = 0;
  #pixels = 0;

  constructor() {
    this.canvas.setAttribute('role', 'img');
  }

  add(received: number, sent: number): void {
    this.#received[this.#at] = received;
    this.#sent[this.#at] = sent;
    this.#at = (this.#at + 1) % SAMPLES;
  }

  draw(label: string): void {
    const { canvas } = this;
    const context = canvas.getContext('2d');
    if (context === null) return;
    this.#fit();
    const width = WIDTH;
    const scale = globalThis.devicePixelRatio;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    const top = Math.max(LEAST_SCALE, ...this.#received, ...this.#sent);
    this.#trace(context, this.#received, width, top);
    context.lineTo(width, HEIGHT);
    context.lineTo(0, HEIGHT);
    context.fillStyle = `${IN_COLOR}40`;
    context.fill();
    this.#trace(context, this.#received, width, top);
    this.#stroke(context, IN_COLOR);
    this.#trace(context, this.#sent, width, top);
    this.#stroke(context, OUT_COLOR);
    if (canvas.ariaLabel !== label) canvas.ariaLabel = label;
  }

  /** A canvas that gets a size is empty, so only when the size is another one. */
  #fit(): void {
    const pixels = Math.round(WIDTH * globalThis.devicePixelRatio);
    if (pixels === this.#pixels) return;
    this.#pixels = pixels;
    this.canvas.width = pixels;
    this.canvas.height = Math.round(HEIGHT * globalThis.devicePixelRatio);
  }

  #trace(context: CanvasRenderingContext2D, values: Float32Array, width: number, top: number): void {
    context.beginPath();
    for (let i = 0; i < SAMPLES; i += 1) {
      const value = values[(this.#at + i) % SAMPLES] as number;
      const x = (i / (SAMPLES - 1)) * width;
      context.lineTo(x, HEIGHT - 1.5 - (value / top) * (HEIGHT - 4));
    }
  }

  #stroke(context: CanvasRenderingContext2D, color: string): void {
    context.strokeStyle = color;
    context.lineWidth = 1.25;
    context.lineJoin = 'round';
    context.stroke();
  }
}
