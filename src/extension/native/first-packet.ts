/**
 * The arrangement that makes connections stand at once (docs/native.md tells how it was found). Two races in the library
 * cost a second, or the attempt, on links without latency: both vanish when the side that is the DTLS server, which is
 * the one that offers, is the first whose ICE connects.
 */

/** An offerer that announces this holds its candidates back, see `HeldCandidates`. */
export const LATE_CANDIDATES = 'late-candidates';

/** By then ICE has connected, or the two ends need each other's candidates to get through. */
const AFTER_ANSWER_MS = 150;
/** Until then it is looked for: sooner known is sooner connected, since the answerer waits for the candidates. */
const LOOK_EVERY_MS = 2;
/** Somebody who sends the description by hand, with all candidates in it, waits for them before any answer comes. */
const WITHOUT_ANSWER_MS = 500;

/** Offering: own candidates wait until ICE connects. What the remote needs to answer it has without them. */
export class HeldCandidates {
  #held: (() => void)[] | null = [];
  #timer: NodeJS.Timeout | null = null;
  #watch: NodeJS.Timeout | null = null;

  /** Reports now, or later in the same order. */
  report(report: () => void): void {
    if (this.#held === null) report();
    else this.#held.push(report);
  }

  onOffered(): void {
    this.#releaseAfter(WITHOUT_ANSWER_MS);
  }

  onAnswered(iceConnected: () => boolean): void {
    if (this.#held === null) return;
    this.#releaseAfter(AFTER_ANSWER_MS);
    this.#watch = setInterval(() => {
      if (iceConnected()) this.release();
    }, LOOK_EVERY_MS);
  }

  release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#watch !== null) clearInterval(this.#watch);
    const held = this.#held ?? [];
    this.#held = null;
    for (const report of held) report();
  }

  #releaseAfter(ms: number): void {
    if (this.#held === null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.release(), ms);
  }
}

/**
 * Answering: candidates of an offerer that does not hold its own back are kept from ICE for a moment. Its checks reach
 * us anyway, since it has our candidates, and then it is the first to connect.
 */
export class PostponedCandidates {
  #postponed: (() => void)[] | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** For an offer of another native program. */
  begin(): void {
    this.#postponed = [];
    this.#timer = setTimeout(() => this.end(), AFTER_ANSWER_MS);
  }

  /** Runs now, or later in the same order. */
  add(add: () => void): void {
    if (this.#postponed === null) add();
    else this.#postponed.push(add);
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const postponed = this.#postponed ?? [];
    this.#postponed = null;
    for (const add of postponed) add();
  }
}

/**
 * A browser that offers is better off as the DTLS client: Firefox as server loses our first packet every time. So its
 * offer is read as if it said "active"; the answer then says "passive", which every stack takes.
 */
export function offerReadAsActive(sdp: string): string {
  return sdp.replace(/^a=setup:actpass/gm, 'a=setup:active');
}
