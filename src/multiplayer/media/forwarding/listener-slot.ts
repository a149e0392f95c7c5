import { TrackType } from '../../../extension/media/media-types.js';
import type { RtpSender } from '../../../extension/media/rtp-port.js';
import { type RtpPacket, writeRtp } from './rtp-packet.js';
import { RtpStream } from './rtp-stream.js';
import type { PacketSink, SpeakerTrack } from './speaker-track.js';

const CLOCK_RATE = { [TrackType.TRACK_AUDIO]: 48_000, [TrackType.TRACK_VIDEO]: 90_000 } as const;

/** One way to a listener, on which one speaker's track is sent after the other's. */
export class ListenerSlot implements PacketSink {
  readonly sender: RtpSender;
  readonly #stream: RtpStream;
  speaker: SpeakerTrack | null = null;
  /** When its speaker was last to be heard here. */
  usedAt = 0;
  #isOn = false;
  #needsKeyframe = true;

  constructor(sender: RtpSender) {
    this.sender = sender;
    const { ssrc, payloadType, kind } = sender;
    this.#stream = new RtpStream({ ssrc, payloadType, clockRate: CLOCK_RATE[kind] });
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
  }

  /** Whether it is to be heard now. */
  turn(on: boolean, now: number): void {
    if (on) this.usedAt = now;
    if (on === this.#isOn) return;
    this.#isOn = on;
    this.#needsKeyframe = on;
    if (on) this.speaker?.sinks.add(this);
    else this.speaker?.sinks.delete(this);
    if (!on) this.#stream.pause();
  }

  send(packet: RtpPacket, now: number): boolean {
    if (!this.#isOn || !this.sender.isLive) return false;
    if (this.#needsKeyframe) this.speaker?.requestKeyframe();
    this.#needsKeyframe = false;
    const header = this.#stream.next(packet, now);
    return header !== null && this.sender.send(writeRtp(packet, header));
  }
}
