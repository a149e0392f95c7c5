import { ByteReader } from '../../../src/core/byte-reader.js';
import { ByteWriter } from '../../../src/core/byte-writer.js';
import { Err } from '../../../src/core/err.js';
import type { EngineValue } from '../../../src/multiplayer/variant/engine-types.js';
import { readArgument, readVariant } from '../../../src/multiplayer/variant/read-variant.js';
import type { Variant, VariantInput } from '../../../src/multiplayer/variant/variant.js';
import { DEFAULT_READ_LIMITS, type ReadLimits } from '../../../src/multiplayer/variant/variant-limits.js';
import { writeArgument, writeVariant } from '../../../src/multiplayer/variant/write-variant.js';

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

export const KEEP_FLOATS: ReadLimits = { ...DEFAULT_READ_LIMITS, keepFloats: true };
export const FAILED = 'failed';

/** The form of `var_to_bytes`, and that of arguments. */
export type Form = 'full' | 'short';
export const FORMS: readonly Form[] = ['full', 'short'];

/** A value as hex, or the error. */
export function encode(form: Form, value: VariantInput): string | Err {
  const writer = new ByteWriter();
  const err = form === 'full' ? writeVariant(writer, value) : writeArgument(writer, value);
  return err === Err.OK ? hex(writer.view()) : err;
}

/** What hex means, or FAILED. */
export function decode(
  form: Form,
  text: string,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
  into?: Variant | EngineValue,
): Variant | EngineValue | typeof FAILED {
  const reader = new ByteReader(unhex(text));
  const value = form === 'full' ? readVariant(reader, into, limits) : readArgument(reader, into, limits);
  return reader.failed ? FAILED : value;
}
