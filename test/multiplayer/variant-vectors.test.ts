import { describe, expect, it } from 'vitest';
import { Float } from '../../src/multiplayer/variant/float.js';
import { sameVariant } from '../../src/multiplayer/variant/same-variant.js';
import type { Variant, VariantInput } from '../../src/multiplayer/variant/variant.js';
import { variantTypeOf } from '../../src/multiplayer/variant/variant-type-of.js';
import { readVectors } from '../support/vectors.js';
import { parseGodot } from './support/gdscript.js';
import { decode, encode, FAILED, FORMS, type Form, KEEP_FLOATS, unhex } from './support/variant-bytes.js';

/** A value and what Godot 4.6.3 wrote for it. */
interface Vector {
  readonly name: string;
  readonly variant_type: number;
  readonly gdscript: string;
  readonly value_str: string;
  readonly f64_le_hex?: string;
  readonly var_to_bytes_hex: string;
  readonly compressed_hex: string;
  readonly single_arg_rpc: { readonly raw_flag: boolean; readonly payload_hex: string };
  readonly bytes_to_var_differs?: { readonly variant_type: number; readonly value: string };
}

const vectors = readVectors<readonly Vector[]>('variant-vectors.json');
const bytesOf = (vector: Vector, form: Form): string =>
  form === 'full' ? vector.var_to_bytes_hex : vector.compressed_hex;

/** The value of a vector. Some expressions call functions of the engine; then what it prints is as good. */
function givenValue({ gdscript, value_str, f64_le_hex }: Vector): VariantInput {
  if (f64_le_hex !== undefined) return new Float(Buffer.from(f64_le_hex, 'hex').readDoubleLE());
  try {
    return parseGodot(gdscript);
  } catch {
    // An object that has been freed is written as null.
    return parseGodot(value_str === '<freed object>' ? 'null' : value_str);
  }
}

/** A freed object in the short form: bytes that Godot itself cannot read. There is no such value here. */
const isUnreadable = (vector: Vector, form: Form): boolean => /^18000000/.test(bytesOf(vector, form));

describe('what Godot 4.6.3 writes', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('R-078 R-079 R-140 %s', (_name, vector) => {
    const value = givenValue(vector);
    const { bytes_to_var_differs: other } = vector;
    for (const form of FORMS) {
      const bytes = bytesOf(vector, form);
      const read = decode(form, bytes, KEEP_FLOATS);
      if (isUnreadable(vector, form)) {
        expect(read).toBe(FAILED);
        continue;
      }
      expect(encode(form, value), `${form} form`).toBe(bytes);
      expect(read).not.toBe(FAILED);
      const expected = other === undefined ? value : parseGodot(other.value);
      expect(sameVariant(read as Variant, expected), `${form} form reads as the same`).toBe(true);
      expect(variantTypeOf(read)).toBe(other?.variant_type ?? variantTypeOf(value));
      if (other === undefined) expect(encode(form, read as Variant)).toBe(bytes);
    }
    const { raw_flag: isRaw, payload_hex: payload } = vector.single_arg_rpc;
    if (isRaw) expect(unhex(payload)).toEqual(value);
    else expect(payload).toBe(`01${vector.compressed_hex}`);
  });
});
