import { LINK_PRESETS, type LinkConditions, type LinkPreset } from 'scenewire/testing';
import { make, setText } from '../shared/dom.js';
import { LanePicture } from './lane-picture.js';
import type { BadRoom } from './sim.js';

interface Slider {
  readonly condition: 'latencyMs' | 'jitterMs' | 'lossRate' | 'reorderRate';
  readonly label: string;
  readonly max: number;
  /** What the condition is, of the slider's value. */
  readonly unit: number;
  readonly suffix: string;
}

const SLIDERS: readonly Slider[] = [
  { condition: 'latencyMs', label: 'Latency, one way', max: 400, unit: 1, suffix: ' ms' },
  { condition: 'jitterMs', label: 'Jitter', max: 200, unit: 1, suffix: ' ms' },
  { condition: 'lossRate', label: 'Loss', max: 50, unit: 0.01, suffix: ' %' },
  { condition: 'reorderRate', label: 'Overtaking', max: 50, unit: 0.01, suffix: ' %' },
];
const PRESETS = ['perfect', 'wifi', 'mobile4g', 'mobile3g', 'intercontinental', 'bad'] as const satisfies LinkPreset[];
/** How much later one that is overtaken comes. */
const OVERTAKEN_BY_MS = 150;

/** The sliders of the link, and what the modes of a channel make of it. */
export class Panel<N extends object> {
  readonly #room: BadRoom<N>;
  readonly #inputs = new Map<Slider, { readonly input: HTMLInputElement; readonly output: HTMLOutputElement }>();
  readonly #lanes: readonly LanePicture[];
  readonly #error = make('p', 'error');

  constructor(parent: Element, room: BadRoom<N>) {
    this.#room = room;
    this.#lanes = room.lanes.map((lane) => new LanePicture(lane));
    const presets = PRESETS.map((name) => {
      const button = make('button', '', name);
      button.addEventListener('click', () => this.#choose(LINK_PRESETS[name]));
      return button;
    });
    parent.append(
      make('div', 'presets', ...presets),
      make('div', 'sliders', ...SLIDERS.map((slider) => this.#makeSlider(slider))),
      this.#error,
      ...this.#lanes.map(({ element }) => element),
    );
    this.#choose(LINK_PRESETS.mobile4g);
  }

  /** Once per frame. */
  update(nowMs: number): void {
    for (const lane of this.#lanes) lane.draw(nowMs);
    setText(this.#error, `Others are shown ${this.#room.error.toFixed(1)} m from where they are now`);
  }

  #makeSlider(slider: Slider): Element {
    const input = make('input');
    Object.assign(input, { type: 'range', min: '0', max: String(slider.max), step: '1', value: '0' });
    const output = make('output');
    this.#inputs.set(slider, { input, output });
    input.addEventListener('input', () => this.#apply());
    return make('label', '', make('span', '', slider.label), input, output);
  }

  #choose(preset: LinkConditions): void {
    for (const [{ condition, unit }, { input }] of this.#inputs) input.value = String(preset[condition] / unit);
    // Sliders say nothing about the rest: bandwidth, bursts and so on.
    this.#room.setConditions(preset);
    this.#apply();
  }

  #apply(): void {
    const change: { -readonly [condition in keyof LinkConditions]?: LinkConditions[condition] } = {};
    for (const [{ condition, unit, suffix }, { input, output }] of this.#inputs) {
      change[condition] = input.valueAsNumber * unit;
      setText(output, `${input.value}${suffix}`);
    }
    // A link can't take less than no time.
    change.jitterMs = Math.min(change.jitterMs ?? 0, change.latencyMs ?? 0);
    change.reorderByMs = OVERTAKEN_BY_MS;
    this.#room.setConditions(change);
  }
}
