/** Triangles with a colour each, ready for any engine: counter-clockwise seen from outside, right-handed, y up. */
export interface MeshData {
  readonly positions: number[];
  readonly normals: number[];
  /** Red, green, blue from 0 to 1, as on the screen (sRGB). */
  readonly colours: number[];
  readonly indices: number[];
}

export type Point = readonly [x: number, y: number, z: number];

export interface Placing {
  /** Turned about y, then tilted about x, then rolled about z; radians. */
  readonly turn?: number;
  readonly tilt?: number;
  readonly roll?: number;
}

/** Builds a mesh out of boxes, cylinders and balls. All that is seen of the arena is made here, once for all engines. */
export class Shape implements MeshData {
  readonly positions: number[] = [];
  readonly normals: number[] = [];
  readonly colours: number[] = [];
  readonly indices: number[] = [];

  /** The middle of its bottom is at `at`; `taper` is how much of the top is left. */
  box(size: Point, at: Point, colour: number, placing: Placing = {}, taper = 1): this {
    const [w, h, d] = [size[0] / 2, size[1], size[2] / 2];
    const place = placer(at, placing);
    const corner = (x: number, y: number, z: number): Point => {
      const share = y === 0 ? 1 : taper;
      return place([x * w * share, y * h, z * d * share]);
    };
    const [a, b, c, e] = [corner(-1, 0, -1), corner(1, 0, -1), corner(1, 0, 1), corner(-1, 0, 1)];
    const [f, g, i, j] = [corner(-1, 1, -1), corner(1, 1, -1), corner(1, 1, 1), corner(-1, 1, 1)];
    return this.quad(j, i, g, f, colour)
      .quad(a, b, c, e, colour)
      .quad(e, c, i, j, colour)
      .quad(b, a, f, g, colour)
      .quad(c, b, g, i, colour)
      .quad(a, e, j, f, colour);
  }

  /** Stands on `at`; with two radii a cone. */
  cylinder(
    radius: number,
    top: number,
    height: number,
    at: Point,
    colour: number,
    sides = 16,
    placing: Placing = {},
  ): this {
    const place = placer(at, placing);
    const rim = (step: number, r: number, y: number): Point => {
      const angle = (step / sides) * 2 * Math.PI;
      return place([Math.cos(angle) * r, y, -Math.sin(angle) * r]);
    };
    for (let step = 0; step < sides; step += 1) {
      const [a, b] = [rim(step, radius, 0), rim(step + 1, radius, 0)];
      const [c, d] = [rim(step + 1, top, height), rim(step, top, height)];
      this.quad(a, b, c, d, colour);
      this.triangle(place([0, height, 0]), d, c, colour);
      this.triangle(place([0, 0, 0]), b, a, colour);
    }
    return this;
  }

  ball(radius: number, at: Point, colour: number, rows = 6, squash = 1): this {
    const point = (row: number, step: number): Point => {
      const [polar, angle] = [(row / rows) * Math.PI, (step / rows) * Math.PI];
      const r = Math.sin(polar) * radius;
      return [at[0] + Math.cos(angle) * r, at[1] + Math.cos(polar) * radius * squash, at[2] - Math.sin(angle) * r];
    };
    for (let row = 0; row < rows; row += 1)
      for (let step = 0; step < 2 * rows; step += 1)
        this.quad(point(row + 1, step), point(row + 1, step + 1), point(row, step + 1), point(row, step), colour);
    return this;
  }

  /** A flat ring, or part of one, that looks up. */
  ring(inner: number, outer: number, y: number, colour: number, from = 0, to = 2 * Math.PI, sides = 48): this {
    const point = (step: number, r: number): Point => {
      const angle = from + (step / sides) * (to - from);
      return [Math.sin(angle) * r, y, Math.cos(angle) * r];
    };
    for (let step = 0; step < sides; step += 1)
      this.quad(point(step, inner), point(step, outer), point(step + 1, outer), point(step + 1, inner), colour);
    return this;
  }

  /** With two colours it shades from a and b to c and d. */
  quad(a: Point, b: Point, c: Point, d: Point, colour: number, far = colour): this {
    return this.triangle(a, b, c, colour, colour, far).triangle(a, c, d, colour, far, far);
  }

  triangle(a: Point, b: Point, c: Point, colourA: number, colourB = colourA, colourC = colourA): this {
    const normal = normalOf(a, b, c);
    if (normal === null) return this;
    const first = this.positions.length / 3;
    this.indices.push(first, first + 1, first + 2);
    this.positions.push(...a, ...b, ...c);
    for (const colour of [colourA, colourB, colourC]) {
      this.normals.push(...normal);
      this.colours.push((colour >> 16) / 255, ((colour >> 8) & 255) / 255, (colour & 255) / 255);
    }
    return this;
  }
}

function placer(at: Point, { turn = 0, tilt = 0, roll = 0 }: Placing): (point: Point) => Point {
  const [sinY, cosY, sinX, cosX] = [Math.sin(turn), Math.cos(turn), Math.sin(tilt), Math.cos(tilt)];
  const [sinZ, cosZ] = [Math.sin(roll), Math.cos(roll)];
  return ([px, py, pz]) => {
    const [x1, y1] = [px * cosZ - py * sinZ, px * sinZ + py * cosZ];
    const [y2, z2] = [y1 * cosX - pz * sinX, y1 * sinX + pz * cosX];
    return [at[0] + x1 * cosY + z2 * sinY, at[1] + y2, at[2] - x1 * sinY + z2 * cosY];
  };
}

/** Null for a triangle without any area. */
function normalOf(a: Point, b: Point, c: Point): Point | null {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const length = Math.hypot(x, y, z);
  return length < 1e-9 ? null : [x / length, y / length, z / length];
}
