import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import { Scene } from '@babylonjs/core/scene.js';
import { Scene as ThreeScene } from 'three';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attach as attachToBabylon, type BabylonNetwork } from '../../src/babylon.js';
import { ManualClock } from '../../src/core/clock.js';
import { createHeadless } from '../../src/headless.js';
import { OfflineMultiplayerPeer } from '../../src/multiplayer/offline-multiplayer-peer.js';
import type { SceneNetwork } from '../../src/nodes/scene-network.js';
import { attach as attachToThree } from '../../src/three.js';
import { recordErrors } from '../core/support/errors.js';

/** A peer that says when it is polled, flushed and closed. */
class Witness extends OfflineMultiplayerPeer {
  readonly calls: string[];

  constructor(calls: string[] = []) {
    super();
    this.calls = calls;
  }

  override poll(): void {
    this.calls.push('poll');
  }

  override flush(): void {
    this.calls.push('flush');
  }

  override close(): void {
    this.calls.push('close');
  }
}

function witness(network: SceneNetwork<never, never>, calls: string[] = []): string[] {
  (network as unknown as SceneNetwork).multiplayer.multiplayerPeer = new Witness(calls);
  calls.length = 0;
  return calls;
}

describe('Babylon.js', () => {
  const errors = recordErrors();
  let engine: NullEngine;
  let scene: BabylonScene;
  const networks: BabylonNetwork[] = [];

  const newScene = (): BabylonScene => {
    const made = new Scene(engine);
    new FreeCamera('camera', Vector3.Zero(), made).layerMask = 0;
    return made;
  };
  const attachTo = (to: BabylonScene): BabylonNetwork => {
    const network = attachToBabylon(to, { heartbeat: null });
    networks.push(network);
    return network;
  };

  beforeEach(() => {
    engine = new NullEngine();
    scene = newScene();
  });
  afterEach(() => {
    for (const network of networks.splice(0)) network.detach();
    engine.dispose();
  });

  it('polls before animations and flushes after the render, also in a bare render without a loop', () => {
    const network = attachTo(scene);
    const calls = witness(network as never);
    scene.onBeforeAnimationsObservable.add(() => calls.push('animations'));
    scene.onAfterRenderObservable.add(() => calls.push('rendered'));
    scene.render();
    scene.render();
    const frame = ['poll', 'animations', 'flush', 'rendered'];
    expect(calls.slice(0, 4)).toEqual(frame);
    expect(calls).toHaveLength(8);
  });

  it('polls first, however many observers were there before', () => {
    const calls: string[] = [];
    scene.onBeforeAnimationsObservable.add(() => calls.push('theirs'));
    witness(attachTo(scene) as never, calls);
    scene.render();
    expect(calls[0]).toBe('poll');
  });

  it('polls once per frame of the engine when the scene is rendered twice in it, and flushes each time', () => {
    const calls = witness(attachTo(scene) as never);
    engine.beginFrame();
    scene.render();
    scene.render();
    engine.endFrame();
    expect(calls.filter((call) => call === 'poll')).toHaveLength(1);
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    expect(calls.filter((call) => call === 'poll')).toHaveLength(2);
  });

  it('keeps two scenes on one engine apart', () => {
    const other = newScene();
    const calls = witness(attachTo(scene) as never);
    const otherCalls = witness(attachTo(other) as never);
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    expect(calls).toEqual(['poll', 'flush']);
    expect(otherCalls).toEqual([]);
    other.render();
    expect(otherCalls).toEqual(['poll', 'flush']);
    expect(calls).toHaveLength(2);
  });

  it('polls on in a loop whose user code throws in a listener: the loop lives, the error is reported once', async () => {
    const network = attachTo(scene);
    witness(network as never);
    network.tree.process_frame.connect(() => {
      throw new Error('user code');
    });
    let frames = 0;
    const rendered = new Promise<void>((resolve) => {
      engine.runRenderLoop(() => {
        scene.render();
        frames += 1;
        if (frames === 3) resolve();
      });
    });
    await rendered;
    engine.stopRenderLoop();
    expect(errors).toHaveLength(3);
    expect(errors[0]?.text).toContain('process_frame');
  });

  it('leaves the game and lets go when the scene is disposed of, and when the engine is', () => {
    for (const dispose of [() => scene.dispose(), () => engine.dispose()]) {
      const network = attachTo(scene);
      const calls = witness(network as never);
      dispose();
      expect(calls).toEqual(['close']);
      expect(network.isAttached).toBe(false);
      scene = newScene();
    }
  });

  it('can be attached and detached a thousand times: no observer stays, nothing is polled any more', async () => {
    const count = (): number =>
      scene.onBeforeAnimationsObservable.observers.length +
      scene.onAfterRenderObservable.observers.length +
      scene.onDisposeObservable.observers.length +
      engine.onBeginFrameObservable.observers.length +
      engine.onEndFrameObservable.observers.length;
    const before = count();
    const calls: string[] = [];
    for (let n = 0; n < 1000; n += 1) {
      const network = attachToBabylon(scene, { heartbeat: null });
      witness(network as never, calls);
      network.detach();
      network.detach();
    }
    scene.render();
    expect(calls).toEqual([]);
    // Babylon takes them out of its lists in a later turn.
    await new Promise((resolve) => setTimeout(resolve));
    expect(count()).toBe(before);
  });

  it('detaches inside a frame without taking away what other observers are due', () => {
    const network = attachTo(scene);
    const calls: string[] = [];
    network.tree.process_frame.connect(() => network.detach());
    scene.onBeforeAnimationsObservable.add(() => calls.push('theirs'));
    scene.render();
    expect(calls).toEqual(['theirs']);
  });
});

describe('three.js', () => {
  const errors = recordErrors();

  it('polls and flushes around a wrapped loop, which keeps its arguments and its errors', () => {
    const network = attachToThree(new ThreeScene(), { heartbeat: null });
    const calls = witness(network as never);
    const loop = network.wrap<string>((time, frame) => calls.push(`${time} ${frame}`));
    loop(16, 'xr');
    expect(calls).toEqual(['poll', '16 xr', 'flush']);
    const broken = network.wrap(() => {
      throw new Error('their own');
    });
    expect(() => broken(1, null)).toThrow('their own');
    expect(calls.at(-1)).toBe('flush');
    expect(errors).toEqual([]);
    network.detach();
    loop(32, '');
    expect(calls.at(-1)).toBe('32 ');
  });

  it('is polled by hand where a game has a loop of its own', () => {
    const network = attachToThree(new ThreeScene(), { heartbeat: null });
    const calls = witness(network as never);
    network.poll(0.016);
    network.flush();
    expect(calls).toEqual(['poll', 'flush']);
    expect(network.tree.getProcessDeltaTime()).toBe(0.016);
    network.close();
  });
});

describe('headless', () => {
  it('ticks between poll and flush at its own rate, and ends with detach', async () => {
    const calls: string[] = [];
    const ticked = new Promise<void>((resolve) => {
      const network = createHeadless({
        hz: 200,
        tick: (delta, tick) => {
          calls.push(`tick ${delta} ${tick}`);
          if (tick < 2) return;
          network.detach();
          resolve();
        },
      });
      witness(network as never, calls);
    });
    await ticked;
    expect(calls.slice(0, 3)).toEqual(['poll', 'tick 0.005 0', 'flush']);
    expect(calls.filter((call) => call.startsWith('tick'))).toHaveLength(3);
  });

  it('has a tree in memory to put nodes into', () => {
    const network = createHeadless({ clock: new ManualClock() });
    expect(network.tree.getPath(network.tree.getRoot())).toBe('/root');
    network.detach();
  });
});
