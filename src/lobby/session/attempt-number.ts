/**
 * Attempts to connect are numbered by the one who offers, so that what belongs to an older one can be told. The upper bits
 * are random and stand for one life of that side: after a reload it begins to count anew, and must not look like its past.
 */
export const NO_ATTEMPT = 0;
const COUNT_BITS = 8;
const COUNT_MASK = (1 << COUNT_BITS) - 1;
/** Lives of the other side that are remembered as past. */
const MOST_LIVES = 64;

/** Numbers the own attempts to connect to one peer. */
export class AttemptCounter {
  readonly #life: number;
  #count = 0;

  constructor(life = newLife()) {
    this.#life = life;
  }

  next(): number {
    this.#count = (this.#count % COUNT_MASK) + 1;
    return (this.#life << COUNT_BITS) | this.#count;
  }
}

/** Never 0, which stands for no attempt. */
export function newLife(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return (random >>> (COUNT_BITS + 1)) | 1;
}

const lifeOf = (attempt: number): number => attempt >>> COUNT_BITS;

/** Follows the attempts of the other side. */
export class AttemptFilter {
  /** The newest that was taken. */
  current = NO_ATTEMPT;
  readonly #past = new Set<number>();

  /** Whether it comes after the current one: later in the same life, or in one that is new. */
  isNewer(attempt: number): boolean {
    const life = lifeOf(attempt);
    if (life === lifeOf(this.current)) return (attempt & COUNT_MASK) > (this.current & COUNT_MASK);
    return !this.#past.has(life) && this.#past.size < MOST_LIVES;
  }

  take(attempt: number): void {
    if (this.current !== NO_ATTEMPT && lifeOf(attempt) !== lifeOf(this.current)) this.#past.add(lifeOf(this.current));
    this.current = attempt;
  }
}
