import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import {
  Quaternion as BabylonQuaternion,
  Vector3 as BabylonVector3,
  Matrix,
} from '@babylonjs/core/Maths/math.vector.js';
import * as THREE from 'three';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/core/byte-reader.js';
import { ByteWriter } from '../../src/core/byte-writer.js';
import { Color } from '../../src/multiplayer/variant/color.js';
import { copyVariant } from '../../src/multiplayer/variant/copy-variant.js';
import type { EngineValue } from '../../src/multiplayer/variant/engine-types.js';
import { readArgument } from '../../src/multiplayer/variant/read-variant.js';
import { sameVariant } from '../../src/multiplayer/variant/same-variant.js';
import { Transform3D } from '../../src/multiplayer/variant/transforms.js';
import type { VariantStruct } from '../../src/multiplayer/variant/variant.js';
import { Quaternion, Vector2, Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { writeArgument } from '../../src/multiplayer/variant/write-variant.js';
import { allocatedBy } from './support/allocation.js';

const CALLS = 20_000;

const values: readonly [string, VariantStruct | EngineValue, VariantStruct | EngineValue][] = [
  ['Vector2', new Vector2(1.5, 2.5), new Vector2()],
  ['Vector3', new Vector3(1.5, 2.5, 3.5), new Vector3()],
  ['Quaternion', new Quaternion(0.1, 0.2, 0.3, 0.4), new Quaternion()],
  ['Color', new Color(0.1, 0.2, 0.3, 0.4), new Color()],
  ['Transform3D', new Transform3D(undefined, new Vector3(1.5, 2.5, 3.5)), new Transform3D()],
  ['three Vector3', new THREE.Vector3(1.5, 2.5, 3.5), new THREE.Vector3()],
  ['three Quaternion', new THREE.Quaternion(0.1, 0.2, 0.3, 0.4), new THREE.Quaternion()],
  ['three Euler', new THREE.Euler(0.1, 0.2, 0.3), new THREE.Euler()],
  ['three Color', new THREE.Color(0.1, 0.2, 0.3), new THREE.Color()],
  ['three Matrix4', new THREE.Matrix4().makeRotationX(0.5), new THREE.Matrix4()],
  ['Babylon Vector3', new BabylonVector3(1.5, 2.5, 3.5), new BabylonVector3()],
  ['Babylon Quaternion', new BabylonQuaternion(0.1, 0.2, 0.3, 0.4), new BabylonQuaternion()],
  ['Babylon Color3', new Color3(0.1, 0.2, 0.3), new Color3()],
  ['Babylon Matrix', Matrix.RotationX(0.5), new Matrix()],
];

/** An object for each call would be a few dozen bytes, a component sixteen. */
const NOTHING = 1;

describe('in a frame, after the first ones', () => {
  it.each(values)('writing and reading a %s allocates nothing', (_name, value, into) => {
    const writer = new ByteWriter();
    const write = (): void => {
      writer.clear();
      writeArgument(writer, value);
    };
    expect(allocatedBy(write, CALLS, NOTHING)).toBeLessThan(NOTHING);

    const many = new ByteWriter();
    for (let i = 0; i < CALLS; i += 1) writeArgument(many, value);
    const bytes = many.copy();
    let reader = new ByteReader(bytes);
    const read = (): void => {
      if (reader.remaining === 0) reader = new ByteReader(bytes);
      readArgument(reader, into);
    };
    expect(allocatedBy(read, CALLS, NOTHING)).toBeLessThan(NOTHING);
    expect([reader.failed, sameVariant(value, into)]).toEqual([false, true]);
  });

  it.each(values)('R-155 comparing a %s with its copy, and copying it again, allocates nothing', (_name, value) => {
    const memory = copyVariant(value);
    let isSame = true;
    const compare = (): void => {
      isSame &&= sameVariant(value, memory);
    };
    expect(allocatedBy(compare, CALLS, NOTHING)).toBeLessThan(NOTHING);
    expect(isSame).toBe(true);
    expect(allocatedBy(() => copyVariant(value, memory), CALLS, NOTHING)).toBeLessThan(NOTHING);
  });

  it('writing arguments that are numbers and texts allocates nothing', () => {
    const writer = new ByteWriter();
    const list = [1, -70_000, 2 ** 40, 0.5, 0.1, true, 'fireball', 'größe'.normalize('NFD'), null] as const;
    const write = (): void => {
      writer.clear();
      for (let i = 0; i < 7; i += 1) writeArgument(writer, list[i]!);
    };
    expect(allocatedBy(write, CALLS, NOTHING)).toBeLessThan(NOTHING);
  });
});

it('the measurement sees an object that is allocated', () => {
  const kept: object[] = [{}];
  expect(
    allocatedBy(
      () => {
        kept[0] = { x: Math.random() };
      },
      CALLS,
      NOTHING,
    ),
  ).toBeGreaterThan(10);
});
