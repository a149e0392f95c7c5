/** What stands in the arena, in metres. Right-handed with y up, as Godot, three.js and the wire have it. */

/** Inside of the round wall. */
export const ARENA_RADIUS = 40;
export const WALL_HEIGHT = 2.2;

export interface Pillar {
  readonly x: number;
  readonly z: number;
  readonly radius: number;
  readonly height: number;
}

export interface Block {
  readonly x: number;
  readonly z: number;
  /** Half of its sides. */
  readonly halfX: number;
  readonly halfZ: number;
  readonly height: number;
}

/** A strip of floor that pushes karts along its heading. */
export interface Booster {
  readonly x: number;
  readonly z: number;
  readonly heading: number;
}

/** The same thing four times, a quarter turn apart: nobody starts with an advantage. */
function quarters<T>(
  make: (turn: (x: number, z: number) => readonly [x: number, z: number], quarter: number) => T,
): T[] {
  const turns = [
    (x: number, z: number) => [x, z] as const,
    (x: number, z: number) => [z, -x] as const,
    (x: number, z: number) => [-x, -z] as const,
    (x: number, z: number) => [-z, x] as const,
  ];
  return turns.map((turn, quarter) => make(turn, quarter));
}

const pillar = (x: number, z: number, radius: number, height: number): Pillar => ({ x, z, radius, height });

export const PILLARS: readonly Pillar[] = [
  pillar(0, 0, 3.6, 5),
  ...quarters((turn) => pillar(...turn(0, -14), 1.4, 3)),
  ...quarters((turn) => pillar(...turn(24, -4), 1.8, 3.6)),
];

export const BLOCKS: readonly Block[] = [
  ...quarters((turn, quarter) => {
    const [x, z] = turn(14, -14);
    const lies = quarter % 2 === 0;
    return { x, z, halfX: lies ? 4 : 0.9, halfZ: lies ? 0.9 : 4, height: 1.5 };
  }),
  ...quarters((turn) => {
    const [x, z] = turn(22, -24);
    return { x, z, halfX: 1.6, halfZ: 1.6, height: 2.6 };
  }),
];

export const BOOSTERS: readonly Booster[] = quarters((turn, quarter) => {
  const [x, z] = turn(0, -29);
  return { x, z, heading: (quarter + 1) * (Math.PI / 2) };
});
export const BOOSTER_LENGTH = 7;
export const BOOSTER_WIDTH = 4;

const STARTS = 8;

/** Where karts begin: a ring, looking at the middle. */
export function startOf(slot: number): { x: number; z: number; heading: number } {
  const angle = ((slot % STARTS) + 0.5) * ((2 * Math.PI) / STARTS);
  return { x: Math.sin(angle) * 33, z: Math.cos(angle) * 33, heading: angle };
}

/** Where something of some size touches what stands there. */
export interface Contact {
  /** How deep it is inside. */
  depth: number;
  /** The way out, of length 1. */
  nx: number;
  nz: number;
}

/** Whether a disc touches anything; then `out` has the deepest contact. Nothing is allocated. */
export function touch(x: number, z: number, radius: number, out: Contact): boolean {
  out.depth = 0;
  touchWall(x, z, radius, out);
  for (const pillar of PILLARS) touchDisc(x - pillar.x, z - pillar.z, radius + pillar.radius, out);
  for (const block of BLOCKS) touchBlock(x, z, radius, block, out);
  return out.depth > 0;
}

function touchWall(x: number, z: number, radius: number, out: Contact): void {
  const distance = Math.hypot(x, z);
  const depth = distance + radius - ARENA_RADIUS;
  if (depth > out.depth) set(out, depth, -x / distance, -z / distance);
}

/** `x` and `z` are seen from the middle of the disc, `reach` is both radii. */
export function touchDisc(x: number, z: number, reach: number, out: Contact): void {
  const distance = Math.hypot(x, z);
  const depth = reach - distance;
  if (depth <= out.depth) return;
  if (distance > 0) set(out, depth, x / distance, z / distance);
  else set(out, depth, 1, 0);
}

function touchBlock(x: number, z: number, radius: number, block: Block, out: Contact): void {
  const dx = x - block.x;
  const dz = z - block.z;
  const nearX = Math.max(-block.halfX, Math.min(block.halfX, dx));
  const nearZ = Math.max(-block.halfZ, Math.min(block.halfZ, dz));
  if (nearX !== dx || nearZ !== dz) {
    touchDisc(dx - nearX, dz - nearZ, radius, out);
    return;
  }
  // The middle is inside: out through the nearest side.
  const outX = block.halfX - Math.abs(dx);
  const outZ = block.halfZ - Math.abs(dz);
  if (outX < outZ) set(out, outX + radius, Math.sign(dx) || 1, 0);
  else set(out, outZ + radius, 0, Math.sign(dz) || 1);
}

function set(out: Contact, depth: number, nx: number, nz: number): void {
  if (depth <= out.depth) return;
  out.depth = depth;
  out.nx = nx;
  out.nz = nz;
}
