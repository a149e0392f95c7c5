import type { Clock } from '../../../core/clock.js';
import { TrackType } from '../../../extension/media/media-types.js';
import type { RtpReceiver } from '../../../extension/media/rtp-port.js';
import type { MediaPeer } from '../media-peer.js';
import type { ForwarderCounters } from './forwarder-counters.js';
import { Loudness } from './loudness.js';
import { MissingPackets } from './missing-packets.js';
import { PacketHistory } from './packet-history.js';
import { RateLimit } from './rate-limit.js';
import { type RtpPacket, readRtp, SILENCE } from './rtp-packet.js';
import { namesFor, type Speaker } from './speaker.js';

/** What an honest browser stays far below; a stranger's flood ends here. */
const LIMITS = {
  [TrackType.TRACK_AUDIO]: { packets: 250, bytes: 64 * 1024 },
  [TrackType.TRACK_VIDEO]: { packets: 2500, bytes: 1024 * 1024 },
} as const;
/** Asked for more often, a sender would send little else. */
const KEYFRAME_EVERY_MS = 500;
/** How often in a second a speaker is asked for lost packets. */
const MAX_REQUESTS = 50;

/** Where packets go. */
export interface PacketSink {
  /** Whether it was sent. */
  send(packet: RtpPacket, now: number): boolean;
}

/** One track of one player, and where it goes. */
export class SpeakerTrack implements Speaker {
  readonly peer: MediaPeer;
  readonly receiver: RtpReceiver;
  /** Who gets its packets now. */
  readonly sinks = new Set<PacketSink>();
  readonly #clock: Clock;
  readonly #counters: ForwarderCounters;
  readonly #packets: RateLimit;
  readonly #bytes: RateLimit;
  readonly #loudness = new Loudness();
  readonly #history: PacketHistory | null;
  readonly #missing = new MissingPackets();
  readonly #requests = new RateLimit(MAX_REQUESTS);
  #keyframeAt = Number.NEGATIVE_INFINITY;

  constructor(peer: MediaPeer, receiver: RtpReceiver, counters: ForwarderCounters, clock: Clock) {
    this.#clock = clock;
    this.peer = peer;
    this.receiver = receiver;
    this.#counters = counters;
    const limits = LIMITS[receiver.kind];
    this.#packets = new RateLimit(limits.packets);
    this.#bytes = new RateLimit(limits.bytes);
    this.#history = receiver.kind === TrackType.TRACK_VIDEO ? new PacketHistory() : null;
  }

  get peerId(): number {
    return this.peer.id;
  }

  get kind(): TrackType {
    return this.receiver.kind;
  }

  /** The names of its streams as listeners get them. */
  get names(): readonly string[] {
    return namesFor(this.peerId, this.receiver.streams);
  }

  /** 0 to 127, of the last moments. 0 as well when the sender does not tell. */
  loudness(now = this.#clock.now()): number {
    return this.#loudness.at(now);
  }

  get now(): number {
    return this.#clock.now();
  }

  /** One of its last packets, by its number. */
  find(sequence: number, source: number): RtpPacket | undefined {
    return this.#history?.find(sequence, source);
  }

  /** A listener got a packet once more. */
  noteAgain(): void {
    this.#counters.sentAgain += 1;
  }

  requestKeyframe(): void {
    const now = this.#clock.now();
    if (this.kind !== TrackType.TRACK_VIDEO || now - this.#keyframeAt < KEYFRAME_EVERY_MS) return;
    this.#keyframeAt = now;
    this.receiver.requestKeyframe();
  }

  /** A packet arrived: it goes to all who get it, at once. */
  pass(bytes: Uint8Array): void {
    const now = this.#clock.now();
    this.#counters.packetsIn += 1;
    if (!this.#packets.take(1, now) || !this.#bytes.take(bytes.length, now)) {
      this.#counters.flooded += 1;
      return;
    }
    const packet = readRtp(bytes, this.receiver.levelExtension);
    if (packet === null) {
      this.#counters.malformed += 1;
      return;
    }
    this.#loudness.note(SILENCE - packet.level, now);
    if (this.#history !== null) this.#keep(packet, this.#history, now);
    for (const sink of this.sinks) if (sink.send(packet, now)) this.#counters.packetsOut += 1;
  }

  /** What is lost of pictures is asked for and sent again; sound that is late is worth nothing. */
  #keep(packet: RtpPacket, history: PacketHistory, now: number): void {
    history.add(packet);
    const missing = this.#missing.note(packet, now);
    if (missing.length === 0 || !this.#requests.take(1, now)) return;
    this.#counters.askedAgain += missing.length;
    this.receiver.requestPackets(missing);
  }
}
