import { ByteReader } from '../../core/byte-reader.js';
import { readArgument } from '../variant/read-variant.js';
import type { Variant } from '../variant/variant.js';
import { BY_PATH, NODE_WIDTH_SHIFT, RAW_ARGUMENTS, WIDE_METHOD } from './call-layout.js';

/** A call as it arrived; nothing of it has been looked up yet. */
export interface IncomingCall {
  /** The sender's number of the node; 0 when its path is given. */
  readonly node: number;
  readonly path: string | null;
  readonly method: number;
  /** What is left to read: the arguments. */
  readonly body: Uint8Array;
  readonly isRaw: boolean;
}

/** Null for what is no call. */
export function readCall(packet: Uint8Array): IncomingCall | null {
  const reader = new ByteReader(packet);
  const header = reader.u8();
  const width = (header >> NODE_WIDTH_SHIFT) & 3;
  if (width === 3) return null;
  const node = width === 0 ? reader.u8() : width === 1 ? reader.u16() : reader.u32();
  const method = header & WIDE_METHOD ? reader.u16() : reader.u8();
  if (reader.failed) return null;
  const isRaw = (header & RAW_ARGUMENTS) !== 0;
  if (node < BY_PATH) return { node, path: null, method, body: packet.subarray(reader.position), isRaw };
  const end = node - BY_PATH;
  const path = end < packet.length ? readPath(packet.subarray(end)) : null;
  return path === null ? null : { node: 0, path, method, body: packet.subarray(reader.position, end), isRaw };
}

/** Up to the first zero, or to the end. Null for what is not UTF-8. */
function readPath(bytes: Uint8Array): string | null {
  const zero = bytes.indexOf(0);
  const reader = new ByteReader(bytes);
  const path = reader.utf8(zero < 0 ? bytes.length : zero);
  return reader.failed ? null : path;
}

/** The arguments of a call. */
export interface IncomingArguments {
  readonly values: Variant[];
  /** False when one did not decode: it and all behind it are null, as in Godot. */
  readonly isWhole: boolean;
}

/** Null when not even their count is there. */
export function readArguments({ body, isRaw }: IncomingCall): IncomingArguments | null {
  if (isRaw) return { values: body.length > 0 ? [body.slice()] : [], isWhole: true };
  if (body.length === 0) return null;
  const reader = new ByteReader(body);
  const values: Variant[] = new Array(reader.u8());
  for (let i = 0; i < values.length; i += 1) {
    const value = reader.failed ? null : readArgument(reader);
    values[i] = reader.failed ? null : value;
  }
  return { values, isWhole: !reader.failed };
}
