export type { SceneNetwork, SceneNetworkOptions, SceneNetworkSignals } from './nodes/scene-network.js';
export { type AnimationLoop, attach, ThreeNetwork } from './nodes/three/attach.js';
export { ThreeSceneAdapter } from './nodes/three/three-scene-adapter.js';
export type { ThreeNode } from './nodes/three/three-types.js';
