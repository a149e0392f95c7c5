import type { NegotiationMessage } from '../../extension/media/perfect-negotiation.js';

/** What two peers say to each other about tracks, over the link of their game: docs/wire.md. */
export type MediaWord =
  /** Tracks are welcome here. `forwards`: they are passed on to others. */
  | { readonly type: 'hello'; readonly forwards: boolean }
  /** They are not any more. */
  | { readonly type: 'goodbye' }
  | NegotiationMessage;

/** The first byte. */
const Kind = { HELLO: 0, GOODBYE: 1, OFFER: 2, ANSWER: 3, CANDIDATE: 4, REFUSED: 5 } as const;

const FORWARDS = 1;
const MAX_CANDIDATE_BYTES = 4096;

const encoder = new TextEncoder();

export function writeWord(word: MediaWord): Uint8Array {
  switch (word.type) {
    case 'hello':
      return Uint8Array.of(Kind.HELLO, word.forwards ? FORWARDS : 0);
    case 'goodbye':
      return Uint8Array.of(Kind.GOODBYE);
    case 'refused':
      return Uint8Array.of(Kind.REFUSED);
    case 'candidate':
      return withText(Kind.CANDIDATE, `${word.index}\n${word.media}\n${word.name}`);
    default:
      return withText(word.type === 'offer' ? Kind.OFFER : Kind.ANSWER, word.sdp);
  }
}

/** Null for what no `PeerMedia` writes. Bytes behind a word without a text are ignored. */
export function readWord(bytes: Uint8Array): MediaWord | null {
  switch (bytes[0]) {
    case Kind.HELLO:
      return { type: 'hello', forwards: ((bytes[1] ?? 0) & FORWARDS) !== 0 };
    case Kind.GOODBYE:
      return { type: 'goodbye' };
    case Kind.REFUSED:
      return { type: 'refused' };
    case Kind.OFFER:
      return { type: 'offer', sdp: textOf(bytes) };
    case Kind.ANSWER:
      return { type: 'answer', sdp: textOf(bytes) };
    case Kind.CANDIDATE:
      return bytes.length > MAX_CANDIDATE_BYTES ? null : readCandidate(textOf(bytes));
    default:
      return null;
  }
}

function readCandidate(text: string): MediaWord | null {
  const [index = '', media, name] = text.split('\n');
  if (!/^\d{1,4}$/.test(index) || media === undefined || name === undefined) return null;
  return { type: 'candidate', index: Number(index), media, name };
}

function withText(kind: number, text: string): Uint8Array {
  const bytes = encoder.encode(text);
  const word = new Uint8Array(1 + bytes.length);
  word[0] = kind;
  word.set(bytes, 1);
  return word;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(1));
