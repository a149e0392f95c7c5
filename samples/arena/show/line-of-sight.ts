import { BLOCKS, PILLARS } from '../sim/course.js';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const STEPS = 24;

/** Whether nothing stands between two points. It looks at some places on the way, which is good enough for a name. */
export function canSee(from: Point, to: Point): boolean {
  for (let step = 1; step < STEPS; step += 1) {
    const share = step / STEPS;
    const x = from.x + (to.x - from.x) * share;
    const y = from.y + (to.y - from.y) * share;
    const z = from.z + (to.z - from.z) * share;
    if (PILLARS.some((one) => y < one.height * 0.7 && Math.hypot(x - one.x, z - one.z) < one.radius)) return false;
    const isIn = (one: (typeof BLOCKS)[number]): boolean =>
      y < one.height && Math.abs(x - one.x) < one.halfX && Math.abs(z - one.z) < one.halfZ;
    if (BLOCKS.some(isIn)) return false;
  }
  return true;
}
