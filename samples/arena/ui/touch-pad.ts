import { make } from '../../shared/dom.js';

/** Pixels from the middle to the rim of the stick. */
const REACH = 52;

/** A stick for the left thumb, wherever it is put down, and buttons for the right one. CSS shows it where there is touch. */
export class TouchPad {
  x = 0;
  y = 0;
  isUsed = false;
  fires = false;
  drifts = false;
  readonly #knob = make('i');
  readonly #stick = make('div', 'stick', this.#knob);

  constructor(parent: Element) {
    const area = make('div', 'stick-area', this.#stick);
    area.addEventListener('pointerdown', (event) => this.#grab(area, event));
    area.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel'] as const) area.addEventListener(type, () => this.#release());
    const fire = this.#button('fire', 'Fire', (pressed) => {
      this.fires = pressed;
    });
    const drift = this.#button('drift', 'Drift', (pressed) => {
      this.drifts = pressed;
    });
    parent.append(make('div', 'touch', area, make('div', 'pads', drift, fire)));
  }

  #button(name: string, label: string, set: (pressed: boolean) => void): HTMLElement {
    const button = make('button', name, label);
    button.type = 'button';
    button.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      set(true);
    });
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const)
      button.addEventListener(type, () => set(false));
    return button;
  }

  #grab(area: Element, event: PointerEvent): void {
    event.preventDefault();
    area.setPointerCapture(event.pointerId);
    const box = area.getBoundingClientRect();
    this.#stick.style.left = `${event.clientX - box.left}px`;
    this.#stick.style.top = `${event.clientY - box.top}px`;
    this.isUsed = true;
  }

  #move(event: PointerEvent): void {
    if (!this.isUsed) return;
    const box = this.#stick.getBoundingClientRect();
    const [dx, dy] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    const shrink = Math.min(1, REACH / Math.max(1, Math.hypot(dx, dy)));
    this.x = (dx * shrink) / REACH;
    this.y = (-dy * shrink) / REACH;
    this.#knob.style.transform = `translate(${dx * shrink}px, ${dy * shrink}px)`;
  }

  #release(): void {
    this.isUsed = false;
    this.x = this.y = 0;
    this.#knob.style.transform = '';
    this.#stick.removeAttribute('style');
  }
}
