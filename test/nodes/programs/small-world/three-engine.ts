import type { SceneNetwork, SceneNetworkOptions } from 'scenewire';
import { attach, cloneOf } from 'scenewire/three';
import {
  BoxGeometry,
  Color,
  Group,
  Mesh,
  MeshBasicMaterial,
  type Object3D,
  PerspectiveCamera,
  Scene,
  type WebGLRenderer,
} from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { clone } from 'three/addons/utils/SkeletonUtils.js';
import { figureModel, tankModel } from '../../support/models.js';
import type { View } from './babylon-engine.js';
import type { WorldEngine } from './side.js';

export async function threeEngine(
  renderer: WebGLRenderer | null,
  view: View,
  options: SceneNetworkOptions<never> = {},
): Promise<WorldEngine> {
  const scene = new Scene();
  scene.background = new Color(0, 0, 0);
  const size = renderer?.domElement ?? { width: 4, height: 3 };
  const camera = new PerspectiveCamera((view.fov * 180) / Math.PI, size.width / size.height, 0.1, 100);
  camera.position.set(...view.from);
  camera.lookAt(...view.to);
  const load = async (model: Uint8Array) => (await new GLTFLoader().parseAsync(model.buffer as ArrayBuffer, '')).scene;
  const newTank = cloneOf(await load(tankModel()));
  const newFigure = cloneOf(await load(figureModel()), clone as <T>(model: T) => T);
  const network = attach(scene, options as SceneNetworkOptions<object> as never);
  const render = network.wrap(() => renderer?.render(scene, camera));
  const add = <T extends Object3D>(node: T, name: string, parent: object | null): T => {
    node.name = name;
    if (name !== '') ((parent as Object3D | null) ?? scene).add(node);
    return node;
  };
  return {
    network: network as unknown as SceneNetwork,
    modelPath: './Body',
    group: (name) => add(new Group(), name, null),
    box: (name, parent, extent, rgb) =>
      add(new Mesh(new BoxGeometry(...extent), new MeshBasicMaterial({ color: new Color(...rgb) })), name, parent),
    tank: (name) => add(newTank(), name, null),
    figure: newFigure,
    below(node, name) {
      const found = (node as Object3D).getObjectByName(name);
      if (found === undefined) throw new Error(`There is no ${name}`);
      return found;
    },
    matrixOf(node) {
      (node as Object3D).updateWorldMatrix(true, false);
      return [...(node as Object3D).matrixWorld.elements];
    },
    put(node, { position, quaternion, scale }) {
      const object = node as Object3D;
      if (position !== undefined) object.position.set(...position);
      if (quaternion !== undefined) object.quaternion.set(...quaternion);
      if (scale !== undefined) object.scale.set(...scale);
    },
    frame: () => render(performance.now(), undefined),
    close: () => network.close(),
  };
}
