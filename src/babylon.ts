/**
 * Multiplayer in a Babylon.js scene.
 * @module scenewire/babylon
 */

export { attach, type BabylonNetwork } from './nodes/babylon/attach.js';
export { BabylonSceneAdapter } from './nodes/babylon/babylon-scene-adapter.js';
export type { NodeSpace } from './nodes/babylon/babylon-space.js';
export type { BabylonNode, BabylonScene, BabylonSpatialNode, BabylonThing } from './nodes/babylon/babylon-types.js';
export {
  type BabylonAssets,
  type BabylonCloneOptions,
  type BabylonClones,
  cloneOf,
  turnAsInFile,
} from './nodes/babylon/clone-of.js';
export { NetworkBehavior, type NetworkBehaviorOptions } from './nodes/babylon/network-behavior.js';
export type { SceneNetwork, SceneNetworkOptions, SceneNetworkSignals } from './nodes/scene-network.js';
