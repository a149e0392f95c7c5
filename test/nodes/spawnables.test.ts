import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import '@babylonjs/loaders/glTF/2.0/index.js';
import { AssetContainer } from '@babylonjs/core/assetContainer.js';
import { type Bone, type SkinnedMesh, Scene as ThreeScene } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { clone as cloneSkinned } from 'three/addons/utils/SkeletonUtils.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  attach as attachToBabylon,
  type BabylonNetwork,
  cloneOf as cloneOfAssets,
  turnAsInFile,
} from '../../src/babylon.js';
import { spawnInto } from '../../src/nodes/replicate.js';
import { attach as attachToThree, cloneOf as cloneOfModel } from '../../src/three.js';
import { recordErrorTexts } from '../core/support/errors.js';
import { figureModel, tankModel } from './support/models.js';

describe('clones of Babylon’s asset containers', () => {
  const errors = recordErrorTexts();
  let engine: NullEngine;
  let scene: BabylonScene;
  let network: BabylonNetwork;

  beforeEach(() => {
    engine = new NullEngine();
    scene = new BabylonScene(engine);
    new FreeCamera('camera', Vector3.Zero(), scene).layerMask = 0;
    network = attachToBabylon(scene, { heartbeat: null });
  });
  afterEach(() => {
    network.close();
    engine.dispose();
  });

  const load = (model: Uint8Array): Promise<AssetContainer> =>
    LoadAssetContainerAsync(model, scene, { pluginExtension: '.glb' });
  /** What a leak would leave behind. */
  const population = (): number[] =>
    [scene.meshes, scene.transformNodes, scene.skeletons, scene.animationGroups, scene.rootNodes].map(
      (list) => list.length,
    );

  it('keep their names below a node of their own, and their place in the file', async () => {
    const make = cloneOfAssets(await load(tankModel()));
    const [one, two] = [make(), make()] as unknown as [TransformNode, TransformNode];
    for (const node of [one, two]) {
      expect(node).toBeInstanceOf(TransformNode);
      expect(node.getClassName()).toBe('TransformNode');
      expect(node.getDescendants().map(({ name }) => name)).toEqual(['__root__', 'Body', 'Turret', 'Barrel']);
      const turret = node.getDescendants().find(({ name }) => name === 'Turret') as TransformNode;
      expect(turret.position.asArray().map((value) => value.toFixed(3))).toEqual(['0.500', '0.750', '-0.400']);
    }
  });

  it('have metadata of their own, while what belongs to a class stays one', async () => {
    const container = await load(tankModel());
    const shared = new Map([['a', 1]]);
    const body = container.meshes.find(({ name }) => name === 'Body');
    Object.assign(body?.metadata, { shared });
    const make = cloneOfAssets(container);
    const bodyOf = (node: unknown) => (node as TransformNode).getDescendants().find(({ name }) => name === 'Body');
    const [one, two] = [bodyOf(make()), bodyOf(make())];
    one?.metadata.gltf.extras.armour.push(9);
    expect(two?.metadata.gltf.extras.armour).toEqual([3, 2, 1]);
    expect(body?.metadata.gltf.extras.armour).toEqual([3, 2, 1]);
    expect(one?.metadata.shared).toBe(shared);
  });

  it('are spawned and freed without leaving skeletons, animations or nodes behind', async () => {
    const container = await load(figureModel());
    const groups: number[] = [];
    const make = cloneOfAssets(container, { made: (_node, clones) => groups.push(clones.animationGroups.length) });
    const world = new TransformNode('World', scene);
    const spawner = spawnInto(world, { figure: make });
    scene.render();
    const before = population();
    for (let n = 0; n < 20; n += 1) {
      const node = spawner.add('figure');
      expect(network.tree.getPath(node as never)).toBe('/root/World/TransformNode');
      expect(population()).not.toEqual(before);
      network.tree.free(node as never);
    }
    scene.render();
    expect(population()).toEqual(before);
    expect(groups).toEqual(new Array(20).fill(1));
    expect(errors).toEqual([]);
  });

  it('are turned as in the file where that is asked for, in left-handed scenes', async () => {
    const container = await load(tankModel());
    const rootOf = (node: unknown) => (node as TransformNode).getChildTransformNodes(true)[0] as TransformNode;
    const asBabylon = rootOf(cloneOfAssets(container)());
    expect(asBabylon.rotationQuaternion?.asArray()).toEqual([0, 1, 0, 0]);
    const asInFile = rootOf(cloneOfAssets(container, { asInFile: true })());
    expect(asInFile.rotationQuaternion?.asArray()).toEqual([0, 0, 0, 1]);
    expect(asInFile.scaling.asArray()).toEqual([1, 1, -1]);
    scene.useRightHandedSystem = true;
    asBabylon.rotationQuaternion?.set(0, 0, 1, 0);
    turnAsInFile(asBabylon as never);
    expect(asBabylon.rotationQuaternion?.asArray()).toEqual([0, 0, 1, 0]);
  });

  it('of nothing are reported by the spawner that wanted one', () => {
    const spawner = spawnInto(new TransformNode('World', scene), { nothing: cloneOfAssets(new AssetContainer(scene)) });
    scene.render();
    expect(spawner.add('nothing')).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('The scene nothing threw');
  });
});

describe('clones of three’s models', () => {
  const errors = recordErrorTexts();
  const load = async (model: Uint8Array) => (await new GLTFLoader().parseAsync(model.buffer as ArrayBuffer, '')).scene;

  it('keep their names, and have data of their own', async () => {
    const make = cloneOfModel(await load(tankModel()));
    const [one, two] = [make(), make()];
    const names: string[] = [];
    one.traverse(({ name }) => names.push(name));
    expect(names).toEqual(['', 'Body', 'Turret', 'Barrel']);
    one.getObjectByName('Body')?.userData['armour'].push(9);
    expect(two.getObjectByName('Body')?.userData['armour']).toEqual([3, 2, 1]);
  });

  it('with a skeleton want the function that clones it, and then each has its own', async () => {
    const figure = await load(figureModel());
    expect(() => cloneOfModel(figure)).toThrow(/has a skeleton.*SkeletonUtils/);
    const make = cloneOfModel(figure, cloneSkinned as <T>(model: T) => T);
    const network = attachToThree(new ThreeScene(), { heartbeat: null });
    const spawner = spawnInto(network.tree.getRoot(), { figure: make });
    network.poll();
    const [one, two] = [spawner.add('figure'), spawner.add('figure')];
    const bonesOf = (node: typeof one): readonly Bone[] => {
      const skin = node?.getObjectByName('Skin') as SkinnedMesh;
      return skin.skeleton.bones;
    };
    expect(bonesOf(one).map(({ name }) => name)).toEqual(['Hip', 'Spine']);
    expect(bonesOf(one)[1]).toBe(one?.getObjectByName('Spine'));
    expect(bonesOf(one)[1]).not.toBe(bonesOf(two)[1]);
    network.close();
    expect(errors).toEqual([]);
  });
});
