import { TransferMode } from '../multiplayer-types.js';
import { readU16, readU32, writeU16, writeU32 } from './wire-bytes.js';

/** The first byte of every message. */
export const MessageKind = {
  /** Small packets, each with its length in front. */
  BUNDLE: 1,
  /** One packet, to the end of the message. */
  SINGLE: 2,
  /** The first bytes of a large packet and how many there will be. */
  PIECE_FIRST: 3,
  /** The bytes that follow. */
  PIECE_NEXT: 4,
  /** Sign of life, clock and report of what arrived. */
  PULSE: 5,
  /** The peer leaves. */
  BYE: 6,
  /** A word about tracks, see media/media-word.ts; only to peers that announced MEDIA_FEATURE. */
  MEDIA: 7,
} as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

/** Reliable lanes: kind, serial. */
export const RELIABLE_HEADER_BYTES = 3;
/** Unreliable lanes: kind, serial, sequence, stamp. */
export const UNRELIABLE_HEADER_BYTES = 9;

const SERIAL_AT = 1;
const SEQUENCE_AT = 3;
const STAMP_AT = 5;

export const isReliable = (mode: TransferMode | undefined): boolean => mode === TransferMode.TRANSFER_MODE_RELIABLE;

/** Whether messages of this lane show how long the way takes: those of unreliable lanes; of any where there is none. */
export const isTimed = (modes: readonly TransferMode[], lane: number): boolean =>
  !isReliable(modes[lane]) || modes.every(isReliable);

export const headerBytes = (reliable: boolean): number => (reliable ? RELIABLE_HEADER_BYTES : UNRELIABLE_HEADER_BYTES);

/** Numbers the messages of a link over all its lanes, which tells what has left the network. */
export function writeSerial(message: Uint8Array, serial: number): void {
  writeU16(message, SERIAL_AT, serial);
}

export const readSerial = (message: Uint8Array): number => readU16(message, SERIAL_AT);

/** Numbers the messages of one unreliable lane in the order they are sent. */
export function writeSequence(message: Uint8Array, sequence: number): void {
  writeU16(message, SEQUENCE_AT, sequence);
}

export const readSequence = (message: Uint8Array): number => readU16(message, SEQUENCE_AT);

/** When the oldest packet in the message was put: the sender's clock in whole milliseconds, modulo 2^32. */
export function writeStamp(message: Uint8Array, now: number): void {
  writeU32(message, STAMP_AT, Math.floor(now));
}

export const readStamp = (message: Uint8Array): number => readU32(message, STAMP_AT);
