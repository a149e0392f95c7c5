import type { ByteReader } from '../../core/byte-reader.js';
import { PATH_ABSOLUTE, PATH_EXTRA_SUBNAME, PATH_FORMAT } from './header.js';
import { NodePath } from './node-path.js';
import { readText } from './text.js';

/** Bytes that a name takes at least. */
const LEAST_NAME = 4;

/** A path behind its header; null fails the reader. */
export function readNodePath(reader: ByteReader): NodePath | null {
  const first = reader.u32();
  const subnameCount = reader.u32();
  const flags = reader.u32();
  const nameCount = first & ~PATH_FORMAT;
  const total = nameCount + subnameCount + ((flags & PATH_EXTRA_SUBNAME) === 0 ? 0 : 1);
  if (reader.failed || (first & PATH_FORMAT) === 0 || total * LEAST_NAME > reader.remaining) {
    reader.fail();
    return null;
  }
  const names = readTexts(reader, nameCount);
  const subnames = readTexts(reader, total - nameCount);
  return reader.failed ? null : new NodePath({ names, subnames, absolute: (flags & PATH_ABSOLUTE) !== 0 });
}

function readTexts(reader: ByteReader, count: number): string[] {
  const texts: string[] = [];
  for (let i = 0; i < count && !reader.failed; i += 1) texts.push(readText(reader));
  return texts;
}
