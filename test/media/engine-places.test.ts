import { FreeCamera, MeshBuilder, NullEngine, Scene, TransformNode, Vector3 } from '@babylonjs/core';
import { Object3D, PerspectiveCamera } from 'three';
import { describe, expect, it } from 'vitest';
import { distanceOf, type EnginePlace, newPlace, readPlace, type WorldPlace } from '../../src/media/engine-places.js';

const read = (node: EnginePlace): WorldPlace => {
  const place = newPlace();
  readPlace(node, place);
  return place;
};
const forward = ({ forwardX, forwardY, forwardZ }: WorldPlace): number[] => [forwardX, forwardY, forwardZ];
const position = ({ x, y, z }: WorldPlace): number[] => [x, y, z];
const close = (numbers: readonly number[]): unknown => numbers.map((number) => expect.closeTo(number, 5));

function babylon(isRightHanded: boolean): Scene {
  const scene = new Scene(new NullEngine());
  scene.useRightHandedSystem = isRightHanded;
  return scene;
}

describe('places of engines', () => {
  it('of three: the world position of a child, and where a camera looks', () => {
    const parent = new Object3D();
    const child = new Object3D();
    parent.add(child);
    parent.position.set(1, 2, 3);
    child.position.set(0, 0, -4);
    expect(position(read(child))).toEqual(close([1, 2, -1]));
    const camera = new PerspectiveCamera();
    camera.position.set(0, 0, 5);
    camera.lookAt(5, 0, 5);
    expect([position(read(camera)), forward(read(camera))]).toEqual([close([0, 0, 5]), close([1, 0, 0])]);
    expect(read(camera).upY).toBeCloseTo(1);
  });

  it.each([
    ['left-handed', false],
    ['right-handed', true],
  ])('of Babylon, %s: what is to the right of the camera is to the right of the ears', (_name, isRightHanded) => {
    const scene = babylon(isRightHanded);
    const camera = new FreeCamera('ears', new Vector3(0, 0, 0), scene);
    camera.setTarget(new Vector3(0, 0, isRightHanded ? -10 : 10));
    const parent = new TransformNode('parent', scene);
    const speaker = MeshBuilder.CreateBox('speaker', {}, scene);
    speaker.parent = parent;
    parent.position.x = 3;
    scene.render();
    camera.getWorldMatrix();
    const [ears, voice] = [read(camera), read(speaker)];
    expect(forward(ears)).toEqual(close([0, 0, -1]));
    expect(position(voice)).toEqual(close([3, 0, 0]));
    expect(distanceOf(ears, voice)).toBeCloseTo(3);
    scene.getEngine().dispose();
  });

  it('nonsense in a matrix is not handed to the sound', () => {
    const broken = { updateWorldMatrix() {}, matrixWorld: { elements: [Number.NaN, 0, Number.POSITIVE_INFINITY] } };
    expect(Object.values(read(broken)).every(Number.isFinite)).toBe(true);
  });
});
