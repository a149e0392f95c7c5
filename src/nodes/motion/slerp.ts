/** Below this angle's cosine distance a straight line differs from the arc by less than a float shows. */
const STRAIGHT = 0.9995;

/** Where between two values something is. PERF: an object, as of `Moment`. */
export interface Between {
  /** Places of the two in a list of values. */
  readonly from: number;
  readonly to: number;
  /** 0 at the first, 1 at the second. */
  readonly share: number;
}

/** Between two quaternions (x y z w) in `values`, on the shorter arc. */
export function slerp(values: Float64Array, between: Between, out: { [index: number]: number }): void {
  const { from, to, share } = between;
  let cos = 0;
  for (let i = 0; i < 4; i += 1) cos += (values[from + i] as number) * (values[to + i] as number);
  // q and -q are the same rotation; the nearer of the two is meant.
  const sign = cos < 0 ? -1 : 1;
  cos *= sign;
  let a = 1 - share;
  let b = share;
  if (cos < STRAIGHT) {
    const angle = Math.acos(cos);
    const sin = Math.sin(angle);
    a = Math.sin(a * angle) / sin;
    b = Math.sin(b * angle) / sin;
  }
  let length = 0;
  for (let i = 0; i < 4; i += 1) {
    const value = (values[from + i] as number) * a + (values[to + i] as number) * b * sign;
    out[i] = value;
    length += value * value;
  }
  const scale = length > 0 ? 1 / Math.sqrt(length) : 1;
  for (let i = 0; i < 4; i += 1) out[i] = (out[i] as number) * scale;
}
