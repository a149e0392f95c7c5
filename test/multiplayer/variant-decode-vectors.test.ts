import { describe, expect, it } from 'vitest';
import { EncodedObjectAsID, GodotSignal } from '../../src/multiplayer/variant/references.js';
import { sameVariant } from '../../src/multiplayer/variant/same-variant.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { variantTypeOf } from '../../src/multiplayer/variant/variant-type-of.js';
import { readVectors } from '../support/vectors.js';
import { parseGodot } from './support/gdscript.js';
import { decode, FAILED, KEEP_FLOATS, unhex } from './support/variant-bytes.js';

/** Bytes and what Godot 4.6.3 made of them. */
interface Vector {
  readonly name: string;
  readonly via: 'var' | 'rpc';
  readonly hex: string;
  readonly result_type?: number;
  readonly result?: string;
  readonly result_utf8_hex?: string;
  readonly object_id_le_hex?: string;
  readonly called_with?: readonly string[];
  readonly errors?: readonly string[];
}

const vectors = readVectors<readonly Vector[]>('variant-decode-vectors.json');

/** What is printed for values that have no text of their own. */
const SPECIAL: Record<string, (read: Variant, vector: Vector) => void> = {
  '<EncodedObjectAsID>': (read, { object_id_le_hex: id }) => {
    expect(read).toBeInstanceOf(EncodedObjectAsID);
    if (id !== undefined) expect((read as EncodedObjectAsID).objectId).toBe(Buffer.from(id, 'hex').readBigUInt64LE());
  },
  '<null object>': (read) => expect(read).toBeNull(),
  '<signal>': (read) => expect(read).toBeInstanceOf(GodotSignal),
};

describe('what Godot 4.6.3 makes of bytes', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('R-078 R-140 %s', (_name, vector) => {
    const isArgument = vector.via === 'rpc';
    const text = (isArgument ? vector.called_with?.[0] : vector.result) ?? '';
    const isNull = isArgument ? text === 'null' : vector.result_type === 0;
    const read = decode(isArgument ? 'short' : 'full', vector.hex, KEEP_FLOATS);
    if (isNull && vector.errors !== undefined) {
      expect(read).toBe(FAILED);
      return;
    }
    expect(read).not.toBe(FAILED);
    const special = SPECIAL[text];
    if (special !== undefined) {
      special(read as Variant, vector);
      return;
    }
    if (vector.result_type !== undefined) expect(variantTypeOf(read)).toBe(vector.result_type);
    if (/^<type \d+, deep>$/.test(text)) return;
    expect(sameVariant(read as Variant, parseGodot(text)), text).toBe(true);
    if (vector.result_utf8_hex !== undefined) {
      expect(new TextEncoder().encode(read as string)).toEqual(unhex(vector.result_utf8_hex));
    }
  });
});
