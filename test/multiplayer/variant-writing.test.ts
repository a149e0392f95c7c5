import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../src/core/byte-writer.js';
import { Err } from '../../src/core/err.js';
import { float } from '../../src/multiplayer/variant/float.js';
import { NodePath } from '../../src/multiplayer/variant/node-path.js';
import { EncodedObjectAsID } from '../../src/multiplayer/variant/references.js';
import { ArrayOf, DictionaryOf } from '../../src/multiplayer/variant/typed-containers.js';
import type { VariantInput } from '../../src/multiplayer/variant/variant.js';
import { VariantType } from '../../src/multiplayer/variant/variant-type.js';
import { variantTypeOf } from '../../src/multiplayer/variant/variant-type-of.js';
import { Vector2, Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { writeArgument, writeVariant } from '../../src/multiplayer/variant/write-variant.js';
import { decode, encode, hex } from './support/variant-bytes.js';

const { INT, FLOAT } = VariantType;

describe('numbers', () => {
  it.each<[number | bigint, VariantType, string]>([
    [0, INT, '0200'],
    [1, INT, '0201'],
    [-129, INT, '427fff'],
    [32768, INT, '8200800000'],
    [2 ** 31, INT, 'c20000008000000000'],
    [-(2 ** 31) - 1, INT, 'c2ffffff7fffffffff'],
    [Number.MAX_SAFE_INTEGER, INT, 'c2ffffffffffff1f00'],
    [Number.MIN_SAFE_INTEGER, INT, 'c2010000000000e0ff'],
    [5n, INT, '0205'],
    [-(2n ** 63n), INT, 'c20000000000000080'],
    [-0, FLOAT, '0300000000000080'],
    [1.5, FLOAT, '030000000000c03f'],
    [0.1, FLOAT, '030001009a9999999999b93f'],
    [2 ** 53, FLOAT, '030000000000005a'],
    [1e300, FLOAT, '030001009c7500883ce4377e'],
    [Number.POSITIVE_INFINITY, FLOAT, '030000000000807f'],
  ])('R-079 %s travels as type %i', (value, type, bytes) => {
    expect([variantTypeOf(value), encode('short', value)]).toEqual([type, bytes]);
    expect(decode('short', bytes)).toBe(typeof value === 'bigint' && value === 5n ? 5 : value);
  });

  it('R-079 float(1) is a float, and ints beyond 64 bits are no values', () => {
    expect(encode('short', float(1))).toBe('030000000000803f');
    expect([encode('short', 2n ** 63n), encode('full', -(2n ** 63n) - 1n)]).toEqual([31, 31]);
  });

  it('R-079 whole numbers in containers of floats are floats', () => {
    expect(encode('full', new ArrayOf(FLOAT, [1]))).toBe('1c0001000300000001000000030000000000803f');
    const map = new DictionaryOf(INT, FLOAT, [[1, 2]]);
    expect(encode('full', map)).toBe('1b000500020000000300000001000000' + '02000000010000000300000000000040');
  });
});

describe('what is no value', () => {
  class Player {}
  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an instance of a class', new Player()],
    ['a Date', new Date(0)],
    ['a Set', new Set([1])],
    ['an array of 16-bit numbers', new Uint16Array(2)],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['a promise', Promise.resolve()],
    ['a part of an array', [1, [() => 1]]],
    ['a part of an object', { a: { b: new Player() } }],
    ['a key of a Map', new Map([[new Player(), 1]])],
  ])('R-078 %s gives ERR_INVALID_PARAMETER and leaves the writer as it was', (_name, value) => {
    const writer = new ByteWriter();
    writer.u8(7);
    for (const write of [writeVariant, writeArgument]) {
      expect(write(writer, value as VariantInput)).toBe(Err.ERR_INVALID_PARAMETER);
      expect(hex(writer.view())).toBe('07');
    }
  });

  it('has no type', () => {
    for (const value of [() => 1, Symbol('s'), new Player(), new Date(0), 2n ** 63n]) {
      expect(variantTypeOf(value)).toBeNull();
    }
  });

  it('what a getter throws comes through, and the writer is as it was', () => {
    const writer = new ByteWriter();
    const value = {
      a: 1,
      get b(): number {
        throw new Error('mine');
      },
    };
    expect(() => writeVariant(writer, value)).toThrow('mine');
    expect(writer.length).toBe(0);
  });
});

describe('plain objects', () => {
  it('are dictionaries with String keys, in their order; undefined is null', () => {
    const bytes = encode('full', { b: 1, a: undefined });
    expect(decode('full', bytes as string)).toEqual(new Map([['b', 1], ['a', null]])); // biome-ignore format: one line
    expect(encode('full', Object.assign(Object.create(null), { b: 1, a: undefined }))).toBe(bytes);
  });

  it('may have any key: none reaches a prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"toString":3}') as VariantInput;
    const read = decode('full', encode('full', hostile) as string) as Map<string, unknown>;
    expect([...read.keys()]).toEqual(['__proto__', 'constructor', 'toString']);
    expect(read.get('__proto__')).toEqual(new Map([['polluted', 1]]));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('bring neither what they inherit nor symbols', () => {
    const value = Object.assign(Object.create(null), { a: 1, [Symbol('s')]: 2 });
    expect(decode('full', encode('full', value) as string)).toEqual(new Map([['a', 1]]));
  });
});

describe('depth and size', () => {
  function nested(depth: number, inside: VariantInput): VariantInput {
    let value = inside;
    for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { a: value };
    return value;
  }

  it('a value may be inside 1024 containers', () => {
    const bytes = encode('full', nested(1024, 5));
    expect(bytes).toEqual(expect.any(String));
    expect(decode('full', bytes as string)).not.toBe('failed');
    expect(encode('full', nested(1025, 5))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(encode('short', nested(1025, 5))).toBe(Err.ERR_OUT_OF_MEMORY);
  });

  it('what is inside itself is refused at once, however it branches', () => {
    const array: VariantInput[] = [];
    array.push(array, array, array);
    const record: Record<string, VariantInput> = {};
    Object.assign(record, { a: record, b: record });
    const map = new Map<VariantInput, VariantInput>();
    map.set(1, map).set(2, map);
    for (const value of [array, record, map]) expect(encode('full', value)).toBe(Err.ERR_OUT_OF_MEMORY);
  });

  it('the same object twice is no circle', () => {
    const shared = [1];
    expect(encode('full', nested(20, [shared, shared]))).toEqual(expect.any(String));
  });

  it('more than the writer takes gives ERR_OUT_OF_MEMORY and leaves it as it was', () => {
    const writer = new ByteWriter(64);
    writer.u8(1);
    for (const value of [
      'x'.repeat(80),
      [new Vector3(), new Vector3(), new Vector3(), new Vector3()],
      new Uint8Array(64),
    ]) {
      expect(writeVariant(writer, value)).toBe(Err.ERR_OUT_OF_MEMORY);
      expect(hex(writer.view())).toBe('01');
    }
    expect(writeVariant(writer, 'x'.repeat(52))).toBe(Err.OK);
  });
});

describe('texts', () => {
  it.each(['', 'a', 'x'.repeat(64), 'x'.repeat(65), 'é'.repeat(64), `${'x'.repeat(40)}é`, '🙂', 'a\u0000b'])(
    'are UTF-8, long and short: %j',
    (text) => {
      const bytes = encode('full', text) as string;
      const length = Buffer.byteLength(text);
      const padded = Buffer.concat([Buffer.from(text), Buffer.alloc((4 - (length % 4)) % 4)]);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(length);
      expect(bytes).toBe(`04000000${size.toString('hex')}${padded.toString('hex')}`);
      // Godot reads up to a NUL, and so do we.
      expect(decode('full', bytes)).toBe(text.split('\u0000')[0]);
    },
  );

  it('half a character becomes the replacement character', () => {
    expect(decode('full', encode('full', '\ud83d') as string)).toBe('\ufffd');
  });
});

describe('node paths', () => {
  it.each<[string, string[], string[], boolean, string]>([
    ['', [], [], false, ''],
    ['A', ['A'], [], false, 'A'],
    ['/root/A', ['root', 'A'], [], true, '/root/A'],
    ['A//B/', ['A', 'B'], [], false, 'A/B'],
    ['A/B:position:x', ['A', 'B'], ['position', 'x'], false, 'A/B:position:x'],
    [':hp', [], ['hp'], false, ':hp'],
    ['A:', ['A'], [], false, 'A'],
    ['A::x', [], [], false, ''],
    ['/', [], [], true, '/'],
  ])('%j is read as Godot reads it', (text, names, subnames, absolute, printed) => {
    const path = new NodePath(text);
    expect([path.names, path.subnames, path.absolute, path.path, `${path}`]).toEqual([
      names,
      subnames,
      absolute,
      printed,
      printed,
    ]);
    expect(decode('full', encode('full', path) as string)).toEqual(path);
  });
});

it('R-140 an object travels as its number', () => {
  expect(encode('full', new EncodedObjectAsID(5n))).toBe('180001000500000000000000');
});

it('values of another copy of the library are known by their type', () => {
  const type = Symbol.for('scenewire.variantType');
  class Foreign {
    x = 1;
    y = 2;
    get [type](): number {
      return VariantType.VECTOR2;
    }
  }
  expect(encode('full', new Foreign() as unknown as VariantInput)).toBe(encode('full', new Vector2(1, 2)));
});
