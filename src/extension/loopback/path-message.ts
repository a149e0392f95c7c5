import { Fifo } from './fifo.js';

/**
 * The largest piece of a message that travels in one datagram: what the stack under the native back end leaves of the
 * 1280 bytes that every route takes, after 40 for IPv6, 8 UDP, 48 DTLS, 12 SCTP and 16 for the chunk.
 */
export const CHUNK_BYTES = 1280 - 40 - 8 - 48 - 12 - 16;

/** Stands for the payload of a message that has none (any more). */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** How hard a message is tried, as in RTCDataChannelInit. With both limits null it is never given up. */
export interface StreamReliability {
  readonly ordered: boolean;
  /** How often each piece may be sent again. */
  readonly maxRetransmits: number | null;
  /** Milliseconds from `send` in which a message may be sent or sent again. */
  readonly maxPacketLifeTime: number | null;
}

/** Closing a stream must arrive, after all before it, however little the stream's messages are worth. */
const CERTAIN: StreamReliability = Object.freeze({
  ordered: true,
  maxRetransmits: null,
  maxPacketLifeTime: null,
});

/** One stream: both its ends, since both are in this process. */
export class PathStream {
  readonly id: number;
  readonly reliability: StreamReliability;

  // The sending end.
  /** Bytes of messages that were not handed to the network yet. */
  bufferedBytes = 0;
  isClosing = false;

  // The receiving end.
  /** Messages in the order they were sent, from the first one on that has neither arrived nor been given up. */
  readonly unsettled = new Fifo<PathMessage>();

  constructor(id: number, reliability: StreamReliability) {
    this.id = id;
    this.reliability = reliability;
  }
}

/** One message on its way. */
export class PathMessage {
  readonly stream: PathStream;
  readonly isText: boolean;
  /** Nothing for the user: tells the other end that the stream is closed. */
  readonly isClose: boolean;
  readonly reliability: StreamReliability;
  readonly sentAt: number;
  payload: Uint8Array;

  // The sending end.
  /** Bytes that were cut into chunks so far. */
  cutBytes = 0;
  isAbandoned = false;

  // The receiving end.
  /** Chunks that have not arrived; an empty message has one, too. */
  missingChunks: number;
  /** The receiver was told not to wait for it. */
  isSkipped = false;
  isDelivered = false;

  constructor(stream: PathStream, payload: Uint8Array, kind: 'binary' | 'text' | 'close', sentAt: number) {
    this.stream = stream;
    this.payload = payload;
    this.isText = kind === 'text';
    this.isClose = kind === 'close';
    this.reliability = this.isClose ? CERTAIN : stream.reliability;
    this.sentAt = sentAt;
    this.missingChunks = Math.max(1, Math.ceil(payload.length / CHUNK_BYTES));
  }
}

/** One piece of a message: what travels in a datagram. */
export interface PathChunk {
  readonly message: PathMessage;
  readonly bytes: number;
  transmissions: number;
  lastSentAt: number;
  hasArrived: boolean;
}

/** What happens on a path without anybody calling it. */
export type PathEvent =
  | { readonly kind: 'arrival' | 'ack' | 'loss'; readonly chunk: PathChunk }
  | { readonly kind: 'skip'; readonly message: PathMessage };

/** Counted since the path exists. */
export interface PathStats {
  /** Messages given to `send`. */
  sent: number;
  /** Messages handed to `deliver`. */
  delivered: number;
  /** Messages given up, as their stream's limits allow. */
  abandoned: number;
  /** Chunks sent again. */
  retransmissions: number;
  /** Second copies of chunks that the receiver threw away. */
  duplicates: number;
}
