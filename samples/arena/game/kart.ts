import { NodeScript, Quaternion, replicate, type Variant, Vector3 } from 'scenewire';
import { startOf } from '../sim/course.js';
import { type KartBody, makeBody, wrap } from '../sim/kart-body.js';

/** What the host tells everybody when a kart appears. */
export interface KartData {
  /** The name of its node. */
  readonly id: string;
  /** The peer that drives it; bots are driven by the host. */
  readonly owner: number;
  readonly bot: boolean;
  readonly driver: string;
  readonly colour: number;
  readonly slot: number;
}

export const FULL_HEALTH = 3;

/** A kart as all peers know it: the script of its node. Where it is comes from its owner, how it fares from the host. */
export class Kart extends NodeScript {
  readonly id: string;
  readonly owner: number;
  readonly isBot: boolean;
  readonly driver: string;
  readonly colour: number;

  // The owner's.
  readonly position = new Vector3();
  readonly quaternion = new Quaternion();
  // The host's.
  health = 0;
  shielded = false;
  score = 0;
  wrecks = 0;

  /** Whether this peer knows where it is. */
  isPlaced = false;
  /** Who hit it last, and how many of its wrecks this peer has seen. */
  lastHitBy: Kart | null = null;
  wrecksSeen = 0;

  /** How it moves, at its owner. */
  readonly body: KartBody;
  readonly #before: KartBody;
  /** Seconds until it may shoot again, at its owner. */
  reload = 0;
  shots = 0;

  constructor(data: KartData) {
    super();
    ({ id: this.id, owner: this.owner, bot: this.isBot, driver: this.driver, colour: this.colour } = data);
    this.body = makeBody(startOf(data.slot));
    this.#before = { ...this.body };
    this.draw(1);
  }

  /** Everybody lists the same properties in the same order: so does kart.tscn. */
  replicate(): void {
    const motion = replicate(
      this as Kart,
      {
        position: { mode: 'always', smooth: { motion: 'curve', snapDistance: 6 } },
        quaternion: { mode: 'always', smooth: 'slerp' },
      },
      { name: 'Motion', interval: 1 / 30, authority: this.owner },
    );
    motion.synchronized.connect(() => {
      this.isPlaced = true;
    });
    replicate(
      this as Kart,
      { health: 'onChange', shielded: 'onChange', score: 'onChange', wrecks: 'onChange' },
      { name: 'Status' },
    );
  }

  get isAlive(): boolean {
    return this.health > 0;
  }

  /** Whether a shot at it is worth the while. */
  get canBeHit(): boolean {
    return this.isAlive && !this.shielded;
  }

  get x(): number {
    return this.position.x;
  }

  get z(): number {
    return this.position.z;
  }

  get heading(): number {
    return wrap(2 * Math.atan2(this.quaternion.y, this.quaternion.w));
  }

  /** At its owner: somewhere else at once, and at rest. */
  place(slot: number): void {
    Object.assign(this.body, startOf(slot), { vx: 0, vz: 0 });
    Object.assign(this.#before, this.body);
    this.isPlaced = true;
    this.draw(1);
  }

  /** At its owner, before each tick. */
  remember(): void {
    Object.assign(this.#before, this.body);
  }

  /** At its owner, in each frame: somewhere between the last two ticks. Rounded as it travels, so that all agree. */
  draw(share: number): void {
    const { body } = this;
    const before = this.#before;
    this.position.x = Math.fround(before.x + (body.x - before.x) * share);
    this.position.z = Math.fround(before.z + (body.z - before.z) * share);
    const heading = before.heading + wrap(body.heading - before.heading) * share;
    this.quaternion.y = Math.fround(Math.sin(heading / 2));
    this.quaternion.w = Math.fround(Math.cos(heading / 2));
  }
}

/** What came from afar may be anything. */
export function readKartData(data: Variant): KartData | null {
  if (!(data instanceof Map)) return null;
  const { id, owner, bot, driver, colour, slot } = Object.fromEntries(data);
  const isFine =
    typeof id === 'string' &&
    typeof driver === 'string' &&
    typeof bot === 'boolean' &&
    [owner, colour, slot].every((number) => Number.isInteger(number) && number >= 0);
  return isFine ? { id, owner, bot, driver: driver.slice(0, MAX_NAME), colour, slot } : null;
}

export const MAX_NAME = 16;
