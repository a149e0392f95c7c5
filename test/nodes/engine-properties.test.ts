import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { PointLight } from '@babylonjs/core/Lights/pointLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Quaternion as BabylonQuaternion, Vector3 as BabylonVector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh as BabylonMesh } from '@babylonjs/core/Meshes/mesh.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Group, Mesh, MeshBasicMaterial, Object3D, Color as ThreeColor, Scene as ThreeScene } from 'three';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogLevel, setLogLevel, setLogSink } from '../../src/core/log.js';
import type { PropertyBinding } from '../../src/multiplayer/scene/scene-host.js';
import { Color } from '../../src/multiplayer/variant/color.js';
import { Quaternion, Vector3 } from '../../src/multiplayer/variant/vectors.js';
import type { BabylonSceneAdapter } from '../../src/nodes/babylon/babylon-scene-adapter.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import { ThreeSceneAdapter } from '../../src/nodes/three/three-scene-adapter.js';
import { babylonLab } from './support/engines.js';

type Bind = (node: object, property: string) => PropertyBinding;
const binder =
  (adapter: { bindProperty(node: never, property: string, script: null): PropertyBinding | null }): Bind =>
  (node, property) => {
    const binding = adapter.bindProperty(node as never, property, null);
    if (binding === null) throw new Error(`There is no ${property}`);
    return binding;
  };

describe('Babylon.js, left-handed', () => {
  let lab: ReturnType<typeof babylonLab>;
  let adapter: BabylonSceneAdapter;
  let bound: Bind;

  beforeEach(() => {
    lab = babylonLab(false);
    adapter = lab.adapter as unknown as BabylonSceneAdapter;
    bound = binder(adapter);
  });
  afterEach(() => lab.dispose());

  it('a node without a rotationQuaternion is read by its angles, and stays without one until it is written', () => {
    const node = new TransformNode('box', lab.scene);
    node.rotation.set(0.3, 0.6, 0.9);
    const { x, y, z, w } = bound(node, 'quaternion').get() as Quaternion;
    const expected = BabylonQuaternion.RotationYawPitchRoll(0.6, 0.3, 0.9);
    for (const [got, wanted] of [
      [x, -expected.x],
      [y, -expected.y],
      [z, expected.z],
      [w, expected.w],
    ] as const) {
      expect(got).toBeCloseTo(wanted, 6);
    }
    expect(node.rotationQuaternion).toBeNull();
    bound(node, 'quaternion').set(new Quaternion(0, 0, Math.SQRT1_2, Math.SQRT1_2));
    expect(node.rotationQuaternion?.equalsWithEpsilon(new BabylonQuaternion(0, 0, Math.SQRT1_2, Math.SQRT1_2))).toBe(
      true,
    );
    // From then on angles go through it.
    bound(node, 'rotation').set(new Vector3(0, 0, 0.5));
    expect(node.rotationQuaternion?.toEulerAngles().z).toBeCloseTo(0.5, 6);
  });

  it('angles alone never make a rotationQuaternion', () => {
    const node = new TransformNode('box', lab.scene);
    bound(node, 'rotation').set(new Vector3(0.1, 0.2, 0.3));
    expect(node.rotationQuaternion).toBeNull();
    expect(node.rotation.asArray().map((angle) => angle.toFixed(3))).toEqual(['-0.100', '-0.200', '0.300']);
  });

  it('colours and their parts, of a material as of a light, are filled in place', () => {
    const mesh = new BabylonMesh('box', lab.scene);
    const material = new StandardMaterial('paint', lab.scene);
    mesh.material = material;
    const own = material.diffuseColor;
    const color = bound(mesh, 'material:diffuseColor');
    expect(color.set(new Color(0.25, 0.5, 0.75))).toBe(true);
    expect(material.diffuseColor).toBe(own);
    expect(own.asArray()).toEqual([0.25, 0.5, 0.75]);
    expect(color.get()).toBe(own);
    expect(bound(mesh, 'material:diffuseColor:g').set(1)).toBe(true);
    expect(own.equals(new Color3(0.25, 1, 0.75))).toBe(true);
    const light = new HemisphericLight('sky', BabylonVector3.Up(), lab.scene);
    expect(bound(light, 'diffuse').set(new Color(1, 0, 0))).toBe(true);
    expect(light.diffuse.asArray()).toEqual([1, 0, 0]);
    expect(bound(light, 'intensity').set(0.5)).toBe(true);
  });

  it('a light has the places it has, mirrored like all others, and no scale', () => {
    const light = new PointLight('lamp', new BabylonVector3(1, 2, 3), lab.scene);
    expect(bound(light, 'position').get()).toEqual(new Vector3(1, 2, -3));
    expect(adapter.bindProperty(light as never, 'scale', null)).toBeNull();
  });

  it("setSpace(node, 'raw') leaves the values of a node alone, and 'scene' mirrors those inside of a model", () => {
    const node = new TransformNode('box', lab.scene);
    const position = bound(node, 'position');
    position.set(new Vector3(1, 2, 3));
    expect(node.position.asArray()).toEqual([1, 2, -3]);
    adapter.setSpace(node as never, 'raw');
    position.set(new Vector3(1, 2, 3));
    expect(node.position.asArray()).toEqual([1, 2, 3]);
    expect(position.get()).toEqual(new Vector3(1, 2, 3));
    bound(node, 'quaternion').set(new Quaternion(0.5, 0.5, 0.5, 0.5));
    expect(node.rotationQuaternion?.asArray()).toEqual([0.5, 0.5, 0.5, 0.5]);
    adapter.setSpace(node as never, 'scene');
    expect(position.get()).toEqual(new Vector3(1, 2, -3));
  });

  it('what is below the root of a glTF model is as in the file, also when it is put there later', () => {
    const root = new TransformNode('__root__', lab.scene);
    const node = new TransformNode('Hat', lab.scene);
    const position = bound(node, 'position');
    position.set(new Vector3(0, 0, 5));
    expect(node.position.z).toBe(-5);
    const head = new TransformNode('Head', lab.scene);
    node.parent = head;
    head.parent = root;
    position.set(new Vector3(0, 0, 5));
    expect(node.position.z).toBe(5);
    head.parent = null;
    expect((position.get() as Vector3).z).toBe(-5);
  });

  it('to replicate how the root of a glTF model is turned earns a warning: no other engine has it', () => {
    const lines: string[] = [];
    setLogLevel(LogLevel.WARN);
    setLogSink((_level, _name, text) => lines.push(text));
    try {
      const root = new TransformNode('__root__', lab.scene);
      bound(root, 'position');
      expect(lines).toEqual([]);
      bound(root, 'quaternion');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('put a TransformNode above the model');
    } finally {
      setLogSink(null);
    }
  });

  it('children are reached by their paths, down to a part of a value', () => {
    const tree = new SceneTree(lab.adapter as never);
    const tank = new TransformNode('Tank', lab.scene);
    const gun = new TransformNode('Gun', lab.scene);
    gun.parent = tank;
    tree.processFrame();
    const resolved = tree.resolve(tank as never, 'Gun');
    expect(resolved).toBe(gun);
    expect(tree.setIndexed(resolved as never, 'position:z', 4)).toBe(true);
    expect(gun.position.z).toBe(-4);
    expect(tree.getIndexed(gun as never, 'position:z')).toBe(4);
    tree.dispose();
  });
});

describe('three.js', () => {
  it('colours of a material are filled in place, and so are their parts', () => {
    const scene = new ThreeScene();
    const bound = binder(new ThreeSceneAdapter(scene as never));
    const mesh = new Mesh(undefined, new MeshBasicMaterial({ color: 0x000000 }));
    scene.add(mesh);
    const own = mesh.material.color;
    expect(bound(mesh, 'material:color').set(new Color(0.25, 0.5, 0.75))).toBe(true);
    expect(mesh.material.color).toBe(own);
    expect(own.equals(new ThreeColor(0.25, 0.5, 0.75))).toBe(true);
    expect(bound(mesh, 'material:color:r').set(1)).toBe(true);
    expect(own.r).toBe(1);
  });

  it('angles of another order are the same rotation', () => {
    const scene = new ThreeScene();
    const bound = binder(new ThreeSceneAdapter(scene as never));
    const [one, other] = [new Object3D(), new Object3D()];
    scene.add(one, other);
    other.rotation.order = 'ZYX';
    for (const node of [one, other]) bound(node, 'rotation').set(new Vector3(0.3, 0.6, 0.9));
    expect(Math.abs(one.quaternion.dot(other.quaternion))).toBeCloseTo(1, 12);
    const angles = bound(other, 'rotation').get() as Vector3;
    for (const [at, wanted] of [0.3, 0.6, 0.9].entries()) {
      expect([angles.x, angles.y, angles.z][at]).toBeCloseTo(wanted, 9);
    }
  });

  it('a node that makes its matrix by itself no more is still seen to move', () => {
    const scene = new ThreeScene();
    const bound = binder(new ThreeSceneAdapter(scene as never));
    const node = new Group();
    node.matrixAutoUpdate = false;
    scene.add(node);
    bound(node, 'position').set(new Vector3(1, 2, 3));
    expect(node.matrix.elements.slice(12, 15)).toEqual([1, 2, 3]);
  });
});
