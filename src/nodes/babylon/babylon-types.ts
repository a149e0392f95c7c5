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
}

export interface BabylonScene {
  readonly onBeforeAnimationsObservable: BabylonObservable;
  readonly onAfterRenderObservable: BabylonObservable;
  readonly onDisposeObservable: BabylonObservable;
  readonly isDisposed: boolean;
  readonly rootNodes: BabylonNode[];
  useRightHandedSystem: boolean;
  getEngine(): BabylonEngine;
}

export interface BabylonNode {
  name: string;
  parent: BabylonNode | null;
  readonly onDisposeObservable: BabylonObservable;
  getScene(): BabylonScene;
  getClassName(): string;
  getChildren(filter?: undefined, onlyDirect?: boolean): BabylonNode[];
  isDisposed(): boolean;
  dispose(doNotRecurse?: boolean, disposeMaterialAndTextures?: boolean): void;
}
