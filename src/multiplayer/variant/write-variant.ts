import type { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import type { VariantInput } from './variant.js';

/**
 * Writes a value in the full form. `ERR_INVALID_PARAMETER` for what is no value, `ERR_OUT_OF_MEMORY` for one that is
 * nested too deep, refers to itself, or is more than the writer takes. A value that fails leaves the writer as it was.
 */
export function writeVariant(_writer: ByteWriter, _value: VariantInput): Err {
  return Err.ERR_BUG;
}

/** The same in the short form, which arguments, properties and spawn data have. */
export function writeArgument(_writer: ByteWriter, _value: VariantInput): Err {
  return Err.ERR_BUG;
}
