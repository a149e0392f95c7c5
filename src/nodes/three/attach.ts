import { pageSurroundings } from '../page/page-surroundings.js';
import { SceneNetwork, type SceneNetworkOptions } from '../scene-network.js';
import { ThreeSceneAdapter } from './three-scene-adapter.js';
import type { ThreeNode } from './three-types.js';

/** What three.js hands to an animation loop. */
export type AnimationLoop<F> = (timeMs: number, frame: F) => void;

/**
 * Multiplayer in a three.js scene. three.js has no events for frames: `wrap` the loop, or call `poll` and `flush`.
 * @example
 * ```ts run
 * import { attach } from 'scenewire/three';
 * import { Scene } from 'three';
 *
 * const scene = new Scene();
 * const net = attach(scene);
 * const loop = net.wrap(() => console.log('renderer.render(scene, camera)'));
 * loop(0, null); // renderer.setAnimationLoop(loop)
 * net.close();
 * // → renderer.render(scene, camera)
 * ```
 */
export class ThreeNetwork extends SceneNetwork<ThreeNode, ThreeSceneAdapter> {
  #wrapped: ((timeMs: number) => void) | null = null;

  constructor(scene: ThreeNode, options: SceneNetworkOptions<ThreeNode> = {}) {
    super(
      new ThreeSceneAdapter(scene),
      pageSurroundings(() => this.#wrapped?.(performance.now())),
      options,
    );
  }

  /**
   * The same loop with the network in it: `renderer.setAnimationLoop(net.wrap((time) => { …; renderer.render(scene, camera) }))`.
   * What the loop throws comes through; what the network's listeners throw does not.
   */
  wrap<F = unknown>(loop: AnimationLoop<F>): AnimationLoop<F> {
    const wrapped: AnimationLoop<F> = (timeMs, frame) => {
      this.loop.begin();
      try {
        loop(timeMs, frame);
      } finally {
        this.loop.end();
      }
    };
    // Without a frame of XR: nobody wears a headset that shows a hidden page.
    this.#wrapped = (timeMs) => wrapped(timeMs, null as F);
    return wrapped;
  }
}

/** Puts multiplayer into a three.js scene, or into any object of one. */
export function attach(scene: ThreeNode, options: SceneNetworkOptions<ThreeNode> = {}): ThreeNetwork {
  return new ThreeNetwork(scene, options);
}
