import { ByteReader } from '../../core/byte-reader.js';
import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { readVariant } from './read-variant.js';
import type { Variant, VariantInput } from './variant.js';
import { problemOf } from './variant-problem.js';
import { writeVariant } from './write-variant.js';

/** Values to bytes and back, in the full form: what Godot's `var_to_bytes` and `bytes_to_var` do. */
export interface VariantCodec {
  /** The bytes, which are the caller's, or why not; that has been reported then. */
  encode(value: VariantInput, mostBytes: number): Uint8Array | Err;
  /** Null for what cannot be read. Bytes after the value are ignored. */
  decode(bytes: Uint8Array): { readonly value: Variant } | null;
}

export const variantCodec: VariantCodec = {
  encode(value, mostBytes) {
    const writer = new ByteWriter(mostBytes);
    const err = writeVariant(writer, value);
    return err === Err.OK ? writer.view() : fail(err, problemOf(value, err));
  },

  decode(bytes) {
    const reader = new ByteReader(bytes);
    const value = readVariant(reader);
    return reader.failed ? null : { value };
  },
};
