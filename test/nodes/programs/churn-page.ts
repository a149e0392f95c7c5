import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import { attach as attachToBabylon } from 'scenewire/babylon';
import { attach as attachToThree } from 'scenewire/three';
import { Scene as ThreeScene } from 'three';

interface Network {
  poll(deltaSeconds: number): void;
  close(): void;
}

const scene = new BabylonScene(new NullEngine());
const threeScene = new ThreeScene();
const ways = {
  babylon: (): Network => attachToBabylon(scene),
  three: (): Network => attachToThree(threeScene),
};
const networks: WeakRef<Network>[] = [];
let kept: Network | null = null;

Object.assign(globalThis, {
  page: {
    /** Each with a worker of its own, which begins to beat. */
    churn(way: keyof typeof ways, count: number): void {
      for (let n = 0; n < count; n += 1) {
        const network = ways[way]();
        networks.push(new WeakRef(network));
        network.poll(0.016);
        network.close();
      }
    },
    keep(way: keyof typeof ways): void {
      kept = ways[way]();
    },
    release: () => kept?.close(),
    alive: () => networks.filter((network) => network.deref() !== undefined).length,
    heap: () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  },
});
