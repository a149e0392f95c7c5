/**
 * Multiplayer in a react-three-fiber canvas, as components and hooks.
 * @module scenewire/react-three-fiber
 */

export { NetworkProvider, type NetworkProviderProps, useNetwork } from './nodes/react-three-fiber/network-provider.js';
export {
  Spawned,
  type SpawnedEntity,
  type SpawnedHandle,
  type SpawnedProps,
} from './nodes/react-three-fiber/spawned.js';
export { type Target, useReplicate, useScript } from './nodes/react-three-fiber/use-replicate.js';
export type { SceneNetwork, SceneNetworkOptions, SceneNetworkSignals } from './nodes/scene-network.js';
export { ThreeNetwork } from './nodes/three/attach.js';
