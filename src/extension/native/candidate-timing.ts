import { BlockList, isIPv4 } from 'node:net';

/**
 * When candidates are told and used, so that connections stand at once (docs/native.md tells how it was found). Two races
 * in the library cost a second, or the attempt, on links without latency: both vanish when the side that is the DTLS
 * server, which is the one that offers, is the first whose ICE connects.
 */

/** An offerer that announces this holds its candidates back, see `HeldCandidates`. */
export const LATE_CANDIDATES = 'late-candidates';

/** By then ICE has connected, or the two ends need each other's candidates to get through. */
const AFTER_ANSWER_MS = 150;
/** Until then it is looked for: sooner known is sooner connected, since the answerer waits for the candidates. */
const LOOK_EVERY_MS = 2;
/** Somebody who sends the description by hand, with all candidates in it, waits for them before any answer comes. */
const WITHOUT_ANSWER_MS = 500;
/** By then our answer has gone through a slow signalling too; above, waiting costs more than what it avoids. */
const ANSWER_ARRIVED_MS = 1200;

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
 * Answering another native program: its candidates are kept from ICE until it has our answer. Its checks reach us
 * without them, since it has ours then, and so it is the first to connect.
 */
export class PostponedCandidates {
  /** Each with what it waits for. Null when nothing is postponed. */
  #postponed: { readonly add: () => void; readonly isLate: boolean }[] | null = null;
  /** Whether what comes now can be what an offerer that holds its candidates sends because it has our answer. */
  #isLate = false;
  #latePass = false;
  #timers: NodeJS.Timeout[] = [];

  /** For an offer of another native program. */
  begin(): void {
    this.end();
    this.#postponed = [];
    this.#isLate = this.#latePass = false;
  }

  /** The answer is on its way. */
  onAnswered(offererHolds: boolean): void {
    if (this.#postponed === null) return;
    this.#after(ANSWER_ARRIVED_MS, () => this.end());
    if (!offererHolds) return;
    this.#after(AFTER_ANSWER_MS, () => {
      this.#isLate = true;
    });
    // What an offerer sends without an answer is here by then, unless the signalling slows down.
    this.#after(WITHOUT_ANSWER_MS, () => this.#passLate());
  }

  /** Runs now or later. */
  add(candidate: string, add: () => void): void {
    const passes = this.#postponed === null || this.#latePass || crossesNat(candidate);
    if (passes) add();
    else this.#postponed?.push({ add, isLate: this.#isLate });
  }

  /** Also when the connection stands, or is over. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    const postponed = this.#postponed ?? [];
    this.#postponed = null;
    for (const { add } of postponed) add();
  }

  #passLate(): void {
    this.#latePass = true;
    const postponed = this.#postponed ?? [];
    this.#postponed = postponed.filter(({ isLate }) => !isLate);
    for (const { add, isLate } of postponed) if (isLate) add();
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }
}

const privateAddresses = new BlockList();
for (const [address, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateAddresses.addSubnet(address, bits, 'ipv4');
}

/** Whether it is one for paths through NAT. These need our checks at once, and are long enough to have no race. */
function crossesNat(candidate: string): boolean {
  const [, , , , address = '', , , type] = candidate.split(/\s+/);
  return type !== 'host' || (isIPv4(address) && !privateAddresses.check(address, 'ipv4'));
}
