import { pageSurroundings } from '../page/page-surroundings.js';
import { SceneNetwork, type SceneNetworkOptions } from '../scene-network.js';
import { followBabylonFrames } from './babylon-frames.js';
import { BabylonSceneAdapter } from './babylon-scene-adapter.js';
import type { BabylonScene, BabylonThing } from './babylon-types.js';

export type BabylonNetwork = SceneNetwork<BabylonThing, BabylonSceneAdapter>;

/**
 * Puts multiplayer into a Babylon.js scene: polled before its animations, flushed after it was rendered, on every kind of
 * loop. When the scene is disposed of, the game is left and everything let go.
 */
export function attach(scene: BabylonScene, options: SceneNetworkOptions<BabylonThing> = {}): BabylonNetwork {
  const engine = scene.getEngine();
  const step = (): void => {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
  };
  const network = new SceneNetwork(new BabylonSceneAdapter(scene), pageSurroundings(step), options);
  network.releaseWith(followBabylonFrames(scene, network.loop, () => network.close()));
  return network;
}
