/** Where something of an engine is in the world, read by the shape of it: neither engine is imported. */

/** A node of Babylon: a mesh, a transform node or a camera. */
export interface BabylonPlace {
  getWorldMatrix(): { asArray(): ArrayLike<number> };
  getScene(): { readonly useRightHandedSystem: boolean };
}

/** An object of three: a mesh, a group or a camera. */
export interface ThreePlace {
  updateWorldMatrix(updateParents: boolean, updateChildren: boolean): void;
  readonly matrixWorld: { readonly elements: ArrayLike<number> };
}

/** What sound comes from or is heard at. */
export type EnginePlace = BabylonPlace | ThreePlace;

/** A place in the world that sound is heard in: right-handed, Y up, as Web Audio has it. */
export interface WorldPlace {
  x: number;
  y: number;
  z: number;
  /** Where a camera looks. */
  forwardX: number;
  forwardY: number;
  forwardZ: number;
  upX: number;
  upY: number;
  upZ: number;
}

export function newPlace(): WorldPlace {
  return { x: 0, y: 0, z: 0, forwardX: 0, forwardY: 0, forwardZ: -1, upX: 0, upY: 1, upZ: 0 };
}

/** Both engines keep the axes and the position of a matrix at the same indices. */
const [UP, BACK, POSITION] = [4, 8, 12] as const;

/** Reads into an object that is used again. */
export function readPlace(of: EnginePlace, place: WorldPlace): void {
  const isBabylon = 'getWorldMatrix' in of;
  if (!isBabylon) of.updateWorldMatrix(true, false);
  const matrix = isBabylon ? of.getWorldMatrix().asArray() : of.matrixWorld.elements;
  const mirrored = isBabylon && !of.getScene().useRightHandedSystem;
  const z = mirrored ? -1 : 1;
  // A camera looks along -Z, in Babylon's left-handed scenes along +Z.
  const look = mirrored ? 1 : -1;
  place.x = at(matrix, POSITION);
  place.y = at(matrix, POSITION + 1);
  place.z = z * at(matrix, POSITION + 2);
  place.forwardX = look * at(matrix, BACK);
  place.forwardY = look * at(matrix, BACK + 1);
  place.forwardZ = z * look * at(matrix, BACK + 2);
  place.upX = at(matrix, UP);
  place.upY = at(matrix, UP + 1);
  place.upZ = z * at(matrix, UP + 2);
}

export function distanceOf(one: WorldPlace, other: WorldPlace): number {
  return Math.hypot(one.x - other.x, one.y - other.y, one.z - other.z);
}

/** A matrix that holds nonsense (a scene that diverged) must not reach the sound: Web Audio throws. */
function at(matrix: ArrayLike<number>, index: number): number {
  const value = matrix[index] ?? 0;
  return Number.isFinite(value) ? value : 0;
}
