import { AABB, Rect2, Rect2i } from '../../../src/multiplayer/variant/boxes.js';
import { Color } from '../../../src/multiplayer/variant/color.js';
import { Float } from '../../../src/multiplayer/variant/float.js';
import { Vector2i, Vector3i, Vector4i } from '../../../src/multiplayer/variant/integer-vectors.js';
import { NodePath } from '../../../src/multiplayer/variant/node-path.js';
import {
  PackedColorArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
} from '../../../src/multiplayer/variant/packed-arrays.js';
import { PackedStringArray } from '../../../src/multiplayer/variant/packed-string-array.js';
import { Plane } from '../../../src/multiplayer/variant/plane.js';
import { GodotCallable, GodotSignal, RID } from '../../../src/multiplayer/variant/references.js';
import { StringName } from '../../../src/multiplayer/variant/string-name.js';
import { Basis, Projection, Transform2D, Transform3D } from '../../../src/multiplayer/variant/transforms.js';
import { ArrayOf, DictionaryOf } from '../../../src/multiplayer/variant/typed-containers.js';
import type { VariantInput } from '../../../src/multiplayer/variant/variant.js';
import { VariantType } from '../../../src/multiplayer/variant/variant-type.js';
import { Quaternion, Vector2, Vector3, Vector4 } from '../../../src/multiplayer/variant/vectors.js';

/** The value of a GDScript expression without calls, or of the text that Godot prints for a value. */
export function parseGodot(text: string): VariantInput {
  const parser = new Parser(text);
  const value = parser.value();
  parser.end();
  return value;
}

const TOKEN =
  /\s*(?:([&^]?"(?:[^"\\]|\\[\s\S])*")|(0x[\da-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|([()[\]{},:-]))/iy;

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    const form = new RegExp(TOKEN);
    const trimmed = text.trimEnd();
    while (form.lastIndex < trimmed.length) {
      const before = form.lastIndex;
      const found = form.exec(trimmed);
      if (found === null) throw new Error(`What is this: ${trimmed.slice(before, before + 20)}`);
      this.#tokens.push(found[0].trim());
    }
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Error(`What is ${this.#tokens[this.#at]} doing here?`);
  }

  value(): VariantInput {
    const left = this.#operand();
    if (!this.#take('-')) return left;
    // Only -9223372036854775807 - 1 is written so.
    return BigInt(left as number | bigint) - BigInt(this.#operand() as number);
  }

  #operand(): VariantInput {
    const token = this.#next();
    if (token === '-') return negative(this.#operand());
    if (token === '[') return this.#list(']');
    if (token === '{') return this.#map();
    if (/^[&^]?"/.test(token)) return quoted(token);
    if (/^\d/.test(token)) return number(token);
    return this.#named(token);
  }

  #named(name: string): VariantInput {
    if (name in WORDS) return WORDS[name];
    if (name.startsWith('TYPE_')) return VariantType[name.slice('TYPE_'.length) as keyof typeof VariantType];
    const types: string[] = [];
    if (this.#take('[')) {
      do types.push(this.#next());
      while (this.#take(','));
      this.#expect(']');
    }
    this.#expect('(');
    const args = this.#list(')');
    if (types.length === 1) return new ArrayOf(typeNamed(types[0]!), args[0] as VariantInput[]);
    if (types.length === 2) return dictionary(typeNamed(types[0]!), typeNamed(types[1]!), args[0]);
    const make = MAKERS[name];
    if (make === undefined) throw new Error(`Not known: ${name}`);
    return make(args);
  }

  #list(close: string): VariantInput[] {
    const values: VariantInput[] = [];
    while (!this.#take(close)) {
      values.push(this.value());
      if (!this.#take(',')) {
        this.#expect(close);
        break;
      }
    }
    return values;
  }

  #map(): Map<VariantInput, VariantInput> {
    const map = new Map<VariantInput, VariantInput>();
    while (!this.#take('}')) {
      const key = this.value();
      this.#expect(':');
      map.set(key, this.value());
      if (!this.#take(',')) {
        this.#expect('}');
        break;
      }
    }
    return map;
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error('The text ends early');
    this.#at += 1;
    return token;
  }

  #take(token: string): boolean {
    const isNext = this.#tokens[this.#at] === token;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`Expected ${token} before ${this.#tokens[this.#at]}`);
  }
}

const WORDS: Record<string, VariantInput> = {
  null: null,
  true: true,
  false: false,
  inf: new Float(Number.POSITIVE_INFINITY),
  INF: new Float(Number.POSITIVE_INFINITY),
  nan: new Float(Number.NaN),
  NAN: new Float(Number.NaN),
};

function negative(value: VariantInput): VariantInput {
  if (value instanceof Float) return new Float(-value.value);
  return typeof value === 'bigint' ? -value : 0 - (value as number);
}

function number(token: string): VariantInput {
  if (!token.startsWith('0x') && /[.e]/i.test(token)) return new Float(Number(token));
  const exact = BigInt(token);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

function quoted(token: string): VariantInput {
  const text = token
    .replace(/^[&^]?"|"$/g, '')
    .replace(/\\(?:u([\da-f]{4})|([\s\S]))/gi, (_all, code: string | undefined, letter: string) =>
      code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
    );
  if (token.startsWith('&')) return new StringName(text);
  return token.startsWith('^') ? new NodePath(text) : text;
}

/** `PackedInt32Array` is PACKED_INT32_ARRAY; any class is OBJECT. */
function typeNamed(name: string): VariantType {
  const key = name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toUpperCase();
  if (name === 'Variant') return VariantType.NIL;
  return key in VariantType ? VariantType[key as keyof typeof VariantType] : VariantType.OBJECT;
}

function dictionary(key: VariantType, value: VariantType, content: VariantInput): VariantInput {
  return new DictionaryOf(key, value, content as Map<VariantInput, VariantInput>);
}

type Args = readonly VariantInput[];

/** The numbers in the arguments, those inside of vectors too: what Godot prints flat is nested in an expression. */
function flat(args: Args): number[] {
  return args.flatMap((arg) => {
    if (Array.isArray(arg)) return flat(arg);
    if (typeof arg !== 'object' || arg === null || arg instanceof Float) return [Number(arg)];
    return flat(Object.values(arg) as VariantInput[]);
  });
}

const isNested = (args: Args): boolean => typeof args[0] === 'object' && !(args[0] instanceof Float);
const elements = (args: Args): Args => (Array.isArray(args[0]) ? args[0] : args);

function basis(args: Args): Basis {
  const n = flat(args);
  if (n.length === 0) return new Basis();
  // Printed are the rows, given are the columns.
  const at = (column: number, row: number): number => n[isNested(args) ? column * 3 + row : row * 3 + column]!;
  const column = (c: number): Vector3 => new Vector3(at(c, 0), at(c, 1), at(c, 2));
  return new Basis(column(0), column(1), column(2));
}

function transform3D(args: Args): Transform3D {
  if (args.length === 0) return new Transform3D();
  if (args[0] instanceof Basis) return new Transform3D(args[0], args[1] as Vector3);
  return new Transform3D(basis(args.slice(0, 9)), new Vector3(...flat(args.slice(9))));
}

function color(args: Args): Color {
  if (typeof args[0] !== 'string') return new Color(...flat(args));
  const channel = (i: number): number => Number.parseInt((args[0] as string).slice(1 + i * 2, 3 + i * 2), 16) / 255;
  return new Color(channel(0), channel(1), channel(2), channel(3));
}

function vectors<V>(n: readonly number[], size: number, make: (...components: number[]) => V): V[] {
  return Array.from({ length: n.length / size }, (_, i) => make(...n.slice(i * size, i * size + size)));
}

const vector2 = (...n: number[]): Vector2 => new Vector2(...n);
const vector3 = (...n: number[]): Vector3 => new Vector3(...n);
const vector4 = (...n: number[]): Vector4 => new Vector4(...n);
const rid = (args: Args): RID => new RID(BigInt((args[0] as number | undefined) ?? 0));

const MAKERS: Record<string, (args: Args) => VariantInput> = {
  Vector2: (args) => vector2(...flat(args)),
  Vector2i: (args) => new Vector2i(...flat(args)),
  Vector3: (args) => vector3(...flat(args)),
  Vector3i: (args) => new Vector3i(...flat(args)),
  Vector4: (args) => vector4(...flat(args)),
  Vector4i: (args) => new Vector4i(...flat(args)),
  Rect2: (args) => new Rect2(...vectors(flat(args), 2, vector2)),
  Rect2i: (args) => new Rect2i(...vectors(flat(args), 2, (...n) => new Vector2i(...n))),
  AABB: (args) => new AABB(...vectors(flat(args), 3, vector3)),
  Plane: (args) => new Plane(vector3(...flat(args).slice(0, 3)), flat(args)[3]),
  Quaternion: (args) => new Quaternion(...flat(args)),
  Basis: basis,
  Transform2D: (args) => new Transform2D(...vectors(flat(args), 2, vector2)),
  Transform3D: transform3D,
  Projection: (args) => new Projection(...vectors(flat(args), 4, vector4)),
  Color: color,
  NodePath: (args) => new NodePath(args[0] as string),
  RID: rid,
  rid_from_int64: rid,
  Callable: () => new GodotCallable(),
  Signal: () => new GodotSignal(),
  Array: (args) => new ArrayOf(args[1] as VariantType, args[0] as VariantInput[]),
  Dictionary: (args) => dictionary(args[1] as VariantType, args[4] as VariantType, args[0]),
  PackedByteArray: (args) => Uint8Array.from(flat(args)),
  PackedInt32Array: (args) => Int32Array.from(flat(args)),
  PackedInt64Array: (args) => BigInt64Array.from(elements(args).map((n) => BigInt(n as number | bigint))),
  PackedFloat32Array: (args) => Float32Array.from(flat(args)),
  PackedFloat64Array: (args) => Float64Array.from(flat(args)),
  PackedStringArray: (args) => new PackedStringArray(elements(args) as string[]),
  PackedVector2Array: (args) => new PackedVector2Array(flat(args)),
  PackedVector3Array: (args) => new PackedVector3Array(flat(args)),
  PackedVector4Array: (args) => new PackedVector4Array(flat(args)),
  PackedColorArray: (args) => new PackedColorArray(flat(args)),
};
