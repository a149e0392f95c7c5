/**
 * What a peer says in its announcement when it speaks this protocol. Another layout of the bytes gets another name, so
 * a peer that does not know the name is spoken to as Godot speaks.
 */
export const LINK_FEATURE = 'link1';

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Bytes of a message that leave as one datagram, whichever back end sends them: of the 1280 that IPv6 promises, the
 * headers below leave 1156 under libdatachannel and a little more in browsers.
 */
export const DATAGRAM_BYTES = 1152;
/** Largest message that every back end sends in one piece. */
export const MAX_MESSAGE_BYTES = 256 * KIB;
/** Largest word about tracks: a description, which is never larger, and its first byte. */
export const MAX_WORD_BYTES = 64 * KIB + 1;
/** Largest piece of a large packet: 13 ms at 10 Mbit/s. Larger ones would save nothing more. */
export const MAX_PIECE_BYTES = 16 * KIB;
/** What a peer takes even if it was configured for less, since the other side can't know before the first pulse. */
export const DEFAULT_MAX_PACKET_BYTES = 4 * MIB;

/** How often a peer is heard in silence: five of them fit the default of `unresponsiveAfterMs`. */
export const PULSE_INTERVAL_MS = 500;
/** A young link pulses faster, so that round trip and clock are known within a second. */
export const FIRST_PULSE_INTERVAL_MS = 100;
export const FIRST_PULSES = 12;
/** Silence after which the peer is asked for a pulse: two were missed. */
export const SUSPICIOUS_AFTER_MS = 1100;
/** Between two questions, and between two answers to them. */
export const PROBE_INTERVAL_MS = 150;
/** Arrivals are reported after this time or, when this many bytes came, after the shorter one. */
export const REPORT_AFTER_MS = 50;
export const REPORT_AFTER_BYTES = 12 * KIB;
export const REPORT_BUSY_AFTER_MS = 10;
/** After so many reliable bytes a pulse shows how long the way takes now. */
export const MEASURE_AFTER_BYTES = 12 * KIB;
/** A gap between two polls above which we were the ones who stalled; such time is not counted as the peer's silence. */
export const OWN_STALL_MS = 1500;
/** What is counted of such a gap: half a pulse interval. */
export const OWN_STALL_COUNTED_MS = 250;
/** How long a bye that overtook reliable data waits for it. With 100 ms of round trip that leaves 50 ms of the 250. */
export const BYE_GRACE_MS = 150;

/** Held back unreliable messages of one lane: a second of a lane that sends one per frame. */
export const MAX_HELD_MESSAGES = 64;
/** Unreliable data that waited this long in the sender has been overtaken by newer frames even at 20 per second. */
export const MAX_HELD_MS = 100;
/** How much later than the fastest packets one may come on a route that is slower than `maxAgeMs` by itself. */
export const MIN_LATENESS_MS = 250;

/** Bytes that may wait in the transport for one lane before we hold back ourselves: 30 ms at 1 Mbit/s. */
export const TRANSPORT_BACKLOG_BYTES = 4 * KIB;

export interface LinkOptions {
  /** Silence after which the peer is unresponsive. */
  readonly unresponsiveAfterMs: number;
  /** Silence after which it is gone. */
  readonly goneAfterMs: number;
  /** The same for a peer that says its page is hidden: browsers run those rarely, and freeze them. */
  readonly hiddenUnresponsiveAfterMs: number;
  readonly hiddenGoneAfterMs: number;
  /** Largest reliable packet. Told to the peer, and the smaller number of both counts. */
  readonly maxPacketBytes: number;
  /** Reliable bytes waiting here, above which `put` answers ERR_BUSY. One packet may go beyond. */
  readonly reliableHighBytes: number;
  /** Bytes below which `drained` follows an ERR_BUSY. */
  readonly reliableLowBytes: number;
  /** Unreliable packets older than this are not handed out. */
  readonly maxAgeMs: number;
  /** Silence after which a large packet that has begun is given up, and the link with it. */
  readonly assemblyTimeoutMs: number;
  /**
   * What is taken from the peer between two polls: an honest one that we kept waiting for a second sends less. A message
   * that holds no packet counts as one.
   */
  readonly maxPacketsPerPoll: number;
  readonly maxBytesPerPoll: number;
  /** Unread packets. Above it unreliable lanes drop the oldest, and a reliable one ends the link. */
  readonly maxInboxPackets: number;
  readonly maxInboxBytes: number;
  /** Messages that no honest peer sends, after which the link is ended. */
  readonly maxViolations: number;
}

export const DEFAULT_LINK_OPTIONS: LinkOptions = Object.freeze({
  unresponsiveAfterMs: 2800,
  goneAfterMs: 10_000,
  hiddenUnresponsiveAfterMs: 15_000,
  hiddenGoneAfterMs: 60_000,
  maxPacketBytes: DEFAULT_MAX_PACKET_BYTES,
  reliableHighBytes: 2 * MIB,
  reliableLowBytes: 512 * KIB,
  maxAgeMs: 450,
  assemblyTimeoutMs: 30_000,
  maxPacketsPerPoll: 8192,
  maxBytesPerPoll: 4 * MIB,
  maxInboxPackets: 16_384,
  maxInboxBytes: 16 * MIB,
  maxViolations: 64,
});
