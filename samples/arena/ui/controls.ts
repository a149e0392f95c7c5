import type { Driver } from '../game/driver.js';
import { type KartInput, noInput } from '../sim/kart-body.js';
import { TouchPad } from './touch-pad.js';

/** What an axis of a gamepad says when nobody touches it. */
const DEAD = 0.15;

/** The player's hands: keyboard, gamepad and touch, all at once. */
export class Controls implements Driver {
  readonly #keys = new Set<string>();
  readonly #touch: TouchPad;
  readonly #input = noInput();

  constructor(parent: Element) {
    this.#touch = new TouchPad(parent);
    addEventListener('keydown', (event) => {
      if (isTyping(event.target) || event.metaKey || event.ctrlKey) return;
      this.#keys.add(event.code);
      if (event.code === 'Space' || event.code.startsWith('Arrow')) event.preventDefault();
    });
    addEventListener('keyup', (event) => this.#keys.delete(event.code));
    addEventListener('blur', () => this.#keys.clear());
  }

  drive(): KartInput {
    const input = this.#input;
    input.throttle = this.#axis('KeyW', 'ArrowUp') - this.#axis('KeyS', 'ArrowDown');
    input.steer = this.#axis('KeyD', 'ArrowRight') - this.#axis('KeyA', 'ArrowLeft');
    input.drift = this.#keys.has('ShiftLeft') || this.#keys.has('ShiftRight') || this.#touch.drifts;
    input.fire = this.#keys.has('Space') || this.#keys.has('Enter') || this.#touch.fires;
    this.#readTouch(input);
    for (const pad of navigator.getGamepads?.() ?? []) if (pad !== null) readGamepad(pad, input);
    return input;
  }

  #axis(...codes: readonly string[]): number {
    return codes.some((code) => this.#keys.has(code)) ? 1 : 0;
  }

  /** A thumb that is down drives on, unless it points back. */
  #readTouch(input: KartInput): void {
    if (!this.#touch.isUsed) return;
    input.steer = Math.sign(this.#touch.x) * this.#touch.x ** 2;
    input.throttle = this.#touch.y < -0.5 ? -1 : 1;
  }
}

function readGamepad(pad: Gamepad, input: KartInput): void {
  const [x = 0, y = 0] = pad.axes;
  const pressed = (button: number): number => pad.buttons[button]?.value ?? 0;
  if (Math.abs(x) > DEAD) input.steer = x;
  const pedals = pressed(7) - pressed(6);
  if (Math.abs(pedals) > DEAD) input.throttle = pedals;
  else if (Math.abs(y) > 0.5) input.throttle = -y;
  input.fire ||= pressed(0) > 0.5 || pressed(5) > 0.5;
  input.drift ||= pressed(1) > 0.5 || pressed(4) > 0.5;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
