import { MemoryNode, Quaternion, type SceneNetwork, Vector3 } from 'scenewire';
import type { HeadlessNetwork } from 'scenewire/headless';
import { Matrix4, Quaternion as ThreeQuaternion, Vector3 as ThreeVector } from 'three';
import { MODEL_NODES, type ModelNode } from '../../support/models.js';
import type { WorldEngine } from './side.js';

/** A node with a place, in a world that nobody sees. */
class Body extends MemoryNode {
  readonly position = new Vector3();
  readonly quaternion = new Quaternion();
  readonly scale = new Vector3(1, 1, 1);

  get matrix(): Matrix4 {
    const { position: p, quaternion: q, scale: s } = this;
    return new Matrix4().compose(
      new ThreeVector(p.x, p.y, p.z),
      new ThreeQuaternion(q.x, q.y, q.z, q.w),
      new ThreeVector(s.x, s.y, s.z),
    );
  }
}

export function memoryEngine(network: HeadlessNetwork, frame: () => void): WorldEngine {
  const root = network.tree.getRoot();
  const add = (node: Body, parent: object | null): Body => {
    if (node.name !== '') ((parent as MemoryNode | null) ?? root).addChild(node);
    return node;
  };
  /** What a server knows of a model: its nodes, without what is drawn. */
  const model = (top: Body, nodes: readonly ModelNode[]): Body => {
    for (const { name, parent, translation, rotation, scale } of nodes) {
      const node = new Body(name);
      if (translation !== undefined) Object.assign(node.position, toXyz(translation));
      if (rotation !== undefined) Object.assign(node.quaternion, { ...toXyz(rotation), w: rotation[3] });
      if (scale !== undefined) Object.assign(node.scale, toXyz(scale));
      (parent === null ? top : below(top, parent)).addChild(node);
    }
    return top;
  };
  return {
    network: network as unknown as SceneNetwork,
    modelPath: './Body',
    group: (name) => add(new Body(name), null),
    box: (name, parent) => add(new Body(name, 'Box'), parent),
    tank: (name) => add(model(new Body(name), MODEL_NODES.tank), null),
    figure: () => model(new Body('', 'Figure'), MODEL_NODES.figure),
    below: (node, name) => below(node as MemoryNode, name),
    matrixOf(node) {
      const matrix = new Matrix4();
      for (let at = node as MemoryNode | null; at instanceof Body; at = at.parent) matrix.premultiply(at.matrix);
      return matrix.elements;
    },
    put(node, { position, quaternion, scale }) {
      const body = node as Body;
      if (position !== undefined) Object.assign(body.position, toXyz(position));
      if (quaternion !== undefined) Object.assign(body.quaternion, { ...toXyz(quaternion), w: quaternion[3] });
      if (scale !== undefined) Object.assign(body.scale, toXyz(scale));
    },
    frame,
    close: () => network.close(),
  };
}

const toXyz = ([x, y, z]: readonly [number, number, number, ...number[]]) => ({ x, y, z });

function below(node: MemoryNode, name: string): MemoryNode {
  const found = find(node, name);
  if (found === null) throw new Error(`There is no ${name}`);
  return found;
}

function find(node: MemoryNode, name: string): MemoryNode | null {
  for (const child of node.children) {
    const found = child.name === name ? child : find(child, name);
    if (found !== null) return found;
  }
  return null;
}
