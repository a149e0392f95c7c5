import type { Clock } from '../../../core/clock.js';
import { DEFAULT_REMOTE_STREAM_ID, TrackType } from '../../../extension/media/media-types.js';
import type { RtpReceiver } from '../../../extension/media/rtp-port.js';
import { forwardedName } from '../forwarded-name.js';
import type { ForwarderCounters } from './forwarder-counters.js';
import { RateLimit } from './rate-limit.js';
import { type RtpPacket, readRtp, SILENCE } from './rtp-packet.js';

/** What an honest browser stays far below; a stranger's flood ends here. */
const LIMITS = {
  [TrackType.TRACK_AUDIO]: { packets: 250, bytes: 64 * 1024 },
  [TrackType.TRACK_VIDEO]: { packets: 2500, bytes: 1024 * 1024 },
} as const;
/** Asked for more often, a sender would send little else. */
const KEYFRAME_EVERY_MS = 500;
/** How long somebody who was loud counts as loud. */
const LOUDNESS_FADES_MS = 1000;

/** Where packets go. */
export interface PacketSink {
  /** Whether it was sent. */
  send(packet: RtpPacket, now: number): boolean;
}

/** One track of one player, and where it goes. */
export class SpeakerTrack {
  readonly peerId: number;
  readonly receiver: RtpReceiver;
  /** Who gets its packets now. */
  sinks: readonly PacketSink[] = [];
  readonly #clock: Clock;
  readonly #counters: ForwarderCounters;
  readonly #packets: RateLimit;
  readonly #bytes: RateLimit;
  #loudness = 0;
  #loudAt = 0;
  #keyframeAt = Number.NEGATIVE_INFINITY;

  constructor(peerId: number, receiver: RtpReceiver, counters: ForwarderCounters, clock: Clock) {
    this.#clock = clock;
    this.peerId = peerId;
    this.receiver = receiver;
    this.#counters = counters;
    const limits = LIMITS[receiver.kind];
    this.#packets = new RateLimit(limits.packets);
    this.#bytes = new RateLimit(limits.bytes);
  }

  get kind(): TrackType {
    return this.receiver.kind;
  }

  /** The names of its streams as listeners get them. */
  get names(): readonly string[] {
    const { streams } = this.receiver;
    const names = new Set(streams.map((name) => name ?? DEFAULT_REMOTE_STREAM_ID));
    if (names.size === 0) names.add(DEFAULT_REMOTE_STREAM_ID);
    return [...names].map((name) => forwardedName(this.peerId, name));
  }

  /** 0 to 127, of the last moments. 0 as well when the sender does not tell. */
  loudness(now = this.#clock.now()): number {
    return this.#loudness * Math.exp((this.#loudAt - now) / LOUDNESS_FADES_MS);
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
    const loudness = SILENCE - packet.level;
    if (loudness >= this.loudness(now)) {
      this.#loudness = loudness;
      this.#loudAt = now;
    }
    for (const sink of this.sinks) if (sink.send(packet, now)) this.#counters.packetsOut += 1;
  }
}
