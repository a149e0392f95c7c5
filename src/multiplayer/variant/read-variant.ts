import type { ByteReader } from '../../core/byte-reader.js';
import type { EngineValue } from './engine-types.js';
import type { Variant } from './variant.js';
import { DEFAULT_READ_LIMITS, type ReadLimits } from './variant-limits.js';

/**
 * Reads a value in the full form. A value that cannot be read gives null and sets `reader.failed`, which stays set.
 * When `into` is of the type that arrives, it is filled and given back, and nothing is allocated; otherwise the result
 * is a new value and `into` stays as it was.
 */
export function readVariant(reader: ByteReader, into?: Variant, limits?: ReadLimits): Variant;
export function readVariant(
  reader: ByteReader,
  into: Variant | EngineValue | undefined,
  limits?: ReadLimits,
): Variant | EngineValue;
export function readVariant(
  _reader: ByteReader,
  _into?: Variant | EngineValue,
  _limits: ReadLimits = DEFAULT_READ_LIMITS,
): Variant | EngineValue {
  return null;
}

/** The same in the short form, which arguments, properties and spawn data have. */
export function readArgument(reader: ByteReader, into?: Variant, limits?: ReadLimits): Variant;
export function readArgument(
  reader: ByteReader,
  into: Variant | EngineValue | undefined,
  limits?: ReadLimits,
): Variant | EngineValue;
export function readArgument(
  _reader: ByteReader,
  _into?: Variant | EngineValue,
  _limits: ReadLimits = DEFAULT_READ_LIMITS,
): Variant | EngineValue {
  return null;
}
