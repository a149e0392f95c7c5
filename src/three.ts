/**
 * Multiplayer in a three.js scene.
 * @module scenewire/three
 */

export type { SceneNetwork, SceneNetworkOptions, SceneNetworkSignals } from './nodes/scene-network.js';
export { type AnimationLoop, attach, ThreeNetwork } from './nodes/three/attach.js';
export { cloneOf, type ThreeModel } from './nodes/three/clone-of.js';
export { ThreeSceneAdapter } from './nodes/three/three-scene-adapter.js';
export type { ThreeNode } from './nodes/three/three-types.js';
