import type { RtpProgress, RtpSender } from '../../../extension/media/rtp-port.js';
import type { RtpHeader, RtpPacket } from './rtp-packet.js';

/** Sixteen and thirty-two bits are counted in; what is far behind is from before a jump. */
const HALF_SEQUENCE = 0x8000;

/** Where it goes, and how far it is. */
export type StreamSender = Pick<RtpSender, 'ssrc' | 'payloadType' | 'last'>;

/**
 * One stream of packets for one listener, made of those of one speaker after the other. Its numbers go on where it
 * paused, so that a pause is not taken for loss, and what was lost on the way here stays a gap.
 */
export class RtpStream {
  readonly #sender: StreamSender;
  readonly #clockRate: number;
  /** Who it is made of now, under which number of theirs it goes on. */
  #source = -1;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #joinedWith = 0;
  #isPaused = true;

  constructor(sender: StreamSender, clockRate: number) {
    this.#sender = sender;
    this.#clockRate = clockRate;
  }

  /** What comes next follows what was last. */
  pause(): void {
    this.#isPaused = true;
  }

  /** The header under which this packet goes on; null for one from before the stream began with its speaker. */
  next(packet: RtpPacket, now: number): RtpHeader | null {
    if (this.#isPaused || packet.ssrc !== this.#source) this.#join(packet, now);
    const header = this.#headerOf(packet);
    const { sequence, timestamp } = header;
    const { last } = this.#sender;
    const ahead = last === null ? 1 : (sequence - last.sequence) & 0xffff;
    const isLate = ahead >= HALF_SEQUENCE;
    if (ahead === 0 || (isLate && this.#isBefore(sequence))) return null;
    if (!isLate) this.#sender.last = { sequence, timestamp, at: now };
    return header;
  }

  /** The number under which the speaker sent what a listener knows by this one; -1 for what is of another speaker. */
  originalOf(sequence: number): number {
    if (this.#isPaused || this.#isBefore(sequence)) return -1;
    return (sequence - this.#sequenceOffset) & 0xffff;
  }

  /** The header under which a packet went already. */
  again(packet: RtpPacket): RtpHeader | null {
    return packet.ssrc === this.#source ? this.#headerOf(packet) : null;
  }

  get source(): number {
    return this.#source;
  }

  #isBefore(sequence: number): boolean {
    return ((sequence - this.#joinedWith) & 0xffff) >= HALF_SEQUENCE;
  }

  #headerOf(packet: RtpPacket): RtpHeader {
    const { ssrc, payloadType } = this.#sender;
    const sequence = (packet.sequence + this.#sequenceOffset) & 0xffff;
    return { payloadType, sequence, timestamp: (packet.timestamp + this.#timestampOffset) >>> 0, ssrc };
  }

  #join(packet: RtpPacket, now: number): void {
    const before = this.#sender.last;
    const last: RtpProgress = before ?? { sequence: firstOf(packet) - 1, timestamp: packet.timestamp, at: now };
    const elapsed = Math.max(1, Math.round(((now - last.at) / 1000) * this.#clockRate));
    this.#sequenceOffset = last.sequence + 1 - packet.sequence;
    this.#timestampOffset = last.timestamp + (before === null ? 0 : elapsed) - packet.timestamp;
    this.#source = packet.ssrc;
    this.#joinedWith = (last.sequence + 1) & 0xffff;
    this.#isPaused = false;
  }
}

/**
 * A stream begins far from the end of its numbers: who misses its first packets, and gets none before they begin anew,
 * would never be able to decrypt any of it (RFC 3711, 3.3.1).
 */
const firstOf = ({ sequence }: RtpPacket): number => sequence % HALF_SEQUENCE;
