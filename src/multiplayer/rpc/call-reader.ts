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
  readonly isRaw: boolean;
  /** The arguments are from here on, up to the end of the bytes. */
  readonly argumentsAt: number;
  readonly bytes: Uint8Array;
}

/** Null for what is no call. PERF: read by hand, since most packets of a game are this short. */
export function readCall(packet: Uint8Array): IncomingCall | null {
  const header = packet[0] ?? 0;
  const width = (header >> NODE_WIDTH_SHIFT) & 3;
  const methodAt = 1 + (1 << width);
  const argumentsAt = methodAt + (header & WIDE_METHOD ? 2 : 1);
  if (width === 3 || argumentsAt > packet.length) return null;
  const node = readNumber(packet, 1, methodAt);
  const method = readNumber(packet, methodAt, argumentsAt);
  const isRaw = (header & RAW_ARGUMENTS) !== 0;
  if (node < BY_PATH) return { node, path: null, method, isRaw, argumentsAt, bytes: packet };
  const end = node - BY_PATH;
  const path = end < packet.length ? readPath(packet.subarray(end)) : null;
  return path === null ? null : { node: 0, path, method, isRaw, argumentsAt, bytes: packet.subarray(0, end) };
}

function readNumber(packet: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = to - 1; at >= from; at -= 1) value = value * 0x100 + packet[at]!;
  return value;
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
export function readArguments({ bytes, argumentsAt, isRaw }: IncomingCall): IncomingArguments | null {
  const isEmpty = bytes.length <= argumentsAt;
  if (isRaw) return { values: isEmpty ? [] : [bytes.slice(argumentsAt)], isWhole: true };
  if (isEmpty) return null;
  const reader = new ByteReader(bytes);
  reader.skip(argumentsAt);
  const values: Variant[] = [];
  for (let left = reader.u8(); left > 0; left -= 1) {
    const value = reader.failed ? null : readArgument(reader);
    values.push(reader.failed ? null : value);
  }
  return { values, isWhole: !reader.failed };
}
