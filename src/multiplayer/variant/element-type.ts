import type { ByteReader } from '../../core/byte-reader.js';
import { ELEMENT_MASK, ElementKind } from './header.js';
import { StringName } from './string-name.js';
import { readText } from './text.js';
import type { Variant } from './variant.js';
import { VARIANT_TYPE_COUNT, VariantType } from './variant-type.js';

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/** What a typed container says about its elements; NIL for nothing, or after a failure. */
export function readElementType(reader: ByteReader, header: number, shift: number): VariantType {
  switch ((header >> shift) & ELEMENT_MASK) {
    case ElementKind.NONE:
      return VariantType.NIL;
    case ElementKind.BUILTIN: {
      const type = reader.u32();
      if (type < VARIANT_TYPE_COUNT) return type as VariantType;
      reader.fail();
      return VariantType.NIL;
    }
    default:
      // The name of a class or the path of a script: either way its objects do not travel.
      readText(reader);
      return VariantType.OBJECT;
  }
}

/**
 * An element that arrived as type `from` in an array of type `to`: converted where Godot converts, undefined where it
 * leaves the element out.
 */
export function convertElement(value: Variant, from: number, to: VariantType): Variant | undefined {
  if (to === VariantType.NIL || from === to) return value;
  switch (to) {
    case VariantType.OBJECT:
      return value === null ? null : undefined;
    case VariantType.STRING:
      return value instanceof StringName ? value.text : undefined;
    case VariantType.STRING_NAME:
      return typeof value === 'string' ? new StringName(value) : undefined;
    case VariantType.FLOAT:
      return from === VariantType.INT ? Number(value) : undefined;
    case VariantType.INT:
      return from === VariantType.FLOAT ? toInt(Number(value)) : undefined;
    default:
      return undefined;
  }
}

/** Without its fraction, and no larger than an int can be. */
function toInt(value: number): number | bigint {
  const whole = Math.trunc(value) + 0;
  if (Number.isNaN(whole)) return 0;
  if (Number.isSafeInteger(whole)) return whole;
  if (!Number.isFinite(whole)) return whole < 0 ? MIN_I64 : MAX_I64;
  const exact = BigInt(whole);
  return exact < MIN_I64 ? MIN_I64 : exact > MAX_I64 ? MAX_I64 : exact;
}
