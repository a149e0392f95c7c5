import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Plane as BabylonPlane } from '@babylonjs/core/Maths/math.plane.js';
import {
  Quaternion as BabylonQuaternion,
  Vector2 as BabylonVector2,
  Vector3 as BabylonVector3,
  Vector4 as BabylonVector4,
  Matrix,
} from '@babylonjs/core/Maths/math.vector.js';
import * as THREE from 'three';
import { describe, expect, it } from 'vitest';
import { AABB } from '../../src/multiplayer/variant/boxes.js';
import { Color } from '../../src/multiplayer/variant/color.js';
import { copyVariant } from '../../src/multiplayer/variant/copy-variant.js';
import type { EngineValue } from '../../src/multiplayer/variant/engine-types.js';
import { Plane } from '../../src/multiplayer/variant/plane.js';
import { sameVariant } from '../../src/multiplayer/variant/same-variant.js';
import { Basis, Projection, Transform3D } from '../../src/multiplayer/variant/transforms.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { DEFAULT_READ_LIMITS } from '../../src/multiplayer/variant/variant-limits.js';
import { variantTypeOf } from '../../src/multiplayer/variant/variant-type-of.js';
import { Quaternion, Vector2, Vector3, Vector4 } from '../../src/multiplayer/variant/vectors.js';
import { decode, encode, FORMS } from './support/variant-bytes.js';

// Columns of a matrix that moves, turns and stretches; one that projects.
const AFFINE = [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 10, 11, 12, 1];
const PERSPECTIVE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const transform = new Transform3D(
  new Basis(new Vector3(1, 2, 3), new Vector3(4, 5, 6), new Vector3(7, 8, 9)),
  new Vector3(10, 11, 12),
);
const projection = new Projection(
  new Vector4(1, 2, 3, 4),
  new Vector4(5, 6, 7, 8),
  new Vector4(9, 10, 11, 12),
  new Vector4(13, 14, 15, 16),
);

interface Case {
  readonly name: string;
  /** An engine's value, what it travels as, and another value of the engine to read into. */
  readonly engine: EngineValue;
  readonly ours: Variant;
  readonly into: EngineValue;
}

const three: readonly Case[] = [
  { name: 'Vector2', engine: new THREE.Vector2(1, 2.5), ours: new Vector2(1, 2.5), into: new THREE.Vector2() },
  { name: 'Vector3', engine: new THREE.Vector3(1, 2.5, -3), ours: new Vector3(1, 2.5, -3), into: new THREE.Vector3() },
  { name: 'Vector4', engine: new THREE.Vector4(1, 2, 3, 4), ours: new Vector4(1, 2, 3, 4), into: new THREE.Vector4() },
  {
    name: 'Quaternion',
    engine: new THREE.Quaternion(0.5, -0.5, 0.5, 0.5),
    ours: new Quaternion(0.5, -0.5, 0.5, 0.5),
    into: new THREE.Quaternion(),
  },
  {
    name: 'Euler',
    engine: new THREE.Euler(0.5, 1, 7, 'YXZ'),
    ours: new Vector3(0.5, 1, 7),
    into: new THREE.Euler(0, 0, 0, 'YXZ'),
  },
  { name: 'Color', engine: new THREE.Color(0.5, 0.25, 1), ours: new Color(0.5, 0.25, 1, 1), into: new THREE.Color() },
  {
    name: 'Matrix3',
    engine: new THREE.Matrix3().fromArray([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ours: transform.basis,
    into: new THREE.Matrix3(),
  },
  { name: 'Matrix4', engine: new THREE.Matrix4().fromArray(AFFINE), ours: transform, into: new THREE.Matrix4() },
  {
    name: 'Matrix4 that projects',
    engine: new THREE.Matrix4().fromArray(PERSPECTIVE),
    ours: projection,
    into: new THREE.Matrix4(),
  },
  {
    name: 'Plane',
    engine: new THREE.Plane(new THREE.Vector3(0, 1, 0), -3),
    ours: new Plane(new Vector3(0, 1, 0), 3),
    into: new THREE.Plane(),
  },
  {
    name: 'Box3',
    engine: new THREE.Box3(new THREE.Vector3(1, 2, 3), new THREE.Vector3(5, 7, 9)),
    ours: new AABB(new Vector3(1, 2, 3), new Vector3(4, 5, 6)),
    into: new THREE.Box3(),
  },
];

const babylon: readonly Case[] = [
  { name: 'Vector2', engine: new BabylonVector2(1, 2.5), ours: new Vector2(1, 2.5), into: new BabylonVector2() },
  {
    name: 'Vector3',
    engine: new BabylonVector3(1, 2.5, -3),
    ours: new Vector3(1, 2.5, -3),
    into: new BabylonVector3(),
  },
  {
    name: 'Vector4',
    engine: new BabylonVector4(1, 2, 3, 4),
    ours: new Vector4(1, 2, 3, 4),
    into: new BabylonVector4(),
  },
  {
    name: 'Quaternion',
    engine: new BabylonQuaternion(0.5, -0.5, 0.5, 0.5),
    ours: new Quaternion(0.5, -0.5, 0.5, 0.5),
    into: new BabylonQuaternion(),
  },
  { name: 'Color3', engine: new Color3(0.5, 0.25, 1), ours: new Color(0.5, 0.25, 1, 1), into: new Color3() },
  { name: 'Color4', engine: new Color4(0.5, 0.25, 1, 0.5), ours: new Color(0.5, 0.25, 1, 0.5), into: new Color4() },
  { name: 'Matrix', engine: Matrix.FromArray(AFFINE), ours: transform, into: new Matrix() },
  { name: 'Matrix that projects', engine: Matrix.FromArray(PERSPECTIVE), ours: projection, into: new Matrix() },
  {
    name: 'Plane',
    engine: new BabylonPlane(0, 1, 0, -3),
    ours: new Plane(new Vector3(0, 1, 0), 3),
    into: new BabylonPlane(1, 0, 0, 0),
  },
];

describe.each([
  ['three', three],
  ['Babylon', babylon],
] as const)('%s', (_name, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))(
    '%s travels as the value of Godot, and is read into',
    (_engineName, { engine, ours, into }) => {
      for (const form of FORMS) {
        const bytes = encode(form, ours) as string;
        expect(encode(form, engine)).toBe(bytes);
        expect(decode(form, bytes)).toEqual(ours);
        expect(decode(form, bytes, DEFAULT_READ_LIMITS, into)).toBe(into);
        expect(encode(form, into)).toBe(bytes);
      }
      expect(variantTypeOf(engine)).toBe(variantTypeOf(ours));
    },
  );

  it.each(cases.map((one) => [one.name, one] as const))(
    'R-155 %s is the same as the value of Godot, which is what is remembered of it',
    (_engineName, { engine, ours }) => {
      expect([sameVariant(engine, ours), sameVariant(ours, engine)]).toEqual([true, true]);
      const memory = copyVariant(engine);
      expect(memory).toEqual(ours);
      expect(memory).toBeInstanceOf((ours as object).constructor);
      expect(copyVariant(engine, memory)).toBe(memory);
    },
  );

  it('values are found inside of arrays and dictionaries', () => {
    for (const { engine, ours } of cases) {
      expect(encode('full', [engine, { a: engine }])).toBe(encode('full', [ours, { a: ours }]));
    }
  });

  it('values of another type are left as they were', () => {
    for (const { into } of cases) {
      const before = encode('full', into);
      expect(decode('full', encode('full', 'text') as string, DEFAULT_READ_LIMITS, into)).toBe('text');
      expect(encode('full', into)).toBe(before);
    }
  });
});

it('three: who owns a quaternion or an Euler is told once', () => {
  const object = new THREE.Object3D();
  let told = 0;
  const quaternion = new THREE.Quaternion();
  quaternion._onChange(() => {
    told += 1;
  });
  decode('full', encode('full', new Quaternion(0, 1, 0, 0)) as string, DEFAULT_READ_LIMITS, quaternion);
  expect(told).toBe(1);
  decode(
    'full',
    encode('full', new Quaternion(0, Math.SQRT1_2, 0, Math.SQRT1_2)) as string,
    DEFAULT_READ_LIMITS,
    object.quaternion,
  );
  expect(object.rotation.y).toBeCloseTo(Math.PI / 2);
  decode('full', encode('full', new Vector3(0, 1, 0)) as string, DEFAULT_READ_LIMITS, object.rotation);
  expect(object.quaternion.y).toBeCloseTo(Math.sin(0.5));
});

it('Babylon: what is read is seen as changed', () => {
  const vector = new BabylonVector3();
  vector._isDirty = false;
  decode('full', encode('full', new Vector3(1, 2, 3)) as string, DEFAULT_READ_LIMITS, vector);
  expect(vector._isDirty).toBe(true);
  const matrix = Matrix.Identity();
  const [flag, wasIdentity] = [matrix.updateFlag, matrix.isIdentity()];
  decode('full', encode('full', transform) as string, DEFAULT_READ_LIMITS, matrix);
  expect([wasIdentity, matrix.isIdentity(), matrix.updateFlag !== flag]).toEqual([true, false, true]);
});

it('a matrix moves a point to the same place on both sides of the wire', () => {
  const turned = new THREE.Matrix4().makeRotationY(0.7).setPosition(1, 2, 3);
  const read = decode('full', encode('full', turned) as string) as Transform3D;
  const point = new THREE.Vector3(4, 5, 6).applyMatrix4(turned);
  // As Godot does it: the axes, each as often as the point says, and the origin.
  const { x, y, z } = read.basis;
  const at = (axis: 'x' | 'y' | 'z'): number => x[axis] * 4 + y[axis] * 5 + z[axis] * 6 + read.origin[axis];
  for (const axis of ['x', 'y', 'z'] as const) expect(at(axis)).toBeCloseTo(point[axis], 5);
});

it('an object of an engine that is no value cannot travel', () => {
  expect(encode('full', new THREE.Object3D() as never)).toBe(31);
  class Mesh {
    getClassName(): string {
      return 'Mesh';
    }
  }
  expect(encode('full', new Mesh() as never)).toBe(31);
});
