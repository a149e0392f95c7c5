import {
  ARENA_RADIUS,
  BLOCKS,
  BOOSTER_LENGTH,
  BOOSTER_WIDTH,
  BOOSTERS,
  PILLARS,
  startOf,
  WALL_HEIGHT,
} from '../sim/course.js';
import { seeded } from '../sim/random.js';
import { KART_COLOURS, kartColour, mix, PALETTE as P } from './palette.js';
import { Shape } from './shape.js';

/** The floor and everything on it that casts no shadow. */
export function floorModel(): Shape {
  const shape = new Shape();
  shape.ring(0, 160, -0.06, P.grass, 0, 2 * Math.PI, 32);
  for (let band = 0; band < 5; band += 1)
    for (let part = 0; part < 24; part += 1) {
      const colour = (band + part) % 2 === 0 ? P.floor : P.floorDark;
      shape.ring(band * 8, band * 8 + 8, 0, colour, (part * Math.PI) / 12, ((part + 1) * Math.PI) / 12, 4);
    }
  shape.ring(6.2, 6.6, 0.02, P.line).ring(19.8, 20.2, 0.02, P.line).ring(37.6, 38, 0.02, P.line);
  for (let slot = 0; slot < 8; slot += 1) {
    const { x, z, heading } = startOf(slot);
    shape.box([2.6, 0.02, 0.35], [x - Math.sin(heading) * 2, 0, z - Math.cos(heading) * 2], P.line, { turn: heading });
    shape.box([0.3, 0.02, 2], [x - Math.cos(heading) * 1.2, 0, z + Math.sin(heading) * 1.2], P.line, { turn: heading });
    shape.box([0.3, 0.02, 2], [x + Math.cos(heading) * 1.2, 0, z - Math.sin(heading) * 1.2], P.line, { turn: heading });
  }
  return shape;
}

/** What glows by itself: the arrows of the boosters. */
export function glowModel(): Shape {
  const shape = new Shape();
  for (const { x, z, heading } of BOOSTERS) {
    const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
    const place = (aside: number, ahead: number): [number, number, number] => [
      x + aside * cos - ahead * sin,
      0.03,
      z - aside * sin - ahead * cos,
    ];
    const half = BOOSTER_WIDTH / 2;
    for (let arrow = 0; arrow < 3; arrow += 1) {
      const tip = BOOSTER_LENGTH / 2 - arrow * 2.3;
      const colour = mix(P.boost, P.floor, arrow * 0.25);
      shape.quad(place(-half, tip - 2), place(-half, tip - 2.9), place(0, tip - 0.9), place(0, tip), colour);
      shape.quad(place(0, tip), place(0, tip - 0.9), place(half, tip - 2.9), place(half, tip - 2), colour);
    }
  }
  return shape;
}

/** Walls, pillars and blocks: what casts shadows, and what karts run into. */
export function courseModel(): Shape {
  const shape = new Shape();
  const parts = 72;
  for (let part = 0; part < parts; part += 1) {
    const turn = ((part + 0.5) / parts) * 2 * Math.PI;
    const radius = ARENA_RADIUS + 0.5;
    const [x, z] = [Math.sin(turn) * radius, Math.cos(turn) * radius];
    const width = 2 * Math.tan(Math.PI / parts) * (radius + 0.5);
    shape.box([width, WALL_HEIGHT - 0.5, 1], [x, 0, z], P.navy, { turn });
    shape.box([width, 0.5, 1.2], [x, WALL_HEIGHT - 0.5, z], part % 2 === 0 ? P.kerb : P.white, { turn });
  }
  for (const [index, { x, z, radius, height }] of PILLARS.entries()) {
    const colour = index === 0 ? P.teal : index < 5 ? P.gold : P.kerb;
    shape.cylinder(radius, radius, 0.35, [x, 0, z], P.navy, 20);
    shape.cylinder(radius * 0.94, radius * 0.8, height * 0.62, [x, 0.35, z], colour, 20);
    shape.cylinder(radius * 0.82, radius * 0.82, 0.4, [x, 0.35 + height * 0.62, z], P.white, 20);
    shape.cylinder(radius * 0.78, radius * 0.3, height * 0.38, [x, 0.75 + height * 0.62, z], colour, 20);
  }
  for (const { x, z, halfX, halfZ, height } of BLOCKS) {
    shape.box([halfX * 2, height - 0.3, halfZ * 2], [x, 0, z], P.navyLight);
    shape.box([halfX * 2 + 0.12, 0.3, halfZ * 2 + 0.12], [x, height - 0.3, z], P.gold);
  }
  return shape;
}

/** What is to be seen beyond the wall: stands with people, trees and hills. */
export function surroundingsModel(): Shape {
  const shape = new Shape();
  const random = seeded(7);
  for (let stand = 0; stand < 4; stand += 1) addStand(shape, stand * (Math.PI / 2) + Math.PI / 4, random);
  for (let tree = 0; tree < 56; tree += 1) {
    const [angle, radius, size] = [random() * 2 * Math.PI, 58 + random() * 45, 0.8 + random() * 0.9];
    const [x, z] = [Math.sin(angle) * radius, Math.cos(angle) * radius];
    const leaf = mix(P.leaf, P.grassDark, random());
    shape.cylinder(0.35 * size, 0.3 * size, 1.6 * size, [x, 0, z], P.trunk, 6);
    shape.cylinder(1.7 * size, 0.9 * size, 1.7 * size, [x, 1.3 * size, z], leaf, 7);
    shape.cylinder(1.3 * size, 0, 2.4 * size, [x, 2.8 * size, z], mix(leaf, P.hill, 0.3), 7);
  }
  for (let hill = 0; hill < 22; hill += 1) {
    const [angle, radius] = [(hill / 22) * 2 * Math.PI + random() * 0.2, 118 + random() * 24];
    const [wide, high] = [18 + random() * 20, 7 + random() * 15];
    const colour = mix(P.hill, P.haze, 0.25 + random() * 0.35);
    shape.cylinder(wide, wide * 0.25, high, [Math.sin(angle) * radius, -1, Math.cos(angle) * radius], colour, 9);
  }
  return shape;
}

function addStand(shape: Shape, middle: number, random: () => number): void {
  for (let row = 0; row < 4; row += 1)
    for (let part = -4; part <= 4; part += 1) {
      const turn = middle + part * 0.075;
      const radius = 44.5 + row * 1.7;
      const [x, z] = [Math.sin(turn) * radius, Math.cos(turn) * radius];
      shape.box([3.6 + row * 0.12, 1.6 + row * 0.95, 1.7], [x, 0, z], row % 2 === 0 ? P.white : P.navyLight, { turn });
      for (let seat = -1; seat <= 1; seat += 1) {
        if (random() < 0.25) continue;
        const [dx, dz] = [Math.cos(turn) * seat * 1.1, -Math.sin(turn) * seat * 1.1];
        const shirt = KART_COLOURS[Math.floor(random() * KART_COLOURS.length)]?.hex ?? P.white;
        const y = 1.6 + row * 0.95;
        shape.box([0.55, 0.7, 0.4], [x + dx, y, z + dz], mix(shirt, P.white, 0.2), { turn });
        shape.box([0.34, 0.34, 0.34], [x + dx, y + 0.72, z + dz], 0xf0c8a0, { turn });
      }
    }
}

/** A kart that looks along -z, on wheels of 0.4 m. */
export function kartModel(colour: number): Shape {
  const paint = kartColour(colour);
  const dark = mix(paint, P.navy, 0.45);
  const light = mix(paint, P.white, 0.55);
  const shape = new Shape();
  shape.box([1.3, 0.22, 2.3], [0, 0.28, 0.05], P.rubber);
  shape.box([1.2, 0.4, 1.5], [0, 0.42, 0.25], paint, {}, 0.9);
  shape.box([0.9, 0.34, 1], [0, 0.4, -0.85], paint, { tilt: -0.12 }, 0.75);
  shape.box([1.5, 0.12, 0.3], [0, 0.3, -1.35], dark);
  shape.box([0.34, 0.3, 1.1], [-0.72, 0.34, 0.1], dark).box([0.34, 0.3, 1.1], [0.72, 0.34, 0.1], dark);
  shape.box([0.3, 0.03, 1.9], [0, 0.83, 0.2], light, {}, 0.8);
  for (const side of [-1, 1]) {
    shape.box([0.1, 0.5, 0.14], [side * 0.5, 0.7, 1], P.steel);
    shape.cylinder(0.1, 0.12, 0.5, [side * 0.35, 0.5, 0.95], P.steel, 8, { tilt: 1.35 });
    for (const end of [-0.82, 0.82]) {
      const radius = end < 0 ? 0.38 : 0.44;
      const at = [side * 0.62, radius, end] as const;
      shape.cylinder(radius, radius, 0.36, at, P.rubber, 12, { roll: -side * (Math.PI / 2) });
      shape.cylinder(radius * 0.5, radius * 0.42, 0.4, at, P.steel, 8, { roll: -side * (Math.PI / 2) });
    }
  }
  shape.box([1.5, 0.1, 0.45], [0, 1.16, 1.02], dark, { tilt: 0.15 });
  shape.box([0.62, 0.5, 0.2], [0, 0.72, 0.62], P.rubber, { tilt: 0.2 });
  shape.box([0.5, 0.5, 0.36], [0, 0.72, 0.36], light, {}, 0.8);
  shape.ball(0.29, [0, 1.42, 0.34], paint, 5);
  shape.box([0.42, 0.16, 0.2], [0, 1.36, 0.12], P.navy);
  shape.cylinder(0.17, 0.14, 1.25, [0, 0.82, -0.35], P.steel, 10, { tilt: -Math.PI / 2 });
  shape.cylinder(0.2, 0.2, 0.2, [0, 0.82, -1.4], P.rubber, 10, { tilt: -Math.PI / 2 });
  return shape;
}

/** A sky around everything, seen from inside. */
export function skyModel(): Shape {
  const shape = new Shape();
  const [rows, sides, radius] = [12, 20, 400];
  const point = (row: number, step: number): [number, number, number] => {
    const [up, angle] = [(row / rows) * (Math.PI / 2) - 0.08, (step / sides) * 2 * Math.PI];
    return [Math.cos(up) * Math.cos(angle) * radius, Math.sin(up) * radius, Math.cos(up) * Math.sin(angle) * radius];
  };
  const colour = (row: number): number =>
    row < 4
      ? mix(P.skyLow, P.skyMiddle, Math.max(0, row - 0.6) / 3.4)
      : mix(P.skyMiddle, P.skyTop, (row - 4) / (rows - 4));
  for (let row = 0; row < rows; row += 1)
    for (let step = 0; step < sides; step += 1) {
      const [a, b, c, d] = [point(row, step), point(row, step + 1), point(row + 1, step + 1), point(row + 1, step)];
      shape.quad(a, b, c, d, colour(row), colour(row + 1));
    }
  const random = seeded(3);
  for (let cloud = 0; cloud < 14; cloud += 1)
    addCloud(shape, cloud * 0.45 + random() * 0.3, 40 + random() * 70, random);
  return shape;
}

/** Some puffs in a row. What is drawn first is behind: nothing of the sky hides anything. */
function addCloud(shape: Shape, angle: number, height: number, random: () => number): void {
  const puffs = Array.from({ length: 4 }, (_, puff) => ({
    turn: angle + (puff - 1.5) * 0.05,
    up: height + random() * 5,
    size: 9 + random() * 8 - Math.abs(puff - 1.5) * 3,
  }));
  for (const [colour, lift] of [
    [mix(P.skyLow, P.skyMiddle, 0.35), 0],
    [P.cloud, 3],
  ] as const)
    for (const { turn, up, size } of puffs)
      shape.ball(size, [Math.sin(turn) * 330, up + lift, Math.cos(turn) * 330], colour, 6, 0.5);
}

export const shotModel = (colour: number): Shape =>
  new Shape().ball(0.28, [0, 0, 0], mix(kartColour(colour), P.white, 0.45), 5);
