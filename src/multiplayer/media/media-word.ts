import { TrackType } from '../../extension/media/media-types.js';
import type { NegotiationMessage } from '../../extension/media/perfect-negotiation.js';

/** What two peers say to each other about tracks, over the link of their game: docs/wire.md. */
export type MediaWord =
  /** Tracks are welcome here. `forwards`: they are passed on to others. */
  | { readonly type: 'hello'; readonly forwards: boolean }
  /** They are not any more. */
  | { readonly type: 'goodbye' }
  /** From who passes tracks on: everybody else there is that takes some. */
  | { readonly type: 'listeners'; readonly ids: readonly number[] }
  /** To who passes tracks on: those who are not to get this one. */
  | { readonly type: 'withheld'; readonly kind: TrackType; readonly ids: readonly number[] }
  | NegotiationMessage;

/** The first byte. */
const Kind = {
  HELLO: 0,
  GOODBYE: 1,
  OFFER: 2,
  ANSWER: 3,
  CANDIDATE: 4,
  REFUSED: 5,
  LISTENERS: 6,
  WITHHELD: 7,
} as const;

const FORWARDS = 1;
const MAX_CANDIDATE_BYTES = 4096;
/** More players than a server has. */
const MAX_IDS = 1024;
const ID_BYTES = 4;

const encoder = new TextEncoder();

export function writeWord(word: MediaWord): Uint8Array {
  switch (word.type) {
    case 'hello':
      return Uint8Array.of(Kind.HELLO, word.forwards ? FORWARDS : 0);
    case 'goodbye':
      return Uint8Array.of(Kind.GOODBYE);
    case 'refused':
      return Uint8Array.of(Kind.REFUSED);
    case 'listeners':
      return withIds([Kind.LISTENERS], word.ids);
    case 'withheld':
      return withIds([Kind.WITHHELD, word.kind], word.ids);
    case 'candidate':
      return withText(Kind.CANDIDATE, `${word.index}\n${word.media}\n${word.name}`);
    default:
      return withText(word.type === 'offer' ? Kind.OFFER : Kind.ANSWER, word.sdp);
  }
}

/** Null for what no `PeerMedia` writes. Bytes behind what a word has are ignored. */
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
    case Kind.LISTENERS:
      return { type: 'listeners', ids: idsOf(bytes, 1) };
    case Kind.WITHHELD: {
      const kind = bytes[1] === TrackType.TRACK_VIDEO ? TrackType.TRACK_VIDEO : TrackType.TRACK_AUDIO;
      return { type: 'withheld', kind, ids: idsOf(bytes, 2) };
    }
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

function withIds(head: readonly number[], ids: readonly number[]): Uint8Array {
  const word = new Uint8Array(head.length + ID_BYTES * Math.min(ids.length, MAX_IDS));
  word.set(head);
  const view = new DataView(word.buffer, head.length);
  for (let n = 0; ID_BYTES * n < view.byteLength; n += 1) view.setUint32(ID_BYTES * n, ids[n] as number);
  return word;
}

/** As many as there are whole. */
function idsOf(bytes: Uint8Array, begin: number): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = Math.min(MAX_IDS, Math.floor((bytes.length - begin) / ID_BYTES));
  return Array.from({ length: Math.max(0, count) }, (_, n) => view.getUint32(begin + ID_BYTES * n));
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(1));
