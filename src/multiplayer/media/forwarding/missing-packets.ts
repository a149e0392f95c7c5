import type { RtpPacket } from './rtp-packet.js';

/** A gap that is larger than this is not filled: a keyframe is the shorter way. */
const MAX_GAP = 100;
const MAX_MISSING = 200;
/** Longer than most round trips, and short enough for two more attempts before a listener's picture stands still. */
const AGAIN_MS = 80;
const MAX_ASKED = 5;
const HALF = 0x8000;

/** Packets of one track that did not arrive on their way here, and when to ask for them. */
export class MissingPackets {
  readonly #missing = new Map<number, { asked: number; at: number }>();
  #source = -1;
  #highest = 0;

  /** Notes one that arrived, and gives the numbers of those that are to be asked for now. */
  note({ sequence, ssrc }: RtpPacket, now: number): readonly number[] {
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ssrc !== this.#source || (ahead > MAX_GAP && ahead < HALF)) this.#missing.clear();
    else if (ahead < HALF) this.#noteGap(ahead);
    else this.#missing.delete(sequence);
    if (ssrc !== this.#source || ahead < HALF) this.#highest = sequence;
    this.#source = ssrc;
    return this.#missing.size === 0 ? NONE : this.#due(now);
  }

  #noteGap(ahead: number): void {
    for (let n = 1; n < ahead && this.#missing.size < MAX_MISSING; n += 1) {
      this.#missing.set((this.#highest + n) & 0xffff, { asked: 0, at: Number.NEGATIVE_INFINITY });
    }
  }

  #due(now: number): readonly number[] {
    const due: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (now - missing.at < AGAIN_MS) continue;
      if (missing.asked === MAX_ASKED) {
        this.#missing.delete(sequence);
        continue;
      }
      missing.asked += 1;
      missing.at = now;
      due.push(sequence);
    }
    return due;
  }
}

const NONE: readonly number[] = [];
