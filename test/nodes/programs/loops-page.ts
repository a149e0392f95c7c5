import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import { OfflineMultiplayerPeer, type SceneNetwork } from 'scenewire';
import { attach as attachToBabylon } from 'scenewire/babylon';
import { attach as attachToThree } from 'scenewire/three';
import { PerspectiveCamera, Scene as ThreeScene, WebGLRenderer } from 'three';
import { WebGPURenderer } from 'three/webgpu';

type Gpu = 'webgl' | 'webgpu';

/** What a scene went through, in order. */
class Diary extends OfflineMultiplayerPeer {
  readonly lines: string[] = [];

  override poll(): void {
    this.lines.push('poll');
  }

  override flush(): void {
    this.lines.push('flush');
  }
}

const loops = new Map<string, { network: SceneNetwork; diary: Diary }>();
const errors: string[] = [];
addEventListener('error', (event) => errors.push(event.message));

function keep(name: string, network: unknown): Diary {
  const diary = new Diary();
  (network as SceneNetwork).multiplayer.multiplayerPeer = diary;
  diary.lines.length = 0;
  loops.set(name, { network: network as SceneNetwork, diary });
  return diary;
}

function newCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  return canvas;
}

function babylonScene(name: string, engine: AbstractEngine): BabylonScene {
  const scene = new BabylonScene(engine);
  new FreeCamera('camera', Vector3.Zero(), scene);
  const diary = keep(name, attachToBabylon(scene));
  scene.onBeforeAnimationsObservable.add(() => diary.lines.push('frame'));
  return scene;
}

let engine: AbstractEngine | null = null;
const scenes: BabylonScene[] = [];
const render = (): void => {
  for (const scene of scenes) scene.render();
};

Object.assign(globalThis, {
  page: {
    /** Two scenes on one engine. Gives back how it draws. */
    async babylon(gpu: Gpu): Promise<string> {
      if (gpu === 'webgl') engine = new Engine(newCanvas());
      else {
        const made = new WebGPUEngine(newCanvas());
        await made.initAsync();
        engine = made;
      }
      scenes.push(babylonScene('first', engine), babylonScene('second', engine));
      engine.runRenderLoop(render);
      return engine.isWebGPU ? 'webgpu' : 'webgl';
    },
    pause: () => engine?.stopRenderLoop(),
    go: () => engine?.runRenderLoop(render),
    async three(gpu: Gpu): Promise<string> {
      const [scene, camera] = [new ThreeScene(), new PerspectiveCamera()];
      const network = attachToThree(scene);
      const diary = keep('three', network);
      const loop = network.wrap(() => {
        diary.lines.push('frame');
        void renderer.render(scene, camera);
      });
      const canvas = newCanvas();
      const renderer = gpu === 'webgl' ? new WebGLRenderer({ canvas }) : new WebGPURenderer({ canvas });
      await renderer.setAnimationLoop(loop as never);
      if (renderer instanceof WebGLRenderer) return 'webgl';
      return (renderer.backend as { isWebGPUBackend?: boolean }).isWebGPUBackend === true ? 'webgpu' : 'webgl';
    },
    /** What was written since the last time. */
    take: (name: string): string[] => loops.get(name)?.diary.lines.splice(0) ?? [],
    /** From now on user code throws in every frame. */
    sabotage: (name: string) =>
      loops.get(name)?.network.tree.process_frame.connect(() => {
        throw new Error('user code');
      }),
    errors: () => [...errors],
    end(): void {
      for (const { network } of loops.values()) network.close();
      engine?.dispose();
    },
  },
});
