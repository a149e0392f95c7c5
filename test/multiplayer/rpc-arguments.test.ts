import { describe, expect, it } from 'vitest';
import { type ArgumentCheck, type ArgumentType, compileCheck } from '../../src/multiplayer/rpc/argument-check.js';
import { Color } from '../../src/multiplayer/variant/color.js';
import { Vector2i } from '../../src/multiplayer/variant/integer-vectors.js';
import { StringName } from '../../src/multiplayer/variant/string-name.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { Quaternion, Vector3, Vector4 } from '../../src/multiplayer/variant/vectors.js';

const takes = (check: ArgumentCheck, ...args: Variant[]): boolean => compileCheck(check)(args);

describe('a check of arguments', () => {
  it.each<[ArgumentType, Variant[], Variant[]]>([
    ['bool', [true, false], [0, 1, null, 'true']],
    ['int', [0, -7, 2 ** 40, 5n], [1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null, true]],
    ['float', [0, 1.5, -1e300], [Number.NaN, Number.POSITIVE_INFINITY, 1n, '1', null]],
    ['String', ['', 'x'], [new StringName('x'), 1, null]],
    ['StringName', [new StringName('x')], ['x']],
    ['Vector3', [new Vector3()], [new Vector4(), [0, 0, 0], new Map(), null, 0]],
    ['Vector2i', [new Vector2i()], [new Vector3()]],
    ['Quaternion', [new Quaternion()], [new Vector4()]],
    ['Color', [new Color()], ['red']],
    ['Array', [[], [1]], [new Map(), new Uint8Array(1)]],
    ['Dictionary', [new Map()], [[], null]],
    ['PackedByteArray', [new Uint8Array(2)], [new Int32Array(2), [1]]],
    ['PackedInt32Array', [new Int32Array(2)], [new Uint8Array(2)]],
    ['Variant', [null, 1, 'x', [], new Map()], []],
  ])('for %s takes it and nothing else', (type, good, bad) => {
    for (const value of good) expect(takes([type], value), String(value)).toBe(true);
    for (const value of bad) expect(takes([type], value), String(value)).toBe(false);
    for (const value of [...good, null]) expect(takes([`${type as 'int'}?`], value)).toBe(true);
    for (const value of bad) if (value !== null) expect(takes([`${type as 'int'}?`], value)).toBe(false);
  });

  it('wants as many as it names', () => {
    expect(takes(['int', 'String'], 1, 'x')).toBe(true);
    expect(takes(['int', 'String'], 1)).toBe(false);
    expect(takes(['int', 'String'], 1, 'x', 2)).toBe(false);
    expect(takes([])).toBe(true);
    expect(takes([], 1)).toBe(false);
  });

  it('lets the last ones be left out that have a question mark', () => {
    expect(takes(['int', 'int?', 'int?'], 1)).toBe(true);
    expect(takes(['int', 'int?', 'int?'], 1, null, 2)).toBe(true);
    expect(takes(['int?', 'int'], 1)).toBe(false);
    expect(takes(['int?', 'int'], null, 1)).toBe(true);
  });

  it('can be a function', () => {
    const check = (args: readonly Variant[]): boolean => args.length === 1 && args[0] === 7;
    expect(takes(check, 7)).toBe(true);
    expect(takes(check, 8)).toBe(false);
  });

  it.each(['number', '', '?', 'vector3', 'constructor', 'toString', '__proto__'])('throws for %j', (type) => {
    expect(() => compileCheck([type as ArgumentType])).toThrow(TypeError);
  });
});
