import { BOOSTER_LENGTH, BOOSTER_WIDTH, BOOSTERS, type Contact, touch, touchDisc } from './course.js';

/** Seconds of one step. All peers and all views step alike, however fast they draw. */
export const TICK = 1 / 60;
export const KART_RADIUS = 1.1;
/** Metres per second; boosters go beyond it. No honest kart is faster than the second. */
export const TOP_SPEED = 19;
export const BOOST_SPEED = 30;

const ACCELERATION = 24;
const BRAKING = 42;
/** Rolling to a stop; with ACCELERATION it makes the top speed. */
const DRAG = ACCELERATION / TOP_SPEED;
const REVERSE = 0.45;
/** How fast sideways speed dies, per second. */
const GRIP = 8;
const DRIFT_GRIP = 1.6;
/** Radians per second. */
const TURN = 2.5;
const DRIFT_TURN = 3.3;
const BOOST = 60;
const BOUNCE = 0.35;
/** How fast karts that touch are driven apart, so that they don't get stuck in each other. */
const BUMP = 4;

/** What a driver wants, whoever it is: a keyboard, a gamepad, a thumb or a bot. */
export interface KartInput {
  /** -1 back, 1 ahead. */
  throttle: number;
  /** -1 left, 1 right. */
  steer: number;
  drift: boolean;
  fire: boolean;
}

export const noInput = (): KartInput => ({ throttle: 0, steer: 0, drift: false, fire: false });

/** Where a kart is and how it moves. Heading 0 looks along -z, and grows to the left. */
export interface KartBody {
  x: number;
  z: number;
  heading: number;
  vx: number;
  vz: number;
}

export const makeBody = (at: { x: number; z: number; heading: number }): KartBody => ({ ...at, vx: 0, vz: 0 });

const contact: Contact = { depth: 0, nx: 0, nz: 0 };

/** One tick. `others` are the karts that are in the way. */
export function stepKart(body: KartBody, input: KartInput, others: Iterable<{ x: number; z: number }>): void {
  drive(body, input);
  for (const pad of BOOSTERS) boost(body, pad.x, pad.z, pad.heading);
  body.x += body.vx * TICK;
  body.z += body.vz * TICK;
  if (touch(body.x, body.z, KART_RADIUS, contact)) bounce(body, 1, 0);
  for (const other of others) {
    contact.depth = 0;
    touchDisc(body.x - other.x, body.z - other.z, 2 * KART_RADIUS, contact);
    // The other one's owner moves it by the other half.
    if (contact.depth > 0) bounce(body, 0.5, BUMP);
  }
}

function drive(body: KartBody, { throttle, steer, drift }: KartInput): void {
  const [sin, cos] = [Math.sin(body.heading), Math.cos(body.heading)];
  let ahead = -body.vx * sin - body.vz * cos;
  let aside = body.vx * cos - body.vz * sin;
  const pull = ahead * throttle < 0 ? BRAKING : throttle < 0 ? ACCELERATION * REVERSE : ACCELERATION;
  ahead += throttle * pull * TICK;
  ahead *= Math.exp(-DRAG * TICK);
  aside *= Math.exp(-(drift ? DRIFT_GRIP : GRIP) * TICK);
  const grip = Math.max(-1, Math.min(1, ahead / 6));
  body.heading = wrap(body.heading - steer * grip * (drift ? DRIFT_TURN : TURN) * TICK);
  body.vx = -ahead * sin + aside * cos;
  body.vz = -ahead * cos - aside * sin;
}

function boost(body: KartBody, x: number, z: number, heading: number): void {
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  const along = Math.abs(-(body.x - x) * sin - (body.z - z) * cos);
  const across = Math.abs((body.x - x) * cos - (body.z - z) * sin);
  if (along > BOOSTER_LENGTH / 2 || across > BOOSTER_WIDTH / 2) return;
  if (-body.vx * sin - body.vz * cos > BOOST_SPEED - 4) return;
  body.vx -= sin * BOOST * TICK;
  body.vz -= cos * BOOST * TICK;
}

/** Out of what it is in, by this share of the depth, and back from it, no slower than that. */
function bounce(body: KartBody, share: number, slowest: number): void {
  const { depth, nx, nz } = contact;
  body.x += nx * depth * share;
  body.z += nz * depth * share;
  const speed = body.vx * nx + body.vz * nz;
  const wanted = Math.max(slowest, -BOUNCE * speed);
  if (speed >= wanted) return;
  body.vx += (wanted - speed) * nx;
  body.vz += (wanted - speed) * nz;
}

/** The same angle from -π to π. */
export function wrap(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
