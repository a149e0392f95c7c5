import type { Kart } from '../game/kart.js';
import { wrap } from '../sim/kart-body.js';

/** How a kart seems to move, from where it is shown: the same for one's own and for those of others. */
export class KartMotion {
  /** Metres per second. */
  speed = 0;
  /** How fast it slides sideways. */
  slide = 0;
  /** Radians that its body leans to the side and back. */
  roll = 0;
  pitch = 0;
  readonly #last = { x: 0, z: 0, heading: 0 };

  update(kart: Kart, seconds: number): void {
    if (seconds <= 0) return;
    const [dx, dz] = [kart.x - this.#last.x, kart.z - this.#last.z];
    const turn = wrap(kart.heading - this.#last.heading) / seconds;
    Object.assign(this.#last, { x: kart.x, z: kart.z, heading: kart.heading });
    // Somewhere else at once: not a movement.
    const isJump = Math.hypot(dx, dz) > 3;
    const [sin, cos] = [Math.sin(kart.heading), Math.cos(kart.heading)];
    const ahead = isJump ? 0 : (-dx * sin - dz * cos) / seconds;
    const aside = isJump ? 0 : (dx * cos - dz * sin) / seconds;
    const ease = 1 - Math.exp(-8 * seconds);
    const pull = Math.max(-30, Math.min(30, (ahead - this.speed) / seconds));
    this.speed += (ahead - this.speed) * ease;
    this.slide += (aside - this.slide) * ease;
    this.roll += (Math.max(-0.16, Math.min(0.16, -turn * this.speed * 0.004)) - this.roll) * ease;
    this.pitch += (pull * 0.0035 - this.pitch) * ease;
  }
}
