import { type Contact, touch } from './course.js';
import { KART_RADIUS, type KartBody, TICK } from './kart-body.js';

export const SHOT_RADIUS = 0.28;
export const SHOT_HEIGHT = 0.75;
/** Metres per second, on top of nothing: a shot does not care how fast its kart is. */
export const SHOT_SPEED = 42;
/** Seconds. */
export const SHOT_LIFE = 1.6;
const BOUNCES = 2;

/** A ball that flies on its own: whoever knows its beginning knows all of its way, so nobody has to send it. */
export interface ShotBody {
  x: number;
  z: number;
  vx: number;
  vz: number;
  /** Seconds. */
  age: number;
  bounces: number;
}

export function makeShot(x: number, z: number, heading: number): ShotBody {
  return { x, z, vx: -Math.sin(heading) * SHOT_SPEED, vz: -Math.cos(heading) * SHOT_SPEED, age: 0, bounces: 0 };
}

/** Where shots leave a kart. */
export function muzzleOf({ x, z, heading }: KartBody): { x: number; z: number } {
  return { x: x - Math.sin(heading) * 1.6, z: z - Math.cos(heading) * 1.6 };
}

const contact: Contact = { depth: 0, nx: 0, nz: 0 };

/** One tick; false when it is over. */
export function stepShot(shot: ShotBody): boolean {
  shot.age += TICK;
  shot.x += shot.vx * TICK;
  shot.z += shot.vz * TICK;
  if (!touch(shot.x, shot.z, SHOT_RADIUS, contact)) return shot.age < SHOT_LIFE;
  const { depth, nx, nz } = contact;
  shot.x += nx * depth;
  shot.z += nz * depth;
  const into = 2 * (shot.vx * nx + shot.vz * nz);
  shot.vx -= into * nx;
  shot.vz -= into * nz;
  shot.bounces += 1;
  return shot.bounces <= BOUNCES && shot.age < SHOT_LIFE;
}

/** Whether it has come to a kart that is there. */
export function strikes(shot: ShotBody, x: number, z: number): boolean {
  return Math.hypot(shot.x - x, shot.z - z) < KART_RADIUS + SHOT_RADIUS;
}
