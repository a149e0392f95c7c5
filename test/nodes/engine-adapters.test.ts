import { Euler, Quaternion as ThreeQuaternion } from 'three';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/extension/loopback/random.js';
import { Quaternion, Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { anglesToQuaternion, quaternionToAngles } from '../../src/nodes/rotation.js';
import type { SceneAdapter } from '../../src/nodes/scene-adapter.js';
import { recordErrors } from '../core/support/errors.js';
import { type EngineLab, type EngineName, engines } from './support/engines.js';

const names = Object.keys(engines) as EngineName[];
const labs: EngineLab[] = [];
afterEach(() => {
  for (const lab of labs.splice(0)) lab.dispose();
});

function open(name: EngineName): EngineLab {
  const lab = engines[name]();
  labs.push(lab);
  return lab;
}

const bound = (lab: EngineLab, node: object, property: string) => {
  const binding = lab.adapter.bindProperty(node, property, null);
  if (binding === null) throw new Error(`no ${property}`);
  return binding;
};

/** The tree's watcher, as words. */
function watch(lab: EngineLab): string[] {
  const told: string[] = [];
  const name = (node: object): string => lab.adapter.getName(node);
  (lab.adapter as SceneAdapter<object>).watch({
    entered: (node) => told.push(`+${name(node)}`),
    exiting: (node) => told.push(`-${name(node)}`),
  });
  return told;
}

describe('angles', () => {
  it('are those that three calls YXZ, both ways', () => {
    const random = new Random(7);
    const angle = (): number => (random.float() * 2 - 1) * Math.PI;
    for (let n = 0; n < 200; n += 1) {
      const euler = new Euler(angle() / 2, angle(), angle(), 'YXZ');
      const expected = new ThreeQuaternion().setFromEuler(euler);
      const out = { x: 0, y: 0, z: 0, w: 0 };
      anglesToQuaternion(euler.x, euler.y, euler.z, out);
      for (const key of ['x', 'y', 'z', 'w'] as const) expect(out[key]).toBeCloseTo(expected[key], 12);
      const back = { x: 0, y: 0, z: 0 };
      quaternionToAngles(out.x, out.y, out.z, out.w, back);
      const again = new ThreeQuaternion().setFromEuler(new Euler(back.x, back.y, back.z, 'YXZ'));
      expect(Math.abs(again.dot(expected))).toBeCloseTo(1, 12);
    }
  });

  it('at the poles still name the same rotation', () => {
    for (const x of [Math.PI / 2, -Math.PI / 2]) {
      const expected = new ThreeQuaternion().setFromEuler(new Euler(x, 0.7, 0.3, 'YXZ'));
      const back = { x: 0, y: 0, z: 0 };
      quaternionToAngles(expected.x, expected.y, expected.z, expected.w, back);
      const again = new ThreeQuaternion().setFromEuler(new Euler(back.x, back.y, back.z, 'YXZ'));
      expect(Math.abs(again.dot(expected))).toBeCloseTo(1, 6);
    }
  });
});

describe.each(names)('[%s]', (engine) => {
  const errors = recordErrors();

  it('reads what it has set: place, rotation, angles, scale, visibility, components', () => {
    const lab = open(engine);
    const node = lab.make('box');
    expect(bound(lab, node, 'position').set(new Vector3(1, 2, 3))).toBe(true);
    expect(bound(lab, node, 'position').get()).toEqual(new Vector3(1, 2, 3));
    expect(bound(lab, node, 'position:z').get()).toBe(3);
    expect(bound(lab, node, 'position:z').set(5)).toBe(true);
    expect(bound(lab, node, 'position').get()).toEqual(new Vector3(1, 2, 5));
    bound(lab, node, 'rotation').set(new Vector3(0.25, 0.5, 0.75));
    const angles = bound(lab, node, 'rotation').get() as Vector3;
    expect([angles.x, angles.y, angles.z].map((angle) => angle.toFixed(9))).toEqual([
      '0.250000000',
      '0.500000000',
      '0.750000000',
    ]);
    const half = Math.SQRT1_2;
    bound(lab, node, 'quaternion').set(new Quaternion(0, half, 0, half));
    expect((bound(lab, node, 'quaternion').get() as Quaternion).y).toBeCloseTo(half, 12);
    bound(lab, node, 'scale').set(new Vector3(2, 3, 4));
    expect(bound(lab, node, 'scale').get()).toEqual(new Vector3(2, 3, 4));
    expect(bound(lab, node, 'visible').get()).toBe(true);
    bound(lab, node, 'visible').set(false);
    expect(bound(lab, node, 'visible').get()).toBe(false);
    expect(errors).toEqual([]);
  });

  it('refuses what is not of the kind, and leaves the node alone', () => {
    const lab = open(engine);
    const node = lab.make('box');
    const before = lab.worldMatrix(node);
    expect(bound(lab, node, 'position').set('far away')).toBe(false);
    expect(bound(lab, node, 'position').set(null)).toBe(false);
    expect(bound(lab, node, 'quaternion').set(new Vector3(1, 2, 3))).toBe(false);
    expect(bound(lab, node, 'position:x').set(new Vector3())).toBe(false);
    expect(bound(lab, node, 'visible').set(1)).toBe(false);
    expect(lab.worldMatrix(node)).toEqual(before);
    for (const property of ['nothing', 'position:q', '__proto__', 'constructor', 'position:__proto__', 'dispose']) {
      expect([property, lab.adapter.bindProperty(node, property, null)]).toEqual([property, null]);
    }
  });

  it('prefers the properties of the script', () => {
    const lab = open(engine);
    const script = { health: 100, aim: new Vector3(0, 0, 1) };
    const health = lab.adapter.bindProperty(lab.make('box'), 'health', script);
    expect(health?.get()).toBe(100);
    expect(health?.set(50)).toBe(true);
    expect(script.health).toBe(50);
    lab.adapter.bindProperty(lab.make('box2'), 'aim', script)?.set(new Vector3(1, 0, 0));
    expect(script.aim).toEqual(new Vector3(1, 0, 0));
  });

  it('R-160 tells of children that the engine was given and that were taken away, once each', () => {
    const lab = open(engine);
    const parent = lab.make('World');
    lab.adapter.poll?.();
    lab.adapter.track(parent);
    const told = watch(lab);
    const a = lab.make('a', parent);
    lab.make('b', parent);
    lab.adapter.poll?.();
    lab.adapter.poll?.();
    expect(told).toEqual(['+a', '+b']);
    lab.remove(a);
    lab.adapter.poll?.();
    lab.adapter.poll?.();
    expect(told).toEqual(['+a', '+b', '-a']);
    expect(lab.adapter.isInsideTree(a)).toBe(false);
  });

  it('tells of a tracked node that moves to another parent, and of one whose ancestor goes', () => {
    const lab = open(engine);
    const [one, two] = [lab.make('One'), lab.make('Two')];
    const node = lab.make('node', one);
    lab.adapter.poll?.();
    lab.adapter.track(node);
    const told = watch(lab);
    lab.reparent(node, two);
    lab.adapter.poll?.();
    expect(told).toEqual(['-node', '+node']);
    expect(lab.adapter.getParent(node)).toBe(two);
    lab.remove(two);
    lab.adapter.poll?.();
    expect(told.filter((text) => text === '-node')).toHaveLength(2);
  });

  it('finds a tracked node that comes in later', () => {
    const lab = open(engine);
    const parent = lab.make('World');
    lab.adapter.poll?.();
    const node = lab.make('late', parent);
    lab.adapter.removeChild(parent, node);
    lab.adapter.track(node);
    const told = watch(lab);
    lab.adapter.poll?.();
    expect(told).toEqual([]);
    lab.adapter.addChild(parent, node);
    lab.adapter.poll?.();
    expect(told).toEqual(['+late']);
  });

  it('adds, removes and frees', () => {
    const lab = open(engine);
    const parent = lab.make('World');
    lab.adapter.poll?.();
    const child = lab.make('child', parent);
    expect(lab.adapter.getChildren(parent)).toContain(child);
    lab.adapter.removeChild(parent, child);
    expect(lab.adapter.getChildren(parent)).not.toContain(child);
    expect(lab.adapter.isInsideTree(child)).toBe(false);
    expect(lab.adapter.getParent(child)).toBeNull();
    lab.adapter.addChild(lab.root, child);
    expect(lab.adapter.getChildren(lab.root)).toContain(child);
    expect(lab.adapter.isInsideTree(child)).toBe(true);
    lab.adapter.free(child);
    expect(lab.adapter.isInsideTree(child)).toBe(false);
    expect(lab.adapter.getChildren(lab.root)).not.toContain(child);
  });
});

describe('the same values in every engine', () => {
  it('a parent chain has the same world matrices everywhere, after random moves, whoever moved it', () => {
    const rooms = names.map(open);
    const chains = rooms.map((lab) => {
      const chain: object[] = [];
      for (let n = 0; n < 4; n += 1) chain.push(lab.make(`n${n}`, chain[n - 1]));
      return chain;
    });
    const random = new Random(3);
    for (let round = 0; round < 50; round += 1) {
      const from = round % rooms.length;
      for (let n = 0; n < 4; n += 1) {
        const source = rooms[from] as EngineLab;
        const node = (chains[from] as object[])[n] as object;
        const turned = round % 2 === 0 ? 'rotation' : 'quaternion';
        moveAtRandom(source, node, random, turned);
        for (const property of ['position', turned, 'scale']) {
          const value = bound(source, node, property).get();
          rooms.forEach((lab, at) => {
            if (at !== from)
              expect(bound(lab, (chains[at] as object[])[n] as object, property).set(value as never)).toBe(true);
          });
        }
      }
      for (let n = 0; n < 4; n += 1) {
        const [first, ...others] = rooms.map((lab, at) => lab.worldMatrix((chains[at] as object[])[n] as object));
        const size = Math.max(...(first as number[]).map(Math.abs));
        for (const other of others) {
          for (let i = 0; i < 16; i += 1)
            expect(Math.abs((other[i] as number) - (first as number[])[i]!) / size).toBeLessThan(1e-5);
        }
      }
    }
  });
});

function moveAtRandom(lab: EngineLab, node: object, random: Random, turned: 'rotation' | 'quaternion'): void {
  const between = (least: number, most: number): number => least + random.float() * (most - least);
  bound(lab, node, 'position').set(new Vector3(between(-9, 9), between(-9, 9), between(-9, 9)));
  bound(lab, node, 'scale').set(new Vector3(between(0.5, 2), between(0.5, 2), between(0.5, 2)));
  if (turned === 'rotation') {
    bound(lab, node, 'rotation').set(new Vector3(between(-1.5, 1.5), between(-3, 3), between(-3, 3)));
  } else {
    const [x, y, z, w] = [between(-1, 1), between(-1, 1), between(-1, 1), between(-1, 1)];
    const length = Math.hypot(x, y, z, w);
    bound(lab, node, 'quaternion').set(new Quaternion(x / length, y / length, z / length, w / length));
  }
}
