import type { RtpHeader, RtpPacket } from './rtp-packet.js';

/** Sixteen and thirty-two bits are counted in; what is far behind is from before a jump. */
const HALF_SEQUENCE = 0x8000;

/**
 * One stream of packets for one listener, made of those of one speaker after the other. Its numbers go on where it
 * paused, so that a pause is not taken for loss, and what was lost on the way here stays a gap.
 */
export class RtpStream {
  readonly #ssrc: number;
  readonly #payloadType: number;
  readonly #clockRate: number;
  /** Who it is made of now, under which number of theirs it goes on. */
  #source = -1;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #joinedWith = 0;
  #last: { sequence: number; timestamp: number; at: number } | null = null;
  #isPaused = true;

  constructor({ ssrc, payloadType, clockRate }: { ssrc: number; payloadType: number; clockRate: number }) {
    this.#ssrc = ssrc;
    this.#payloadType = payloadType;
    this.#clockRate = clockRate;
  }

  /** What comes next follows what was last. */
  pause(): void {
    this.#isPaused = true;
  }

  /** The header under which this packet goes on; null for one from before the stream began with its speaker. */
  next(packet: RtpPacket, now: number): RtpHeader | null {
    if (this.#isPaused || packet.ssrc !== this.#source) this.#join(packet, now);
    const sequence = (packet.sequence + this.#sequenceOffset) & 0xffff;
    const timestamp = (packet.timestamp + this.#timestampOffset) >>> 0;
    const ahead = this.#last === null ? 1 : (sequence - this.#last.sequence) & 0xffff;
    const isLate = ahead >= HALF_SEQUENCE;
    if (ahead === 0 || (isLate && ((sequence - this.#joinedWith) & 0xffff) >= HALF_SEQUENCE)) return null;
    if (!isLate) this.#last = { sequence, timestamp, at: now };
    return { payloadType: this.#payloadType, sequence, timestamp, ssrc: this.#ssrc };
  }

  #join(packet: RtpPacket, now: number): void {
    const last = this.#last ?? { sequence: packet.sequence - 1, timestamp: packet.timestamp, at: now };
    const elapsed = Math.max(1, Math.round(((now - last.at) / 1000) * this.#clockRate));
    this.#sequenceOffset = last.sequence + 1 - packet.sequence;
    this.#timestampOffset = last.timestamp + (this.#last === null ? 0 : elapsed) - packet.timestamp;
    this.#source = packet.ssrc;
    this.#joinedWith = (last.sequence + 1) & 0xffff;
    this.#isPaused = false;
  }
}
