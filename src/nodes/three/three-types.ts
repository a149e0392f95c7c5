import type { XYZ, XYZW } from '../spatial-property.js';

/** three.js by its shape: what the adapter touches, and nothing that would need three's own types. */

export interface ThreeVector extends XYZ {
  copy(from: XYZ): unknown;
}

export interface ThreeEulerAngles extends Readonly<XYZ> {
  readonly order: string;
  set(x: number, y: number, z: number, order?: string): unknown;
}

export interface ThreeRotation extends Readonly<XYZW> {
  copy(from: XYZW): unknown;
}

export interface ThreeNode {
  readonly isObject3D: true;
  readonly type: string;
  readonly id: number;
  name: string;
  visible: boolean;
  readonly parent: ThreeNode | null;
  readonly children: readonly ThreeNode[];
  readonly position: ThreeVector;
  readonly rotation: ThreeEulerAngles;
  readonly quaternion: ThreeRotation;
  readonly scale: ThreeVector;
  matrixAutoUpdate: boolean;
  updateMatrix(): void;
  add(child: ThreeNode): unknown;
  remove(child: ThreeNode): unknown;
}
