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

/** Metres. */
const RANGE = 28;
const TOO_CLOSE = 6;
const LOOK_AHEAD = 12;
/** It looks around every so many ticks. */
const THINKING_TICKS = 6;
/** Seconds until it looks for another target, about. */
const PATIENCE = 5;
/** Radians to the left and to the right of where it wants to go. */
const WAYS = [0, 0.35, -0.35, 0.8, -0.8, 1.4, -1.4];

const contact: Contact = { depth: 0, nx: 0, nz: 0 };

/** A driver with a will of its own: goes for somebody, round what is in the way, and shoots when it points there. */
export class Bot {
  readonly #random: () => number;
  readonly #input = noInput();
  #ticks = 0;
  #target = 0;
  #patience = 0;
  #way = 0;
  /** Seconds in which it got nowhere, and of backing off. */
  #stuck = 0;
  #backing = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  drive(body: KartBody, others: readonly Sighting[]): KartInput {
    const target = this.#choose(body, others);
    const wanted = target === undefined ? body.heading + 0.5 : headingTo(body, target);
    if (this.#ticks % THINKING_TICKS === 0) this.#way = wanted + bestWay(body, wanted, others);
    this.#ticks += 1;
    const off = wrap(this.#way - body.heading);
    const input = this.#input;
    input.steer = Math.max(-1, Math.min(1, -off * 2.5));
    input.throttle = Math.abs(off) > 1.5 ? 0.5 : 1;
    input.drift = Math.abs(off) > 1 && Math.hypot(body.vx, body.vz) > 10;
    input.fire = this.#isAimedAtSomebody(body, others) && this.#random() < 0.15;
    this.#backOff(body, input);
    return input;
  }

  /** Another one when it has had enough, when it got there, or when there is nothing to hit any more. */
  #choose(body: KartBody, others: readonly Sighting[]): Sighting | undefined {
    this.#patience -= TICK;
    const now = others[this.#target];
    if (now?.canBeHit && this.#patience > 0 && Math.hypot(now.x - body.x, now.z - body.z) > TOO_CLOSE) return now;
    this.#patience = PATIENCE * (0.5 + this.#random());
    this.#target = Math.floor(this.#random() * others.length);
    return others[this.#target];
  }

  /** Whoever is in front of it will do. Nobody aims well all the time. */
  #isAimedAtSomebody(body: KartBody, others: readonly Sighting[]): boolean {
    const heading = body.heading + Math.sin(this.#patience * 3) * 0.11;
    return others.some((other) => {
      const distance = Math.hypot(other.x - body.x, other.z - body.z);
      return other.canBeHit && distance < RANGE && Math.abs(wrap(headingTo(body, other) - heading)) < 0.1;
    });
  }

  #backOff(body: KartBody, input: KartInput): void {
    const isSlow = Math.hypot(body.vx, body.vz) < 1.5;
    this.#stuck = isSlow ? this.#stuck + TICK : 0;
    if (this.#stuck > 0.5) this.#backing = 0.8;
    this.#backing -= TICK;
    if (this.#backing <= 0) return;
    this.#stuck = 0;
    input.throttle = -1;
    input.steer = -input.steer;
  }
}

const headingTo = (body: KartBody, at: { x: number; z: number }): number => Math.atan2(body.x - at.x, body.z - at.z);

/** The way with most room that leads about there. */
function bestWay(body: KartBody, wanted: number, others: readonly Sighting[]): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (const way of WAYS) {
    const worth = roomAhead(body, wanted + way, others) - Math.abs(way) * 4;
    if (worth > most) [best, most] = [way, worth];
  }
  return best;
}

function roomAhead(body: KartBody, heading: number, others: readonly Sighting[]): number {
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  for (let room = 1.5; room < LOOK_AHEAD; room += 1.5) {
    const [x, z] = [body.x - sin * room, body.z - cos * room];
    if (touch(x, z, KART_RADIUS, contact)) return room;
    if (others.some((other) => Math.hypot(other.x - x, other.z - z) < 2 * KART_RADIUS)) return room;
  }
  return LOOK_AHEAD;
}
