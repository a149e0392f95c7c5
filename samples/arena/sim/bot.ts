import { type Contact, touch } from './course.js';
import { KART_RADIUS, type KartBody, type KartInput, noInput, TICK, wrap } from './kart-body.js';
import { seeded } from './random.js';

/** Somebody a bot may want to hit, as it sees them. */
export interface Sighting {
  readonly x: number;
  readonly z: number;
  /** False: nobody to waste a shot on. */
  readonly canBeHit: boolean;
}

const RANGE = 26;
const LOOK_AHEAD = 7;
/** Seconds until it looks for another target, about. */
const PATIENCE = 4;
const contact: Contact = { depth: 0, nx: 0, nz: 0 };

/** A driver with a will of its own: chases somebody, keeps off the walls, and shoots when it points the right way. */
export class Bot {
  readonly #random: () => number;
  readonly #input = noInput();
  #target = 0;
  #bored = 0;
  #stuck = 0;
  #lastX = 0;
  #lastZ = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  drive(body: KartBody, others: readonly Sighting[]): KartInput {
    const input = this.#input;
    const target = this.#choose(others);
    const wanted = target === undefined ? body.heading + 0.5 : this.#aim(body, target);
    const off = wrap(wanted - body.heading);
    const distance = target === undefined ? RANGE : Math.hypot(target.x - body.x, target.z - body.z);
    input.throttle = distance < 7 ? 0.35 : 1;
    input.steer = clamp(-off * 2.2 - this.#avoid(body));
    input.drift = Math.abs(off) > 1.2 && distance > 8;
    input.fire = target !== undefined && Math.abs(off) < 0.1 && distance < RANGE && this.#random() < 0.12;
    this.#unstick(body, input);
    return input;
  }

  #choose(others: readonly Sighting[]): Sighting | undefined {
    this.#bored -= TICK;
    const now = others[this.#target % Math.max(1, others.length)];
    if (this.#bored > 0 && now?.canBeHit) return now;
    this.#bored = PATIENCE * (0.5 + this.#random());
    this.#target = Math.floor(this.#random() * others.length);
    return others[this.#target];
  }

  /** The heading of where it is, more or less. */
  #aim(body: KartBody, target: Sighting): number {
    return Math.atan2(body.x - target.x, body.z - target.z) + Math.sin(this.#bored * 3) * 0.06;
  }

  /** How hard to turn away from what is ahead: feels to the left and to the right. */
  #avoid(body: KartBody): number {
    const left = this.#isBlocked(body, 0.45);
    const right = this.#isBlocked(body, -0.45);
    if (left && right) return this.#target % 2 === 0 ? 2 : -2;
    return left ? -1.6 : right ? 1.6 : 0;
  }

  #isBlocked(body: KartBody, side: number): boolean {
    const heading = body.heading + side;
    const [x, z] = [body.x - Math.sin(heading) * LOOK_AHEAD, body.z - Math.cos(heading) * LOOK_AHEAD];
    return touch(x, z, KART_RADIUS, contact);
  }

  /** Backs off for a while when it got nowhere. */
  #unstick(body: KartBody, input: KartInput): void {
    const moved = Math.hypot(body.x - this.#lastX, body.z - this.#lastZ);
    this.#lastX = body.x;
    this.#lastZ = body.z;
    this.#stuck = moved < 0.01 ? this.#stuck + TICK : Math.max(0, this.#stuck - TICK * 0.6);
    if (this.#stuck < 0.5) return;
    input.throttle = -1;
    input.steer = -input.steer;
    if (this.#stuck > 0.9) this.#stuck = 0.9;
  }
}

const clamp = (value: number): number => Math.max(-1, Math.min(1, value));
