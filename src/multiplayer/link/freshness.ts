import { Sequence } from '../../core/sequence.js';

/** How far behind the newest an unordered message may be and still be told from a repeated one. */
const REMEMBERED = 256;
const WORDS = REMEMBERED / 32;

const sequences = new Sequence(16);

export type FreshnessVerdict = 'fresh' | 'repeated' | 'overtaken';

/**
 * The sequence numbers of one unreliable lane: what is new, what came before, and what is missing. An ordered lane takes
 * only what is newer than all before.
 */
export class Freshness {
  readonly #ordered: boolean;
  /** A bit for each of the last numbers, by the number modulo 256. */
  readonly #seen = new Uint32Array(WORDS);
  #newest = 0;
  #isFirst = true;
  /** Numbers that were passed over by the last message: 0 or more; -1 when it was one of those. */
  lastGap = 0;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  judge(sequence: number): FreshnessVerdict {
    this.lastGap = 0;
    if (this.#isFirst) return this.#begin(sequence);
    const step = sequences.distance(this.#newest, sequence);
    if (step > 0 && sequences.isNewer(sequence, this.#newest)) {
      this.#forget(step);
      this.#newest = sequence;
      this.#mark(sequence);
      this.lastGap = step - 1;
      return 'fresh';
    }
    if (step > 0 || step <= -REMEMBERED) return 'overtaken';
    if (this.#isMarked(sequence)) return 'repeated';
    this.#mark(sequence);
    this.lastGap = -1;
    return this.#ordered ? 'overtaken' : 'fresh';
  }

  #begin(sequence: number): FreshnessVerdict {
    this.#isFirst = false;
    this.#newest = sequence;
    this.#mark(sequence);
    return 'fresh';
  }

  /** Clears the bits of the numbers that are passed over. */
  #forget(step: number): void {
    if (step >= REMEMBERED) {
      this.#seen.fill(0);
      return;
    }
    for (let i = 1; i <= step; i += 1) {
      const slot = (this.#newest + i) % REMEMBERED;
      this.#seen[slot >>> 5] = this.#seen[slot >>> 5]! & ~(1 << (slot & 31));
    }
  }

  #mark(sequence: number): void {
    const slot = sequence % REMEMBERED;
    this.#seen[slot >>> 5] = this.#seen[slot >>> 5]! | (1 << (slot & 31));
  }

  #isMarked(sequence: number): boolean {
    const slot = sequence % REMEMBERED;
    return (this.#seen[slot >>> 5]! & (1 << (slot & 31))) !== 0;
  }
}
