import type { XYZ, XYZW } from '../spatial-property.js';

/** Babylon.js by its shape: what the adapter touches, and nothing that would need Babylon's own types. */

export type BabylonObserver = object;

export interface BabylonObservable {
  add(callback: () => void, mask?: number, insertFirst?: boolean): BabylonObserver | null;
  // The method of the observer itself skips the next one when it is called while the observable notifies.
  remove(observer: BabylonObserver | null): boolean;
}

export interface BabylonEngine {
  readonly onBeginFrameObservable: BabylonObservable;
  readonly onEndFrameObservable: BabylonObservable;
  beginFrame(): void;
  endFrame(): void;
}

export interface BabylonScene {
  readonly onBeforeAnimationsObservable: BabylonObservable;
  readonly onAfterRenderObservable: BabylonObservable;
  readonly onDisposeObservable: BabylonObservable;
  readonly isDisposed: boolean;
  readonly rootNodes: readonly BabylonNode[];
  useRightHandedSystem: boolean;
  getEngine(): BabylonEngine;
  render(): void;
}

export interface BabylonVector extends XYZ {
  set(x: number, y: number, z: number): unknown;
}

export interface BabylonRotation extends XYZW {
  set(x: number, y: number, z: number, w: number): unknown;
}

export interface BabylonNode {
  name: string;
  parent: BabylonNode | null;
  readonly uniqueId: number;
  getScene(): BabylonScene;
  getClassName(): string;
  getChildren(filter?: undefined, directOnly?: boolean): readonly BabylonNode[];
  isDisposed(): boolean;
  isEnabled(checkAncestors?: boolean): boolean;
  setEnabled(enabled: boolean): void;
  readonly onDisposeObservable: BabylonObservable;
  dispose(doNotRecurse?: boolean, disposeMaterialAndTextures?: boolean): void;
}

/** A node with a place: meshes, transform nodes, most cameras (without scaling) and lights (a position alone). */
export interface BabylonSpatialNode extends BabylonNode {
  readonly position: BabylonVector;
  readonly rotation: BabylonVector & { toQuaternion(): BabylonRotation };
  /** Null until somebody sets it; then `rotation` is of no effect. */
  rotationQuaternion: BabylonRotation | null;
  readonly scaling: BabylonVector;
}

/** What a tree over a Babylon scene consists of: the scene itself is its root. */
export type BabylonThing = BabylonNode | BabylonScene;

export function isBabylonScene(thing: unknown): thing is BabylonScene {
  return typeof thing === 'object' && thing !== null && 'rootNodes' in thing && 'getEngine' in thing;
}

export function isBabylonNode(thing: unknown): thing is BabylonNode {
  // Several copies of Babylon have several classes: never by `instanceof`.
  return typeof thing === 'object' && thing !== null && '_isNode' in thing;
}

/** Lights and some cameras have no place, or only a part of one. */
export function isBabylonSpatial(node: BabylonNode): node is BabylonSpatialNode {
  return 'rotationQuaternion' in node && 'scaling' in node;
}
