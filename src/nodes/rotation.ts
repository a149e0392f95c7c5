/** Angles as Godot's `rotation` has them: first about y, then x, then z (three's order `YXZ`, Babylon's yaw-pitch-roll). */

interface XYZ {
  x: number;
  y: number;
  z: number;
}

interface XYZW extends XYZ {
  w: number;
}

/** At the poles two of the angles turn about the same axis: all of it is given to the first. */
const POLE = 0.9999999;

export function anglesToQuaternion(x: number, y: number, z: number, out: XYZW): void {
  const cx = Math.cos(x / 2);
  const cy = Math.cos(y / 2);
  const cz = Math.cos(z / 2);
  const sx = Math.sin(x / 2);
  const sy = Math.sin(y / 2);
  const sz = Math.sin(z / 2);
  out.x = sx * cy * cz + cx * sy * sz;
  out.y = cx * sy * cz - sx * cy * sz;
  out.z = cx * cy * sz - sx * sy * cz;
  out.w = cx * cy * cz + sx * sy * sz;
}

export function quaternionToAngles(x: number, y: number, z: number, w: number, out: XYZ): void {
  const m23 = 2 * (y * z - w * x);
  out.x = Math.asin(Math.max(-1, Math.min(1, -m23)));
  if (Math.abs(m23) < POLE) {
    out.y = Math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y));
    out.z = Math.atan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z));
  } else {
    out.y = Math.atan2(2 * (w * y - x * z), 1 - 2 * (y * y + z * z));
    out.z = 0;
  }
}
