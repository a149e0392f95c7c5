import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/core/byte-reader.js';
import { Rect2 } from '../../src/multiplayer/variant/boxes.js';
import { Float } from '../../src/multiplayer/variant/float.js';
import { Vector2i } from '../../src/multiplayer/variant/integer-vectors.js';
import { PackedColorArray, PackedVector3Array } from '../../src/multiplayer/variant/packed-arrays.js';
import { PackedStringArray } from '../../src/multiplayer/variant/packed-string-array.js';
import { readVariant } from '../../src/multiplayer/variant/read-variant.js';
import { EncodedObjectAsID } from '../../src/multiplayer/variant/references.js';
import { StringName } from '../../src/multiplayer/variant/string-name.js';
import { Basis, Transform3D } from '../../src/multiplayer/variant/transforms.js';
import { ArrayOf, DictionaryOf } from '../../src/multiplayer/variant/typed-containers.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { DEFAULT_READ_LIMITS } from '../../src/multiplayer/variant/variant-limits.js';
import { VariantType } from '../../src/multiplayer/variant/variant-type.js';
import { Vector2, Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { leastOf } from '../support/rounds.js';
import { decode, encode, FAILED, KEEP_FLOATS, unhex } from './support/variant-bytes.js';

const full = (value: Parameters<typeof encode>[1]): string => encode('full', value) as string;

describe('reading into a value', () => {
  it.each<[string, Variant, Variant]>([
    ['a vector', new Vector3(1, 2.5, -3), new Vector3()],
    ['a rectangle', new Rect2(new Vector2(1, 2), new Vector2(3, 4)), new Rect2()],
    ['a transform', new Transform3D(new Basis(new Vector3(1, 2, 3)), new Vector3(7, 8, 9)), new Transform3D()],
    ['an array', [new Vector3(1, 2, 3), 'a', [4]], [new Vector3(), 0, [], 5, 6]],
    ['an array of a type', new ArrayOf(VariantType.VECTOR2, [new Vector2(1, 2)]), new ArrayOf(VariantType.VECTOR2)],
    ['bytes', Uint8Array.of(1, 2, 3), new Uint8Array(3)],
    ['numbers', Float64Array.of(0.1, -0), new Float64Array(2)],
    ['many numbers', new Int32Array(100).fill(7), new Int32Array(100)],
    ['packed vectors', new PackedVector3Array([1, 2, 3, 4, 5, 6]), new PackedVector3Array(2)],
  ])('%s is filled and given back', (_name, value, into) => {
    expect(decode('full', full(value), DEFAULT_READ_LIMITS, into)).toBe(into);
    expect(into).toEqual(value);
    expect(decode('short', encode('short', value) as string, DEFAULT_READ_LIMITS, into)).toBe(into);
  });

  it('keeps the objects inside of an array', () => {
    const inside = new Vector3();
    const into = [inside, new Vector2()];
    decode('full', full([new Vector3(1, 2, 3), new Vector3(4, 5, 6)]), DEFAULT_READ_LIMITS, into);
    expect(into[0]).toBe(inside);
    expect(into).toEqual([new Vector3(1, 2, 3), new Vector3(4, 5, 6)]);
  });

  it.each<[string, Variant, Variant]>([
    ['another type', new Vector3(1, 2, 3), new Vector2(8, 9)],
    ['integers', new Vector2(1, 2), new Vector2i(8, 9)],
    ['another length', Uint8Array.of(1, 2, 3), new Uint8Array(2)],
    ['an array of a type', [1, 2], new ArrayOf(VariantType.INT, [3])],
    ['packed texts', ['a'], new PackedStringArray(['b'])],
    ['no object', 5, new Vector2(8, 9)],
  ])('%s is left as it was', (_name, value, into) => {
    const before = structuredClone(into);
    const read = decode('full', full(value), DEFAULT_READ_LIMITS, into);
    expect(read).not.toBe(into);
    expect(read).toEqual(value);
    expect(structuredClone(into)).toEqual(before);
  });

  it('a vector whose bytes are missing is left as it was', () => {
    const into = new Vector3(1, 2, 3);
    expect(decode('full', full(new Vector3(7, 8, 9)).slice(0, -2), DEFAULT_READ_LIMITS, into)).toBe(FAILED);
    expect(into).toEqual(new Vector3(1, 2, 3));
  });

  it('where the stack or the memory ends, the reader fails; what a setter throws otherwise comes through', () => {
    class Full extends Vector3 {
      constructor(thrown: Error) {
        super();
        Object.defineProperty(this, 'x', {
          set() {
            throw thrown;
          },
        });
      }
    }
    const bytes = full(new Vector3(1, 2, 3));
    const tooMuch = new Error('too much recursion');
    tooMuch.name = 'InternalError';
    for (const thrown of [new RangeError('Maximum call stack size exceeded'), tooMuch]) {
      expect(decode('full', bytes, DEFAULT_READ_LIMITS, new Full(thrown))).toBe(FAILED);
    }
    expect(() => decode('full', bytes, DEFAULT_READ_LIMITS, new Full(new Error('mine')))).toThrow('mine');
  });

  it('bytes are a copy: the packet may be used again', () => {
    const packet = unhex(full(Uint8Array.of(1, 2, 3)));
    const read = readVariant(new ByteReader(packet));
    packet.fill(0);
    expect(read).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('floats', () => {
  it('R-079 a whole float reads as a number, which would travel as int; asked for, it is kept', () => {
    const bytes = '030000000000803f';
    expect(decode('full', bytes)).toBe(1);
    expect(decode('full', bytes, KEEP_FLOATS)).toEqual(new Float(1));
    expect(encode('full', decode('full', bytes, KEEP_FLOATS) as Variant)).toBe(bytes);
    const into = new Float();
    expect(decode('full', bytes, DEFAULT_READ_LIMITS, into)).toBe(into);
    expect(into.value).toBe(1);
    expect(decode('full', full([0.5]), KEEP_FLOATS)).toEqual([new Float(0.5)]);
  });
});

describe('typed containers', () => {
  const { INT, FLOAT, STRING, STRING_NAME, OBJECT, VECTOR2 } = VariantType;
  /** The elements of an untyped array under the header of a typed one. */
  function retyped(type: VariantType, elements: readonly Variant[]): Variant {
    const bytes = full(elements).slice(8);
    return decode('full', `1c000100${type.toString(16).padStart(2, '0')}000000${bytes}`) as Variant;
  }

  it.each<[VariantType, readonly Variant[], readonly Variant[]]>([
    [INT, [1, 2.9, -2.9, 'a', true, null], [1, 2, -2]],
    [INT, [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -0.5], [0, 2n ** 63n - 1n, 2n ** 63n - 1n, 0]],
    [FLOAT, [1, 2n ** 60n, 0.5, 'a'], [1, 2 ** 60, 0.5]],
    [STRING, ['a', new StringName('b'), 1], ['a', 'b']],
    [STRING_NAME, ['a', new StringName('b'), 1], [new StringName('a'), new StringName('b')]],
    [OBJECT, [null, new EncodedObjectAsID(3n), 1], [null, new EncodedObjectAsID(3n)]],
    [VECTOR2, [new Vector2(1, 2), new Vector2i(1, 2)], [new Vector2(1, 2)]],
  ])('elements of type %i are converted as Godot does, or left out', (type, given, expected) => {
    expect(retyped(type, given)).toEqual(new ArrayOf(type, expected));
  });

  it('say their types', () => {
    const map = decode('full', full(new DictionaryOf(INT, STRING, [[1, 'a']]))) as DictionaryOf;
    expect([map.keyType, map.valueType, map.get(1)]).toEqual([INT, STRING, 'a']);
    expect(map).toBeInstanceOf(Map);
    const array = decode('full', full(new ArrayOf(INT, [1]))) as ArrayOf;
    expect([array.elementType, Array.isArray(array), array.map(String)]).toEqual([INT, true, ['1']]);
  });
});

describe('limits', () => {
  const limited = (text: string, limits: Partial<typeof DEFAULT_READ_LIMITS>): unknown =>
    decode('full', text, { ...DEFAULT_READ_LIMITS, ...limits });

  it('elements are counted over the whole value', () => {
    const value = [[1, 2], { a: 1, b: 2 }, new PackedStringArray(['a', 'b'])];
    expect(limited(full(value), { maxElements: 9 })).toEqual([
      [1, 2],
      new Map(Object.entries({ a: 1, b: 2 })),
      value[2],
    ]);
    expect(limited(full(value), { maxElements: 8 })).toBe(FAILED);
  });

  it('depth', () => {
    expect(limited(full([[5]]), { maxDepth: 2 })).toEqual([[5]]);
    expect(limited(full([[5]]), { maxDepth: 1 })).toBe(FAILED);
  });

  it.each([
    ['an array', '1c000000ffffff7f'],
    ['a dictionary', '1b000000ffffff7f'],
    ['a typed array', '1c00010002000000ffffff7f'],
    ['a node path', '16000000ffffffffffffffffffffffff'],
    ['bytes', '1d000000ffffff7f'],
    ['64-bit numbers', '1f000000ffffff3f'],
    ['texts', '22000000ffffff7f'],
    ['vectors', '24000000ffffff7f'],
    ['a text', '04000000fcffff7f'],
    ['a text of 2 GiB less one', '04000000ffffff7f'],
    ['negative bytes', '1d000000ffffffff'],
    ['negative vectors', '24000000ffffffff'],
  ])('%s that claims more than there is: an error, before anything is made for it', async (_name, text) => {
    const made = (): number => {
      const before = process.memoryUsage();
      expect(decode('full', `${text}00000000`)).toBe(FAILED);
      const after = process.memoryUsage();
      return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    };
    expect(await leastOf(3, 1 << 20, made)).toBeLessThan(1 << 20);
  });

  it('R-140 an object with content is refused, however deep', () => {
    const object = '180000000a000000526566436f756e746564000000000000';
    expect(decode('full', object)).toBe(FAILED);
    expect(decode('full', `1c00000001000000${object}`)).toBe(FAILED);
    expect(decode('short', '1800000001')).toBe(FAILED);
  });
});

describe('packed arrays', () => {
  it('hand out elements, into one object if it is given', () => {
    const array = new PackedVector3Array(2);
    array.set(1, new Vector3(1, 2, 3));
    const into = new Vector3();
    expect(array.get(1, into)).toBe(into);
    expect([array.length, [...array.data], [...array]]).toEqual([
      2,
      [0, 0, 0, 1, 2, 3],
      [new Vector3(), new Vector3(1, 2, 3)],
    ]);
    expect(() => array.get(2)).toThrow(RangeError);
    expect(() => new PackedColorArray([1, 2, 3])).toThrow(RangeError);
  });

  it('are told from arrays of the same', () => {
    const texts = new PackedStringArray(['a', 'b']);
    expect([texts.length, texts.map((text) => text.length)]).toEqual([2, [1, 1]]);
    expect(full(texts)).not.toBe(full(['a', 'b']));
    expect(decode('full', full(texts))).toBeInstanceOf(PackedStringArray);
  });
});
