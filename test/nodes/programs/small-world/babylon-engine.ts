import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/loaders/glTF/2.0/index.js';
import { GLTFLoaderAnimationStartMode } from '@babylonjs/loaders/glTF/glTFFileLoader.js';
import type { SceneNetwork, SceneNetworkOptions } from 'scenewire';
import { attach, cloneOf } from 'scenewire/babylon';
import { figureModel, tankModel } from '../../support/models.js';
import type { Place, WorldEngine } from './side.js';

export interface View {
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
  /** Vertically, in radians. */
  readonly fov: number;
}

export async function babylonEngine(
  engine: AbstractEngine,
  isRightHanded: boolean,
  view: View,
  options: SceneNetworkOptions<never> = {},
): Promise<WorldEngine> {
  const scene = new Scene(engine);
  scene.useRightHandedSystem = isRightHanded;
  scene.clearColor = new Color4(0, 0, 0, 1);
  const f = isRightHanded ? 1 : -1;
  const inScene = ([x, y, z]: readonly [number, number, number]): Vector3 => new Vector3(x, y, f * z);
  const camera = new FreeCamera('camera', inScene(view.from), scene);
  camera.setTarget(inScene(view.to));
  camera.fov = view.fov;
  camera.minZ = 0.1;
  camera.maxZ = 100;
  // The figure stays as it is in its file.
  const pluginOptions = { gltf: { animationStartMode: GLTFLoaderAnimationStartMode.NONE } };
  const load = (model: Uint8Array) => LoadAssetContainerAsync(model, scene, { pluginExtension: '.glb', pluginOptions });
  const newTank = cloneOf(await load(tankModel()), { asInFile: true });
  const newFigure = cloneOf(await load(figureModel()), { asInFile: true });
  const network = attach(scene, options as SceneNetworkOptions<object> as never);
  return {
    network: network as unknown as SceneNetwork,
    modelPath: './__root__/Body',
    group: (name) => new TransformNode(name, scene),
    box(name, parent, [width, height, depth], [r, g, b]) {
      const mesh = CreateBox(name, { width, height, depth }, scene);
      const material = new StandardMaterial(`${name} paint`, scene);
      material.disableLighting = true;
      material.emissiveColor = new Color3(r, g, b);
      mesh.material = material;
      mesh.parent = parent as TransformNode | null;
      return mesh;
    },
    tank(name) {
      const tank = newTank();
      tank.name = name;
      return tank;
    },
    figure: newFigure,
    below(node, name) {
      const found = (node as TransformNode).getDescendants().find((one) => one.name === name && 'position' in one);
      if (found === undefined) throw new Error(`There is no ${name}`);
      return found;
    },
    matrixOf: (node) => wireMatrix(node as TransformNode, isRightHanded),
    put: (node, place) => put(node as TransformNode, place, f),
    frame() {
      engine.beginFrame();
      scene.render();
      engine.endFrame();
    },
    close() {
      network.close();
      scene.dispose();
    },
  };
}

/** By the angles where nobody has set a quaternion, as most games in Babylon do. */
function put(node: TransformNode, { position, quaternion, scale }: Place, f: 1 | -1): void {
  if (position !== undefined) node.position.set(position[0], position[1], f * position[2]);
  if (scale !== undefined) node.scaling.set(...scale);
  if (quaternion === undefined) return;
  // What is inside a model is as it is in the file.
  const isInModel = node.parent !== null && isBelowModelRoot(node);
  const [x, y, z, w] = quaternion;
  const g = isInModel ? 1 : f;
  const turned = new Quaternion(g * x, g * y, z, w);
  if (node.rotationQuaternion === null) node.rotation.copyFrom(turned.toEulerAngles());
  else node.rotationQuaternion.copyFrom(turned);
}

function isBelowModelRoot(node: TransformNode): boolean {
  for (let at = node.parent; at !== null; at = at.parent) if (at.name === '__root__') return true;
  return false;
}

function wireMatrix(node: TransformNode, isRightHanded: boolean): number[] {
  const chain: TransformNode[] = [];
  for (let at: TransformNode | null = node; at !== null; at = at.parent as TransformNode | null) chain.unshift(at);
  for (const one of chain) one.computeWorldMatrix(true);
  const m = [...node.getWorldMatrix().asArray()];
  if (isRightHanded) return m;
  // Mirrored on both sides, or, where the node's own space is that of the file, on the outer one alone.
  const isRaw = isBelowModelRoot(node);
  return m.map((value, at) => {
    const [row, column] = [at % 4 === 2, at >> 2 === 2];
    return (isRaw ? row : row !== column) ? -value : value;
  });
}
