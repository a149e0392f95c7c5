/**
 * Little-endian numbers in place. PERF: a ByteReader or a DataView for each message would be the only allocation of
 * receiving one, so the few numbers of a header are read by hand. Lengths are checked by the callers.
 */

const TWO_TO_32 = 0x1_0000_0000;
/** Numbers above would not be exact. */
const MAX_HIGH_WORD = 0x1f_ffff;

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function readU16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** A whole number below 2^53 in eight bytes. */
export function writeU53(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, value >>> 0);
  writeU32(bytes, at + 4, Math.floor(value / TWO_TO_32));
}

/** NaN for what no JavaScript number holds exactly. */
export function readU53(bytes: Uint8Array, at: number): number {
  const high = readU32(bytes, at + 4);
  return high > MAX_HIGH_WORD ? Number.NaN : high * TWO_TO_32 + readU32(bytes, at);
}
