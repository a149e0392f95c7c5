import type { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { isExhausted } from '../../core/exhausted.js';
import { componentCount, hasIntegers, loadComponents, MOST_COMPONENTS } from './components.js';
import { keyTypeOf, valueTypeOf } from './dictionary.js';
import type { Float } from './float.js';
import {
  ELEMENT_SHIFT,
  ElementKind,
  FLAG_64,
  OBJECT_CLASS,
  PATH_ABSOLUTE,
  PATH_FORMAT,
  VALUE_SHIFT,
} from './header.js';
import { isPacked, isTyped, Kind, kindOf } from './kinds.js';
import type { NodePath } from './node-path.js';
import type { EncodedObjectAsID, GodotSignal, RID } from './references.js';
import type { StringName } from './string-name.js';
import { writeText } from './text.js';
import type { ArrayOf } from './typed-containers.js';
import type { VariantInput } from './variant.js';
import { MAX_DEPTH } from './variant-limits.js';
import { VariantType } from './variant-type.js';
import { writePacked } from './write-packed.js';
import {
  fitsInt64,
  isInt,
  writeBigInt,
  writeBool,
  writeFloat,
  writeInt,
  writeShortBigInt,
  writeShortBool,
  writeShortInt,
} from './write-scalars.js';

/** Scratch: filled and read within one call. */
const components = new Float64Array(MOST_COMPONENTS);

/** From this depth on containers are remembered, to find one that is inside itself. */
const REMEMBERED_FROM = 8;

/**
 * Writes a value in the full form. `ERR_INVALID_PARAMETER` for what is no value, `ERR_OUT_OF_MEMORY` for one that is
 * nested too deep, refers to itself, or is more than the writer takes. A value that fails leaves the writer as it was.
 */
export function writeVariant(writer: ByteWriter, value: VariantInput): Err {
  const start = writer.length;
  try {
    const err = writeFull(writer, value, VariantType.NIL, 0, null);
    if (err !== Err.OK) writer.truncate(start);
    return err;
  } catch (thrown) {
    return undo(writer, start, thrown);
  }
}

/** The same in the short form, which arguments, properties and spawn data have. */
export function writeArgument(writer: ByteWriter, value: VariantInput): Err {
  const start = writer.length;
  try {
    const err = writeShort(writer, value);
    if (err !== Err.OK) writer.truncate(start);
    return err;
  } catch (thrown) {
    return undo(writer, start, thrown);
  }
}

/** The writer is full, or the stack is. What else is thrown comes from a getter of the value, for who wrote it. */
function undo(writer: ByteWriter, start: number, thrown: unknown): Err {
  writer.truncate(start);
  if (isExhausted(thrown)) return Err.ERR_OUT_OF_MEMORY;
  throw thrown;
}

function writeShort(writer: ByteWriter, value: VariantInput): Err {
  switch (typeof value) {
    case 'number':
      if (isInt(value)) writeShortInt(writer, value);
      else writeFloat(writer, value);
      return Err.OK;
    case 'boolean':
      writeShortBool(writer, value);
      return Err.OK;
    case 'bigint':
      if (Number.isSafeInteger(Number(value))) writeShortInt(writer, Number(value));
      else if (fitsInt64(value)) writeShortBigInt(writer, value);
      else return Err.ERR_INVALID_PARAMETER;
      return Err.OK;
    default:
      return writeFull(writer, value, VariantType.NIL, 0, null);
  }
}

/**
 * `type` is that of the elements around it: in a container of floats whole numbers are floats. `depth` is how many
 * containers the value is in, `around` holds those from depth `REMEMBERED_FROM` on.
 *
 * Every level of a deep value takes two calls, this one and that of its container, since the stack is not endless.
 */
function writeFull(writer: ByteWriter, value: unknown, type: VariantType, depth: number, around: object[] | null): Err {
  if (depth > MAX_DEPTH) return Err.ERR_OUT_OF_MEMORY;
  if (typeof value !== 'object' || value === null) return writePrimitive(writer, value, type);
  const kind = kindOf(value);
  switch (kind) {
    case VariantType.ARRAY:
      return writeArray(writer, value as readonly unknown[], depth, around);
    case VariantType.DICTIONARY:
      return writeMap(writer, value as ReadonlyMap<unknown, unknown>, depth, around);
    case Kind.RECORD:
      return writeRecord(writer, value as Readonly<Record<string, unknown>>, depth, around);
    default:
      return writeLeaf(writer, kind, value);
  }
}

function writePrimitive(writer: ByteWriter, value: unknown, type: VariantType): Err {
  switch (typeof value) {
    case 'number':
      if (type !== VariantType.FLOAT && isInt(value)) writeInt(writer, value);
      else writeFloat(writer, value);
      return Err.OK;
    case 'string':
      writer.u32(VariantType.STRING);
      writeText(writer, value);
      return Err.OK;
    case 'boolean':
      writeBool(writer, value);
      return Err.OK;
    case 'bigint':
      if (Number.isSafeInteger(Number(value))) writeInt(writer, Number(value));
      else if (fitsInt64(value)) writeBigInt(writer, value);
      else return Err.ERR_INVALID_PARAMETER;
      return Err.OK;
    case 'object':
    case 'undefined':
      writer.u32(VariantType.NIL);
      return Err.OK;
    default:
      return Err.ERR_INVALID_PARAMETER;
  }
}

function writeLeaf(writer: ByteWriter, kind: number, value: object): Err {
  const type = loadComponents(kind, value, components);
  if (type !== Kind.NONE) {
    writeComponents(writer, type);
    return Err.OK;
  }
  if (isPacked(kind)) {
    writePacked(writer, kind, value);
    return Err.OK;
  }
  return writeNamed(writer, kind, value);
}

function writeComponents(writer: ByteWriter, type: number): void {
  const count = componentCount(type);
  const at = writer.reserve(4 + count * 4);
  const { data } = writer;
  data.setUint32(at, type, true);
  if (hasIntegers(type)) for (let i = 0; i < count; i += 1) data.setInt32(at + 4 + i * 4, components[i]!, true);
  else for (let i = 0; i < count; i += 1) data.setFloat32(at + 4 + i * 4, components[i]!, true);
}

function writeNamed(writer: ByteWriter, kind: number, value: object): Err {
  switch (kind) {
    case VariantType.FLOAT:
      writeFloat(writer, (value as Float).value);
      return Err.OK;
    case VariantType.STRING_NAME:
      writer.u32(kind);
      writeText(writer, (value as StringName).text);
      return Err.OK;
    case VariantType.NODE_PATH:
      writeNodePath(writer, value as NodePath);
      return Err.OK;
    case VariantType.RID:
      writer.u32(kind);
      writer.i64((value as RID).id);
      return Err.OK;
    case VariantType.OBJECT:
      writer.u32(kind | FLAG_64);
      writer.i64((value as EncodedObjectAsID).objectId);
      return Err.OK;
    case VariantType.CALLABLE:
      writer.u32(kind);
      return Err.OK;
    case VariantType.SIGNAL:
      writer.u32(kind);
      writeText(writer, (value as GodotSignal).name);
      writer.i64((value as GodotSignal).objectId);
      return Err.OK;
    default:
      return Err.ERR_INVALID_PARAMETER;
  }
}

function writeNodePath(writer: ByteWriter, { names, subnames, absolute }: NodePath): void {
  writer.u32(VariantType.NODE_PATH);
  writer.u32((names.length | PATH_FORMAT) >>> 0);
  writer.u32(subnames.length);
  writer.u32(absolute ? PATH_ABSOLUTE : 0);
  for (const name of names) writeText(writer, name);
  for (const name of subnames) writeText(writer, name);
}

/** The containers around what is in this one; undefined when it is one of them itself. */
function enter(container: object, depth: number, around: object[] | null): object[] | null | undefined {
  if (depth < REMEMBERED_FROM) return around;
  if (around?.includes(container)) return undefined;
  const inside = around ?? [];
  inside.push(container);
  return inside;
}

function leave(depth: number, inside: object[] | null): Err {
  if (depth >= REMEMBERED_FROM) inside?.pop();
  return Err.OK;
}

function writeArray(writer: ByteWriter, array: readonly unknown[], depth: number, around: object[] | null): Err {
  const inside = enter(array, depth, around);
  if (inside === undefined) return Err.ERR_OUT_OF_MEMORY;
  const type = isTyped(array) ? (array as ArrayOf).elementType : VariantType.NIL;
  writer.u32(VariantType.ARRAY | (elementKind(type) << ELEMENT_SHIFT));
  writeElementType(writer, type);
  writer.u32(array.length);
  for (let i = 0; i < array.length; i += 1) {
    const err = writeFull(writer, array[i], type, depth + 1, inside);
    if (err !== Err.OK) return err;
  }
  return leave(depth, inside);
}

function writeRecord(
  writer: ByteWriter,
  record: Readonly<Record<string, unknown>>,
  depth: number,
  around: object[] | null,
): Err {
  const inside = enter(record, depth, around);
  if (inside === undefined) return Err.ERR_OUT_OF_MEMORY;
  const keys = Object.keys(record);
  writer.u32(VariantType.DICTIONARY);
  writer.u32(keys.length);
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    writer.u32(VariantType.STRING);
    writeText(writer, key);
    const err = writeFull(writer, record[key], VariantType.NIL, depth + 1, inside);
    if (err !== Err.OK) return err;
  }
  return leave(depth, inside);
}

function writeMap(writer: ByteWriter, map: ReadonlyMap<unknown, unknown>, depth: number, around: object[] | null): Err {
  const inside = enter(map, depth, around);
  if (inside === undefined) return Err.ERR_OUT_OF_MEMORY;
  const keyType = keyTypeOf(map);
  const valueType = valueTypeOf(map);
  const flags = (elementKind(keyType) << ELEMENT_SHIFT) | (elementKind(valueType) << VALUE_SHIFT);
  writer.u32(VariantType.DICTIONARY | flags);
  writeElementType(writer, keyType);
  writeElementType(writer, valueType);
  writer.u32(map.size);
  for (const [key, value] of map) {
    const err =
      writeFull(writer, key, keyType, depth + 1, inside) || writeFull(writer, value, valueType, depth + 1, inside);
    if (err !== Err.OK) return err;
  }
  return leave(depth, inside);
}

function elementKind(type: VariantType): number {
  if (type === VariantType.NIL) return ElementKind.NONE;
  return type === VariantType.OBJECT ? ElementKind.CLASS : ElementKind.BUILTIN;
}

function writeElementType(writer: ByteWriter, type: VariantType): void {
  if (type === VariantType.OBJECT) writeText(writer, OBJECT_CLASS);
  else if (type !== VariantType.NIL) writer.u32(type);
}
