import type { TrackType } from './media-types.js';

/**
 * Sound and pictures of one connection as packets (RTP), for who passes them on without decoding them. In callbacks only
 * this library's own code runs.
 */
export interface RtpPort {
  /** What the other side sends now: the same list while nothing of it has changed. */
  readonly receivers: readonly RtpReceiver[];
  /** A way to send one track; which one, `RtpSender.streams` says. Null when there are too many. */
  addSender(kind: TrackType): RtpSender | null;
  /** Those there are. */
  readonly senders: readonly RtpSender[];
  /** Whether `streams` of a sender have changed, so that a new offer has to tell the other side. */
  readonly isOfferDue: boolean;
  /** Packets came faster than they could be passed on; called for each that was dropped. */
  onDropped: (() => void) | null;
}

/** One track of the other side. */
export interface RtpReceiver {
  readonly section: string;
  readonly kind: TrackType;
  readonly streams: readonly (string | null)[];
  /** Where the header of its packets tells how loud they are; 0 when nothing does. */
  readonly levelExtension: number;
  /** Gets packets of the one codec that is passed on, unchecked otherwise. The bytes are the receiver's to keep. */
  onPacket: ((packet: Uint8Array, receiver: RtpReceiver) => void) | null;
  /** Asks for a picture that needs none before it. */
  requestKeyframe(): void;
  /** Asks for packets again that did not arrive, by their numbers in the order in which they were sent. */
  requestPackets(sequences: readonly number[]): void;
}

/** Where the numbers of a stream of packets stand. */
export interface RtpProgress {
  readonly sequence: number;
  readonly timestamp: number;
  readonly at: number;
}

/** A track for the other side. */
export interface RtpSender {
  readonly kind: TrackType;
  readonly payloadType: number;
  readonly ssrc: number;
  /** The names of its streams, for the next offer; null while nothing is sent. */
  streams: readonly string[] | null;
  /** The other side knows these streams, and packets get through. */
  readonly isLive: boolean;
  /** Sends a whole packet with the numbers above in it. Never throws. */
  send(packet: Uint8Array): boolean;
  /** Of what was sent last: whoever sends next goes on from there. */
  last: RtpProgress | null;
  /** The other side asks for a keyframe. */
  onKeyframeRequest: (() => void) | null;
  /** The other side misses packets, by their numbers here. */
  onLost: ((sequences: readonly number[]) => void) | null;
}
