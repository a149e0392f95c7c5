import { ByteReader } from '../../core/byte-reader.js';
import type { ByteWriter } from '../../core/byte-writer.js';
import { NOT_GODOTS } from './call-layout.js';
import type { RpcErrorReason } from './rpc-error.js';

/**
 * What scenewire peers say to each other beyond Godot's protocol, about calls: packets of the command of calls whose
 * unused bit is set and whose upper four bits say which of these it is. See docs/wire.md.
 */
export const Extra = {
  /** A number, and the call that is to be answered. */
  ASK: 0,
  /** The number, and one value; nothing for null. */
  ANSWER: 1,
  /** The number, a reason, and a text. */
  FAILURE: 2,
  /** The number: nobody waits any more. */
  CANCEL: 3,
  /** The sender's list of methods for some of its nodes, known by its checksum. */
  LIST: 4,
  /** The sender's list for the node of a path, which is not the one that was announced to it. */
  OTHER_LIST: 5,
} as const;
export type Extra = (typeof Extra)[keyof typeof Extra];

/** Length of what stands in front of the call of a question. */
export const ASK_HEADER = 5;

export function writeExtra(writer: ByteWriter, extra: Extra): void {
  writer.u8(NOT_GODOTS | (extra << 4));
}

export function extraOf(packet: Uint8Array): number {
  return packet[0]! >> 4;
}

/** What can go wrong on the side that is asked, by its number in a packet. */
const REASONS = [
  'failed',
  'refused',
  'not-permitted',
  'unknown-node',
  'unknown-method',
  'bad-arguments',
  'bad-answer',
  'busy',
] as const satisfies readonly RpcErrorReason[];
export type FailureReason = (typeof REASONS)[number];

/** Longest text of a refusal, in UTF-16 units. */
const MOST_TEXT = 1000;

export function writeFailure(writer: ByteWriter, number: number, reason: FailureReason, text: string): void {
  writeExtra(writer, Extra.FAILURE);
  writer.u32(number);
  writer.u8(REASONS.indexOf(reason));
  writer.utf8(text.slice(0, MOST_TEXT));
}

export interface Failure {
  readonly reason: FailureReason;
  readonly text: string;
}

/** Reads from behind the number. A reason that is not known is a failure like others. */
export function readFailure(reader: ByteReader): Failure {
  const reason = REASONS[reader.u8()] ?? 'failed';
  const text = reader.utf8(reader.remaining);
  return { reason, text: reader.failed ? '' : text.slice(0, MOST_TEXT) };
}

/**
 * The names of a list in the order of their ids: first those of a node alone, then those of its script. An empty one has
 * an id and can't be called.
 */
export interface NamedList {
  readonly nodeNames: readonly string[];
  readonly scriptNames: readonly string[];
}

export function writeList(writer: ByteWriter, { nodeNames, scriptNames }: NamedList): void {
  writer.u16(nodeNames.length);
  for (const name of [...nodeNames, ...scriptNames]) {
    writer.utf8(name);
    writer.u8(0);
  }
}

/** Null for what is no list, and for one of more than `most` names. */
export function readList(bytes: Uint8Array, most: number): NamedList | null {
  const reader = new ByteReader(bytes);
  const own = reader.u16();
  const names: string[] = [];
  for (let at = 2; !reader.failed && at < bytes.length; at = reader.position) {
    const end = bytes.indexOf(0, at);
    if (end < 0 || names.length >= most) return null;
    names.push(reader.utf8(end - at));
    reader.skip(1);
  }
  if (reader.failed || own > names.length) return null;
  return { nodeNames: names.slice(0, own), scriptNames: names.slice(own) };
}
