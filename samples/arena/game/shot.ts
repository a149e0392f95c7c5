import { NodeScript, type Variant, Vector3 } from 'scenewire';
import { makeShot, type ShotBody } from '../sim/shot-body.js';
import type { Kart } from './kart.js';

/** What the owner of a kart tells everybody when it shoots. */
export interface ShotData {
  readonly from: Vector3;
  readonly heading: number;
}

/** A shot as all peers know it. Nothing of it is synchronized: its beginning says all about its way. */
export class Shot extends NodeScript {
  readonly kart: Kart;
  readonly body: ShotBody;
  /** That of its node, given by the one who shot. */
  name = '';
  /** It has hit, or come to its end, as far as this peer can tell. Its owner takes it away. */
  isSpent = false;

  constructor(kart: Kart, { from, heading }: ShotData) {
    super();
    this.kart = kart;
    this.body = makeShot(from.x, from.z, heading);
  }
}

export function readShotData(data: Variant): ShotData | null {
  if (!(data instanceof Map)) return null;
  const { from, heading } = Object.fromEntries(data);
  const isFine = from instanceof Vector3 && Number.isFinite(heading);
  return isFine && Number.isFinite(from.x) && Number.isFinite(from.z) ? { from, heading } : null;
}
