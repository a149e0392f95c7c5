import { readU16, writeU16 } from './wire-bytes.js';

/** Why a peer leaves. Numbers from 256 on are the game's own. */
export const ByeReason = {
  LEFT: 0,
  /** The one who reads it was put out. */
  KICKED: 1,
  /** A server or host goes down. */
  SHUTDOWN: 2,
  /** The one who reads it broke the protocol. */
  MISBEHAVED: 3,
  /** The one who reads it did not answer in time. */
  TIMEOUT: 4,
} as const;
export type ByeReason = (typeof ByeReason)[keyof typeof ByeReason];

export const MAX_BYE_REASON = 0xffff;
export const BYE_BODY_BYTES = 2;

export function writeBye(message: Uint8Array, at: number, reason: number): void {
  writeU16(message, at, reason);
}

/** The reason, or -1 when there is none. Bytes behind it are for later versions. */
export function readBye(message: Uint8Array, at: number): number {
  return message.length < at + BYE_BODY_BYTES ? -1 : readU16(message, at);
}
