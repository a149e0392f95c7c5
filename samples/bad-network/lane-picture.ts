import { make, setText } from '../shared/dom.js';
import { type Fate, LANE_LENGTH, type Lane, MODES } from './lane.js';

const WIDTH = 320;
const HEIGHT = 70;
/** The delay at the upper rim. */
const TOP_MS = 1000;
const COLOURS: { readonly [fate in Fate]: string } = {
  'under way': '#9aa4b2',
  arrived: '#35b36a',
  overtaken: '#f27c22',
  lost: '#e8413c',
};

/** The last packets of a mode, from the left to the right as they were sent, each as high as it took. */
export class LanePicture {
  readonly element: HTMLElement;
  readonly #lane: Lane;
  readonly #summary = make('small');
  readonly #context: CanvasRenderingContext2D;

  constructor(lane: Lane) {
    this.#lane = lane;
    const canvas = make('canvas');
    canvas.width = WIDTH * 2;
    canvas.height = HEIGHT * 2;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#context.scale(2, 2);
    const mode = MODES.find((one) => one.mode === lane.mode);
    this.element = make(
      'section',
      'lane',
      make('h2', '', mode?.name ?? ''),
      make('p', '', mode?.text ?? ''),
      canvas,
      this.#summary,
    );
  }

  draw(nowMs: number): void {
    const context = this.#context;
    context.clearRect(0, 0, WIDTH, HEIGHT);
    const step = WIDTH / LANE_LENGTH;
    for (const [at, packet] of this.#lane.packets.entries()) {
      const fate = this.#lane.fateOf(packet, nowMs);
      const tookMs = Number.isNaN(packet.delayMs) ? nowMs - packet.sentMs : packet.delayMs;
      const height = fate === 'lost' ? HEIGHT : Math.max(2, Math.min(1, tookMs / TOP_MS) * HEIGHT);
      context.fillStyle = COLOURS[fate];
      context.globalAlpha = fate === 'lost' ? 0.45 : 1;
      context.fillRect(at * step, HEIGHT - height, step - 1, height);
    }
    context.globalAlpha = 1;
    setText(this.#summary, this.#text(nowMs));
  }

  #text(nowMs: number): string {
    const { arrived, lost, overtaken, meanMs, worstMs } = this.#lane.summary(nowMs);
    if (arrived === 0) return 'nothing has arrived yet';
    const late = overtaken > 0 ? `, ${overtaken} overtaken` : '';
    return `${lost} lost${late}; ${meanMs.toFixed(0)} ms on average, ${worstMs.toFixed(0)} at most`;
  }
}
