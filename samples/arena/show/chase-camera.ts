import type { Kart } from '../game/kart.js';
import { ARENA_RADIUS, type Contact, touch } from '../sim/course.js';
import { wrap } from '../sim/kart-body.js';

const contact: Contact = { depth: 0, nx: 0, nz: 0 };

/** Follows a kart from behind, and circles above the arena when there is none. */
export class ChaseCamera {
  readonly eye = { x: 0, y: 20, z: 40 };
  readonly target = { x: 0, y: 0, z: 0 };
  /** Degrees from top to bottom: a phone that is held upright has to see more of what is above and below. */
  fieldOfView = 55;
  #heading = 0;
  #distance = 7.5;
  #following: Kart | null = null;
  #time = 0;

  update(kart: Kart | null, seconds: number, aspect: number): void {
    this.#time += seconds;
    this.fieldOfView = aspect < 1 ? 74 : 55;
    if (kart === null) this.#circle(aspect);
    else this.#follow(kart, seconds, aspect);
    this.#following = kart;
  }

  #circle(aspect: number): void {
    const angle = this.#time * 0.06;
    const radius = aspect < 1 ? 46 : 34;
    set(this.eye, Math.sin(angle) * radius, radius * 0.45, Math.cos(angle) * radius);
    set(this.target, 0, 0, 0);
  }

  #follow(kart: Kart, seconds: number, aspect: number): void {
    const isNew = this.#following !== kart;
    const turn = wrap(kart.heading - this.#heading);
    this.#heading = wrap(this.#heading + turn * (isNew ? 1 : 1 - Math.exp(-5 * seconds)));
    const [sin, cos] = [Math.sin(this.#heading), Math.cos(this.#heading)];
    const wanted = this.#roomBehind(kart, sin, cos, aspect < 1 ? 9.5 : 7.5);
    const pull = wanted < this.#distance || isNew ? 1 : 1 - Math.exp(-2 * seconds);
    this.#distance += (wanted - this.#distance) * pull;
    set(this.eye, kart.x + sin * this.#distance, aspect < 1 ? 5.6 : 4.2, kart.z + cos * this.#distance);
    set(this.target, kart.x - sin * 4, 1.1, kart.z - cos * 4);
  }

  /** How far it can stay behind with nothing in between; above the wall, but not beyond it. */
  #roomBehind(kart: Kart, sin: number, cos: number, most: number): number {
    let distance = 2.5;
    while (distance < most && !this.#isInside(kart.x + sin * distance, kart.z + cos * distance)) distance += 0.5;
    return Math.min(distance, most);
  }

  #isInside(x: number, z: number): boolean {
    const fromMiddle = Math.hypot(x, z);
    return fromMiddle > ARENA_RADIUS + 0.5 || (fromMiddle < ARENA_RADIUS - 2 && touch(x, z, 0.4, contact));
  }
}

function set(point: { x: number; y: number; z: number }, x: number, y: number, z: number): void {
  point.x = x;
  point.y = y;
  point.z = z;
}
