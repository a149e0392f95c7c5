import { MessageKind, RELIABLE_HEADER_BYTES } from './message-header.js';
import { readU32, writeU32 } from './wire-bytes.js';

/**
 * A large packet travels on its reliable lane as one PIECE_FIRST, whose body begins with the length of the whole, and
 * as many PIECE_NEXT as it takes. Nothing else of that lane comes in between.
 */

export const FIRST_PIECE_HEADER_BYTES = RELIABLE_HEADER_BYTES + 4;

/** Room for the largest piece and its header. */
export const pieceRoom = (maxPieceBytes: number): number => FIRST_PIECE_HEADER_BYTES + maxPieceBytes;

/** Writes the bytes of `packet` from `from` to `to`, and returns the length of the message. */
export function writePiece(message: Uint8Array, packet: Uint8Array, from: number, to: number): number {
  let at = RELIABLE_HEADER_BYTES;
  message[0] = from === 0 ? MessageKind.PIECE_FIRST : MessageKind.PIECE_NEXT;
  if (from === 0) {
    writeU32(message, at, packet.length);
    at = FIRST_PIECE_HEADER_BYTES;
  }
  message.set(packet.subarray(from, to), at);
  return at + to - from;
}

/** The length of the whole packet; the message must hold the header. */
export const readPieceTotal = (message: Uint8Array): number => readU32(message, RELIABLE_HEADER_BYTES);
