import { describe, expect, it } from 'vitest';
import { copyVariant } from '../../src/multiplayer/variant/copy-variant.js';
import { type Float, float } from '../../src/multiplayer/variant/float.js';
import { Vector2i } from '../../src/multiplayer/variant/integer-vectors.js';
import { NodePath } from '../../src/multiplayer/variant/node-path.js';
import { PackedVector2Array } from '../../src/multiplayer/variant/packed-arrays.js';
import { PackedStringArray } from '../../src/multiplayer/variant/packed-string-array.js';
import { EncodedObjectAsID, GodotCallable, GodotSignal, RID } from '../../src/multiplayer/variant/references.js';
import { sameVariant } from '../../src/multiplayer/variant/same-variant.js';
import { StringName } from '../../src/multiplayer/variant/string-name.js';
import { Transform3D } from '../../src/multiplayer/variant/transforms.js';
import { ArrayOf, DictionaryOf } from '../../src/multiplayer/variant/typed-containers.js';
import type { Variant, VariantInput } from '../../src/multiplayer/variant/variant.js';
import { VariantType } from '../../src/multiplayer/variant/variant-type.js';
import { Quaternion, Vector2, Vector3, Vector4 } from '../../src/multiplayer/variant/vectors.js';
import { readVectors } from '../support/vectors.js';
import { decode, KEEP_FLOATS } from './support/variant-bytes.js';

const { INT, STRING } = VariantType;
const map = (entries: Iterable<readonly [VariantInput, VariantInput]>): Map<VariantInput, VariantInput> =>
  new Map(entries);

describe('R-155 sameVariant', () => {
  it.each<[string, VariantInput, VariantInput]>([
    ['numbers', 1, 1],
    ['zero and minus zero', 0, -0],
    ['a float and a float', float(0), -0],
    ['a number that is no int and a float', 0.5, float(0.5)],
    ['NaN and NaN', Number.NaN, Number.NaN],
    ['NaN and NaN, wrapped', float(Number.NaN), Number.NaN],
    ['an int and a bigint', 5, 5n],
    ['null and undefined', null, undefined],
    ['vectors', new Vector3(1, 2, 3), new Vector3(1, 2, 3)],
    ['components that travel as the same 32 bits', new Vector2(0.1, 0), new Vector2(Math.fround(0.1), -0)],
    ['NaN in a vector', new Vector2(Number.NaN, 0), new Vector2(Number.NaN, 0)],
    ['integer vectors by what travels', new Vector2i(1, 2), new Vector2i(1.5, 2)],
    ['transforms', new Transform3D(), new Transform3D()],
    ['names', new StringName('a'), new StringName('a')],
    ['paths', new NodePath('A/B:x'), new NodePath('A//B:x')],
    ['arrays', [1, ['a', null]], [1, ['a', undefined]]],
    ['typed arrays', new ArrayOf(INT, [1]), new ArrayOf(INT, [1])],
    ['dictionaries in another order', map([['a', 1], ['b', [2]]]), map([['b', [2]], ['a', 1]])], // biome-ignore format: pairs
    ['a plain object and a Map', { a: { b: 1 } }, map([['a', map([['b', 1]])]])],
    ['dictionaries with vectors as keys', map([[new Vector2i(1, 2), 'a']]), map([[new Vector2i(1, 2), 'a']])],
    ['typed dictionaries', new DictionaryOf(INT, STRING, [[1, 'a']]), new DictionaryOf(INT, STRING, [[1, 'a']])],
    ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['doubles', Float64Array.of(Number.NaN, -0), Float64Array.of(Number.NaN, 0)],
    ['64-bit ints', BigInt64Array.of(1n), BigInt64Array.of(1n)],
    ['packed vectors', new PackedVector2Array([1, 2]), new PackedVector2Array([1, 2])],
    ['packed texts', new PackedStringArray(['a']), new PackedStringArray(['a'])],
    ['references', [new RID(1n), new EncodedObjectAsID(2n)], [new RID(1n), new EncodedObjectAsID(2n)]],
    ['callables and signals', [new GodotCallable(), new GodotSignal('s', 1n)], [new GodotCallable(), new GodotSignal('s', 1n)]], // biome-ignore format: one line
  ])('%s are the same', (_name, a, b) => {
    expect([sameVariant(a, b), sameVariant(b, a)]).toEqual([true, true]);
  });

  it.each<[string, VariantInput, VariantInput]>([
    ['int 1 and float 1.0', 1, float(1)],
    ['a bigint and a float', 1n, float(1)],
    ['numbers', 1, 2],
    ['doubles that 32 bits could not tell apart', 0.1, Math.fround(0.1)],
    ['large ints', 2n ** 60n, 2n ** 60n + 1n],
    ['a number and a text', 1, '1'],
    ['true and 1', true, 1],
    ['null and false', null, false],
    ['null and an object', null, {}],
    ['0 and null', 0, null],
    ['String and StringName', 'a', new StringName('a')],
    ['a name and a path', new StringName('a'), new NodePath('a')],
    ['vectors', new Vector3(1, 2, 3), new Vector3(1, 2, 4)],
    ['floats and integers', new Vector2(1, 2), new Vector2i(1, 2)],
    ['a vector and a quaternion', new Vector4(0, 0, 0, 1), new Quaternion()],
    ['arrays', [1, 2], [1, 3]],
    ['lengths', [1], [1, 1]],
    ['types of arrays', [1], new ArrayOf(INT, [1])],
    ['an array and packed texts', ['a'], new PackedStringArray(['a'])],
    ['an array and a dictionary', [], {}],
    ['keys', { a: 1 }, { b: 1 }],
    ['a key that is not there and null', map([['a', null]]), map([['b', null]])],
    ['values', { a: 1 }, { a: 2 }],
    ['sizes', { a: 1 }, { a: 1, b: 1 }],
    ['types of dictionaries', map([[1, 'a']]), new DictionaryOf(INT, STRING, [[1, 'a']])],
    ['keys that are vectors', map([[new Vector2(1, 2), 1]]), map([[new Vector2(1, 3), 1]])],
    ['bytes', Uint8Array.of(1), Uint8Array.of(2)],
    ['widths', Float32Array.of(1), Float64Array.of(1)],
    ['signals', new GodotSignal('s', 1n), new GodotSignal('s', 2n)],
  ])('%s differ', (_name, a, b) => {
    expect([sameVariant(a, b), sameVariant(b, a)]).toEqual([false, false]);
  });

  it('comes to an end where values are inside themselves', () => {
    const circle = (): VariantInput => {
      const array: VariantInput[] = [];
      array.push(array);
      return array;
    };
    expect(sameVariant(circle(), circle())).toBe(false);
  });
});

describe('R-155 copyVariant', () => {
  const { values } = {
    values: readVectors<readonly { name: string; var_to_bytes_hex: string }[]>('variant-vectors.json'),
  };

  it.each(values.map(({ name, var_to_bytes_hex: bytes }) => [name, bytes] as const))(
    '%s: a copy is the same, and into the copy it goes again',
    (_name, bytes) => {
      const value = decode('full', bytes, KEEP_FLOATS) as Variant;
      const copied = copyVariant(value);
      expect(copied).toEqual(value);
      expect(sameVariant(copied, value)).toBe(true);
      const again = copyVariant(value, copied);
      expect(again).toEqual(value);
      expect(sameVariant(again, value)).toBe(true);
    },
  );

  it('shares nothing that can change', () => {
    const value = [new Vector3(1, 2, 3), { a: [Uint8Array.of(1)] }, map([['k', float(1)]])] as const;
    const copied = copyVariant(value);
    value[0].x = 9;
    (value[1].a[0] as Uint8Array)[0] = 9;
    (value[2].get('k') as Float).value = 9;
    const expected = [new Vector3(1, 2, 3), new Map([['a', [Uint8Array.of(1)]]]), new Map([['k', float(1)]])];
    expect(copied).toEqual(expected);
  });

  it.each<[string, VariantInput, VariantInput]>([
    ['a vector', new Vector3(1, 2, 3), new Vector3(4, 5, 6)],
    ['a float', float(1), float(2)],
    ['bytes of the same number', Uint8Array.of(1, 2), Uint8Array.of(3, 4)],
    ['packed vectors', new PackedVector2Array([1, 2]), new PackedVector2Array([3, 4])],
    ['an array, whatever its length', [1, new Vector2(1, 2)], [new Vector2(3, 4)]],
  ])('%s goes into the last copy', (_name, first, second) => {
    const memory = copyVariant(first);
    expect(copyVariant(second, memory)).toBe(memory);
    expect(memory).toEqual(second);
  });

  it('keeps the objects inside of the last copy', () => {
    const memory = copyVariant({ a: new Vector2(1, 2) }) as Map<string, Vector2>;
    const inside = memory.get('a');
    const next = copyVariant({ a: new Vector2(3, 4) }, memory) as Map<string, Vector2>;
    expect(next.get('a')).toBe(inside);
    expect(inside).toEqual(new Vector2(3, 4));
  });

  it('never goes into the value itself', () => {
    const bytes = Uint8Array.of(1);
    const array = [1];
    const vector = new Vector3(1, 2, 3);
    expect(copyVariant(vector, vector)).not.toBe(vector);
    expect(copyVariant(bytes, bytes)).not.toBe(bytes);
    expect(copyVariant(array, array)).not.toBe(array);
  });

  it('makes null of what cannot travel, and of what is inside itself', () => {
    const circle: VariantInput[] = [1];
    circle.push(circle, circle);
    expect(copyVariant([() => 1, new Date(0)] as unknown as VariantInput)).toEqual([null, null]);
    expect(copyVariant(circle)).toEqual([1, null, null]);
  });
});
