import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 as BabylonVector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import { Object3D, Scene as ThreeScene } from 'three';
import { BabylonSceneAdapter } from '../../../src/nodes/babylon/babylon-scene-adapter.js';
import type { SceneAdapter } from '../../../src/nodes/scene-adapter.js';
import { ThreeSceneAdapter } from '../../../src/nodes/three/three-scene-adapter.js';

/** One engine as tests of its adapter need it. */
export interface EngineLab<N extends object = object> {
  readonly adapter: SceneAdapter<N>;
  readonly root: N;
  make(name: string, parent?: N): N;
  /** As a user of the engine does it. */
  remove(node: N): void;
  reparent(node: N, parent: N): void;
  /** In the space of the wire: column by column, as three's. */
  worldMatrix(node: N): number[];
  dispose(): void;
}

export const engines = {
  three: (): EngineLab => threeLab() as unknown as EngineLab,
  'babylon left-handed': (): EngineLab => babylonLab(false) as unknown as EngineLab,
  'babylon right-handed': (): EngineLab => babylonLab(true) as unknown as EngineLab,
} as const;
export type EngineName = keyof typeof engines;

function threeLab(): EngineLab<Object3D> {
  const scene = new ThreeScene();
  return {
    adapter: new ThreeSceneAdapter(scene) as never,
    root: scene,
    make(name, parent = scene) {
      const node = new Object3D();
      node.name = name;
      parent.add(node);
      return node;
    },
    remove: (node) => void node.removeFromParent(),
    reparent: (node, parent) => void parent.add(node),
    worldMatrix(node) {
      scene.updateMatrixWorld(true);
      return [...node.matrixWorld.elements];
    },
    dispose() {},
  };
}

export function babylonLab(rightHanded: boolean): EngineLab<TransformNode | BabylonScene> & { scene: BabylonScene } {
  const engine = new NullEngine({
    renderWidth: 16,
    renderHeight: 16,
    textureSize: 16,
    deterministicLockstep: false,
    lockstepMaxSteps: 1,
  });
  const scene = new BabylonScene(engine);
  scene.useRightHandedSystem = rightHanded;
  const camera = new FreeCamera('camera', BabylonVector3.Zero(), scene);
  camera.layerMask = 0;
  return {
    scene,
    adapter: new BabylonSceneAdapter(scene) as never,
    root: scene,
    make(name, parent = scene) {
      const node = new TransformNode(name, scene);
      if (parent !== scene) node.parent = parent as TransformNode;
      return node;
    },
    remove: (node) => (node as TransformNode).dispose(),
    reparent(node, parent) {
      (node as TransformNode).parent = parent === scene ? null : (parent as TransformNode);
    },
    worldMatrix(node) {
      const m = [...(node as TransformNode).computeWorldMatrix(true).asArray()];
      const sign = rightHanded ? 1 : -1;
      // Mirrored on both sides: what is mirrored twice stays.
      return m.map((value, at) => ((at % 4 === 2) !== (at >> 2 === 2) ? value * sign : value));
    },
    dispose() {
      scene.dispose();
      engine.dispose();
    },
  };
}
