import type { FrameLoop } from '../frame-loop.js';
import type { BabylonObservable, BabylonScene } from './babylon-types.js';

type Hook = [observable: BabylonObservable, callback: () => void, insertFirst?: boolean];

/**
 * Drives a loop by the frames of a scene: polls before its animations, flushes after it was rendered. These two come on
 * every path: render loop, bare `scene.render()`, frame graph, XR, NullEngine. Returns the function that ends this; the
 * scene's disposal ends it as well.
 */
export function followBabylonFrames(scene: BabylonScene, loop: FrameLoop, disposed: () => void): () => void {
  const engine = scene.getEngine();
  // A scene with several views is rendered more than once per frame of the engine: only the first time begins one.
  // Outside of an engine's frame (a bare render) each time does.
  let fresh = true;
  let inFrame = false;
  const hooks: Hook[] = [
    [engine.onBeginFrameObservable, () => (inFrame = fresh = true)],
    [engine.onEndFrameObservable, () => (inFrame = false)],
    [
      scene.onBeforeAnimationsObservable,
      () => {
        if (!inFrame || fresh) loop.begin();
        fresh = false;
      },
      true,
    ],
    [scene.onAfterRenderObservable, () => loop.end()],
    [scene.onDisposeObservable, disposed],
  ];
  const added = hooks.map(([observable, callback, first]) => observable.add(callback, -1, first ?? false));
  return () => {
    for (const [at, [observable]] of hooks.entries()) observable.remove(added[at] ?? null);
  };
}
