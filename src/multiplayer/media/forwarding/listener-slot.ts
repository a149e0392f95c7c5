import { CLOCK_RATES, TrackType } from '../../../extension/media/media-types.js';
import type { RtpSender } from '../../../extension/media/rtp-port.js';
import { RateLimit } from './rate-limit.js';
import { type RtpPacket, writeRtp } from './rtp-packet.js';
import { RtpStream } from './rtp-stream.js';
import type { PacketSink, SpeakerTrack } from './speaker-track.js';
import { startsKeyframe } from './vp8.js';

/** Packets that a listener gets once more, of one track in a second; who loses more is helped by a keyframe. */
const MAX_AGAIN = 300;

/** One way to a listener, on which one speaker's track is sent after the other's. */
export class ListenerSlot implements PacketSink {
  readonly sender: RtpSender;
  readonly #stream: RtpStream;
  speaker: SpeakerTrack | null = null;
  /** When its speaker was last to be heard here. */
  usedAt = 0;
  #isOn = false;
  #needsKeyframe = true;
  readonly #again = new RateLimit(MAX_AGAIN);

  constructor(sender: RtpSender) {
    this.sender = sender;
    this.#stream = new RtpStream(sender, CLOCK_RATES[sender.kind]);
    // It may have been another's.
    this.assign(null);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get kind(): TrackType {
    return this.sender.kind;
  }

  /** Whose track it is from now on; the listener is told with the next offer. */
  assign(speaker: SpeakerTrack | null): void {
    this.speaker?.sinks.delete(this);
    this.speaker = speaker;
    this.#isOn = false;
    this.#stream.pause();
    this.sender.streams = speaker?.names ?? null;
    this.sender.onKeyframeRequest = speaker === null ? null : () => speaker.requestKeyframe();
    this.sender.onLost = speaker === null ? null : (sequences) => this.#sendAgain(sequences, speaker);
  }

  /** Whether it is to be heard now. */
  turn(on: boolean, now: number): void {
    if (on) this.usedAt = now;
    // A player may have named its streams anew.
    if (on && this.speaker !== null) this.sender.streams = this.speaker.names;
    if (on === this.#isOn) return;
    this.#isOn = on;
    this.#needsKeyframe = on;
    if (on) this.speaker?.sinks.add(this);
    else this.speaker?.sinks.delete(this);
    if (!on) this.#stream.pause();
  }

  send(packet: RtpPacket, now: number): boolean {
    if (!this.#isOn || !this.sender.isLive) return false;
    if (this.#needsKeyframe && this.kind === TrackType.TRACK_VIDEO && !startsKeyframe(packet)) {
      this.speaker?.requestKeyframe();
      return false;
    }
    this.#needsKeyframe = false;
    const header = this.#stream.next(packet, now);
    return header !== null && this.sender.send(writeRtp(packet, header));
  }

  #sendAgain(sequences: readonly number[], speaker: SpeakerTrack): void {
    if (!this.#isOn || !this.sender.isLive) return;
    for (const sequence of sequences) {
      const packet = speaker.find(this.#stream.originalOf(sequence), this.#stream.source);
      const header = packet === undefined ? null : this.#stream.again(packet);
      if (packet === undefined || header === null) continue;
      if (!this.#again.take(1, speaker.now)) return;
      if (this.sender.send(writeRtp(packet, header))) speaker.noteAgain();
    }
  }
}
