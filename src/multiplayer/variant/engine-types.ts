/**
 * The vectors, quaternions, colours and matrices of Babylon and three, as far as they are read and written here. No
 * engine is imported: two copies of one would have different classes.
 */
export type EngineValue =
  | ThreeVector2
  | ThreeVector3
  | ThreeVector4
  | ThreeQuaternion
  | ThreeEuler
  | ThreeColor
  | ThreeMatrix3
  | ThreeMatrix4
  | ThreePlane
  | ThreeBox3
  | BabylonVector2
  | BabylonVector3
  | BabylonVector4
  | BabylonColor3
  | BabylonColor4
  | BabylonPlane
  | BabylonMatrix;

export interface ThreeVector2 {
  readonly isVector2: true;
  x: number;
  y: number;
}

export interface ThreeVector3 {
  readonly isVector3: true;
  x: number;
  y: number;
  z: number;
}

export interface ThreeVector4 {
  readonly isVector4: true;
  x: number;
  y: number;
  z: number;
  w: number;
}

export interface ThreeQuaternion {
  readonly isQuaternion: true;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
  /** Tells the object it belongs to once, rather than for each component. */
  fromArray(components: ArrayLike<number>): unknown;
}

export interface ThreeEuler {
  readonly isEuler: true;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** With three components the order of the axes stays as it is. */
  fromArray(components: never): unknown;
}

export interface ThreeColor {
  readonly isColor: true;
  r: number;
  g: number;
  b: number;
}

export interface ThreeMatrix3 {
  readonly isMatrix3: true;
  /** Column by column. */
  readonly elements: number[];
}

/** Recognised by `isMatrix4`, which three's types leave out; the method tells it from other things with elements. */
export interface ThreeMatrix4 {
  /** Column by column. */
  readonly elements: number[];
  setPosition(x: number, y: number, z: number): unknown;
}

export interface ThreePlane {
  readonly isPlane: boolean;
  readonly normal: ThreeVector3;
  constant: number;
}

export interface ThreeBox3 {
  readonly isBox3: boolean;
  readonly min: ThreeVector3;
  readonly max: ThreeVector3;
}

interface BabylonValue {
  getClassName(): string;
}

export interface BabylonVector2 extends BabylonValue {
  x: number;
  y: number;
}

export interface BabylonVector3 extends BabylonVector2 {
  z: number;
}

/** Quaternions too. */
export interface BabylonVector4 extends BabylonVector3 {
  w: number;
}

export interface BabylonColor3 extends BabylonValue {
  r: number;
  g: number;
  b: number;
}

export interface BabylonColor4 extends BabylonColor3 {
  a: number;
}

export interface BabylonPlane extends BabylonValue {
  readonly normal: BabylonVector3;
  d: number;
}

export interface BabylonMatrix extends BabylonValue {
  /** In the order of three's `elements`: Babylon's rows are the columns of a matrix that multiplies from the left. */
  readonly m: ArrayLike<number>;
  markAsUpdated(): void;
}
