import { bundledBytes, countBundled, sizeAt } from '../../multiplayer/link/bundle-message.js';
import { readBye } from '../../multiplayer/link/bye-message.js';
import {
  headerBytes,
  MessageKind,
  readSequence,
  readSerial,
  readStamp,
} from '../../multiplayer/link/message-header.js';
import { readPieceTotal } from '../../multiplayer/link/piece-message.js';
import { emptyPulse, type Pulse, readPulse } from '../../multiplayer/link/pulse-message.js';

const PIECE_TOTAL_BYTES = 4;

/** What a message of a link holds: docs/wire.md. */
export type LinkMessageBody =
  | { readonly kind: 'bundle' | 'single'; readonly packets: readonly Uint8Array[] }
  | { readonly kind: 'first-piece'; readonly totalBytes: number; readonly piece: Uint8Array }
  | { readonly kind: 'next-piece'; readonly piece: Uint8Array }
  | { readonly kind: 'pulse'; readonly pulse: Readonly<Pulse> }
  | { readonly kind: 'bye'; readonly reason: number }
  | { readonly kind: 'media'; readonly word: Uint8Array }
  | { readonly kind: 'malformed'; readonly problem: string };

export type LinkMessage = LinkMessageBody & {
  readonly serial: number;
  /** On unreliable lanes: its place in the lane, and when its oldest packet was put; else null. */
  readonly sequence: number | null;
  readonly stampMs: number | null;
};

/** Reads a message between two scenewire peers, as it stands on a data channel. The packets in it are for a `PacketDecoder`. */
export function decodeLinkMessage(message: Uint8Array, isReliable: boolean): LinkMessage {
  const at = headerBytes(isReliable);
  if (message.length < at) return { ...wrong('shorter than its header'), serial: 0, sequence: null, stampMs: null };
  return {
    ...bodyOf(message, at, isReliable),
    serial: readSerial(message),
    sequence: isReliable ? null : readSequence(message),
    stampMs: isReliable ? null : readStamp(message),
  };
}

function bodyOf(message: Uint8Array, at: number, isReliable: boolean): LinkMessageBody {
  switch (message[0]) {
    case MessageKind.BUNDLE:
      return bundleOf(message, at);
    case MessageKind.SINGLE:
      return isReliable ? wrong('a single on a reliable lane') : { kind: 'single', packets: [message.subarray(at)] };
    case MessageKind.PIECE_FIRST:
      return isReliable ? firstPieceOf(message, at) : wrong('a piece on an unreliable lane');
    case MessageKind.PIECE_NEXT:
      return isReliable ? { kind: 'next-piece', piece: message.subarray(at) } : wrong('a piece on an unreliable lane');
    case MessageKind.PULSE: {
      const pulse = emptyPulse();
      return readPulse(message, at, pulse) ? { kind: 'pulse', pulse } : wrong('a pulse that is cut off');
    }
    case MessageKind.BYE: {
      const reason = readBye(message, at);
      return reason < 0 ? wrong('a bye that is cut off') : { kind: 'bye', reason };
    }
    case MessageKind.MEDIA:
      return isReliable ? { kind: 'media', word: message.subarray(at) } : wrong('a word on an unreliable lane');
    default:
      return wrong(`kind ${message[0]}`);
  }
}

function bundleOf(message: Uint8Array, from: number): LinkMessageBody {
  if (countBundled(message, from) < 0) return wrong('a bundle whose packets do not end where it does');
  const packets: Uint8Array[] = [];
  for (let at = from; at < message.length; ) {
    const size = sizeAt(message, at);
    const end = at + bundledBytes(size);
    packets.push(message.subarray(end - size, end));
    at = end;
  }
  return { kind: 'bundle', packets };
}

function firstPieceOf(message: Uint8Array, at: number): LinkMessageBody {
  if (message.length < at + PIECE_TOTAL_BYTES) return wrong('a first piece without a length');
  const piece = message.subarray(at + PIECE_TOTAL_BYTES);
  return { kind: 'first-piece', totalBytes: readPieceTotal(message), piece };
}

const wrong = (problem: string): LinkMessageBody => ({ kind: 'malformed', problem });

/** One line about it, without what is in its packets. */
export function showLinkMessage(message: LinkMessage): string {
  const { serial, sequence, stampMs } = message;
  const lane = sequence === null ? '' : `, sequence ${sequence}, put at ${stampMs} ms`;
  return `${showBody(message)} (serial ${serial}${lane})`;
}

function showBody(body: LinkMessageBody): string {
  switch (body.kind) {
    case 'bundle':
    case 'single':
      return `${body.kind} of ${body.packets.map(({ length }) => `${length} B`).join(', ')}`;
    case 'first-piece':
      return `first piece, ${body.piece.length} B of ${body.totalBytes} B`;
    case 'next-piece':
      return `next piece, ${body.piece.length} B`;
    case 'pulse':
      return showPulse(body.pulse);
    case 'bye':
      return `bye, reason ${body.reason}`;
    case 'media':
      return `word about tracks, ${body.word.length} B`;
    default:
      return `malformed: ${body.problem}`;
  }
}

function showPulse({ timeMs, hasEcho, echoSerial, isProbe, isHidden, receivedBytes, lossRate }: Pulse): string {
  const flags = `${isProbe ? ', asks for one' : ''}${isHidden ? ', page hidden' : ''}`;
  const echo = hasEcho ? `, has seen ${echoSerial}` : '';
  return `pulse at ${timeMs.toFixed(1)} ms${echo}, ${receivedBytes} B arrived, ${Math.round(lossRate * 100)} % lost${flags}`;
}
