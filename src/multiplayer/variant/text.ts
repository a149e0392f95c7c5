import type { ByteReader } from '../../core/byte-reader.js';
import type { ByteWriter } from '../../core/byte-writer.js';

/** Without `ignoreBOM` a leading byte order mark is dropped, as Godot does. */
const decoder = new TextDecoder('utf-8', { fatal: true });
/** Up to here a loop over the characters is faster than the encoder and the decoder. */
const SHORT_TEXT = 24;

/** A string block: the length in bytes, the text as UTF-8, zeros up to a multiple of four. */
export function writeText(writer: ByteWriter, text: string): void {
  if (text.length <= SHORT_TEXT && writeShortText(writer, text)) return;
  const at = writer.reserve(4);
  const length = writer.utf8(text);
  writer.patchU32(at, length);
  writePadding(writer, length);
}

/** PERF: the whole block in one piece, if the text is ASCII. */
function writeShortText(writer: ByteWriter, text: string): boolean {
  const { length } = text;
  const at = writer.reserve(4 + length + paddingOf(length));
  const { data } = writer;
  if (length > 0) data.setUint32(at + 4 + ((length - 1) & ~3), 0, true);
  data.setUint32(at, length, true);
  for (let i = 0; i < length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) {
      writer.truncate(at);
      return false;
    }
    data.setUint8(at + 4 + i, unit);
  }
  return true;
}

/** The same with a terminator that counts, as in a PackedStringArray. */
export function writeTerminatedText(writer: ByteWriter, text: string): void {
  const at = writer.reserve(4);
  const length = writer.utf8(text) + 1;
  writer.u8(0);
  writer.patchU32(at, length);
  writePadding(writer, length);
}

/** What is missing to a multiple of four. */
export function paddingOf(length: number): number {
  return (4 - (length & 3)) & 3;
}

export function writePadding(writer: ByteWriter, length: number): void {
  for (let left = paddingOf(length); left > 0; left -= 1) writer.u8(0);
}

/** A string block. Its text ends at a NUL byte if there is one; what is not UTF-8 fails the reader. */
export function readText(reader: ByteReader): string {
  const length = reader.i32();
  const at = length < 0 ? -1 : reader.take(length + paddingOf(length));
  if (at < 0) {
    reader.fail();
    return '';
  }
  const bytes = reader.source;
  const end = at + length;
  let stop = at;
  let isAscii = true;
  for (; stop < end; stop += 1) {
    const byte = bytes[stop]!;
    if (byte === 0) break;
    if (byte > 0x7f) isAscii = false;
  }
  if (isAscii && stop - at <= SHORT_TEXT) return shortAscii(bytes, at, stop);
  try {
    return decoder.decode(bytes.subarray(at, stop));
  } catch {
    reader.fail();
    return '';
  }
}

function shortAscii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  // PERF: one call for eight characters; a character at a time would make as many strings.
  for (; end - at >= 8; at += 8) {
    text += String.fromCharCode(
      bytes[at]!,
      bytes[at + 1]!,
      bytes[at + 2]!,
      bytes[at + 3]!,
      bytes[at + 4]!,
      bytes[at + 5]!,
      bytes[at + 6]!,
      bytes[at + 7]!,
    );
  }
  if (end - at >= 4) {
    text += String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
    at += 4;
  }
  if (end - at === 3) return text + String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
  if (end - at === 2) return text + String.fromCharCode(bytes[at]!, bytes[at + 1]!);
  return end - at === 1 ? text + String.fromCharCode(bytes[at]!) : text;
}
