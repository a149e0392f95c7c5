import { BlockList, isIPv4 } from 'node:net';
import { CheckTurns } from './check-turns.js';
import type { IceProgress } from './native-states.js';

/**
 * When candidates are told and used, so that connections stand at once (docs/native.md tells how it was found). Two races
 * in the library cost a second, or the attempt, on links without latency: both vanish when the side that is the DTLS
 * server, which is the one that offers, is the first whose ICE connects.
 */

/** An offerer that announces this holds its candidates back, see `HeldCandidates`. */
export const LATE_CANDIDATES = 'late-candidates';

/** Who announces this tells why they come, and reads it. */
export const TOLD_CANDIDATES = 'told-candidates';
/** The reasons, behind a candidate as RFC 8839 allows: it has the answer, and its ICE has connected, or not so far. */
const CONNECTED = ' scenewire connected';
const ANSWERED = ' scenewire answered';

/** By then ICE has connected, or the two ends need each other's candidates to get through. */
const AFTER_ANSWER_MS = 150;
/** Until then it is looked for: sooner known is sooner connected, since the answerer waits for the candidates. */
const LOOK_EVERY_MS = 1;
/** And so long in every turn of the event loop: on one machine, ICE has connected before a timer has run. */
const LOOK_CLOSELY_MS = 1;
/**
 * Behind the check that connects, the library sends another that confirms the path, or waits with it for other paths. In
 * the answerer it may come between the two steps of `CheckTurns`, and cost 50 ms: the candidates come behind it.
 */
const CONFIRMED_WITHIN_MS = 2;
/** Somebody who sends the description by hand, with all candidates in it, waits for them before any answer comes. */
const WITHOUT_ANSWER_MS = 500;
/** By then our answer has gone through a slow signalling too; above, waiting costs more than what it avoids. */
const ANSWER_ARRIVED_MS = 1200;

/** Offering: own candidates wait until ICE connects. What the remote needs to answer it has without them. */
export class HeldCandidates {
  #held: ((note: string) => void)[] | null = [];
  #note = '';
  #timer: NodeJS.Timeout | null = null;
  #watch: NodeJS.Timeout | null = null;
  #nextLook: NodeJS.Immediate | null = null;
  #progress: () => IceProgress = () => null;
  /** When it was first seen to have connected. */
  #connectedMs = Number.POSITIVE_INFINITY;
  /** Said behind the candidates when ICE has connected. */
  #connectedNote = '';

  /** Reports now, or later in the same order; `note` belongs behind a candidate. */
  report(report: (note: string) => void): void {
    if (this.#held === null) report(this.#note);
    else this.#held.push(report);
  }

  onOffered(): void {
    this.#releaseAfter(WITHOUT_ANSWER_MS);
  }

  /** `announced`: by the other side. */
  onAnswered(progress: () => IceProgress, announced: readonly string[]): void {
    if (this.#held === null) return;
    const isRead = announced.includes(TOLD_CANDIDATES);
    this.#releaseAfter(AFTER_ANSWER_MS, isRead ? ANSWERED : '');
    this.#progress = progress;
    this.#connectedNote = isRead ? CONNECTED : '';
    this.#watch = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#lookClosely(performance.now() + LOOK_CLOSELY_MS);
  }

  /** Called by every poll as well, which then tells them. */
  look(): void {
    const progress = this.#watch === null ? null : this.#progress();
    if (progress === null) return;
    const now = performance.now();
    this.#connectedMs = Math.min(this.#connectedMs, now);
    const isConfirmed = progress === 'completed' || now - this.#connectedMs >= CONFIRMED_WITHIN_MS;
    if (isConfirmed || this.#connectedNote === '') this.release(this.#connectedNote);
  }

  release(note = ''): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#watch !== null) clearInterval(this.#watch);
    if (this.#nextLook !== null) clearImmediate(this.#nextLook);
    this.#watch = this.#nextLook = null;
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    this.#note = note;
    for (const report of held) report(note);
  }

  #lookClosely(untilMs: number): void {
    this.#nextLook = setImmediate(() => {
      this.#nextLook = null;
      this.look();
      if (this.#watch !== null && performance.now() < untilMs) this.#lookClosely(untilMs);
    });
  }

  #releaseAfter(ms: number, note = ''): void {
    if (this.#held === null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.release(note), ms);
  }
}

/** How long a candidate is postponed, counted from our answer. */
const WAITS_MS = [AFTER_ANSWER_MS, WITHOUT_ANSWER_MS, ANSWER_ARRIVED_MS] as const;

/**
 * Answering another native program: its candidates are kept from ICE until it has our answer. Its checks reach us
 * without them, since it has ours then, and so it is the first to connect.
 */
export class PostponedCandidates {
  /** Each with the wait it is under. Null when nothing is postponed. */
  #postponed: { readonly add: () => void; readonly wait: number }[] | null = null;
  #tells = false;
  /** How many of the waits are over. */
  #over = 0;
  #timers: NodeJS.Timeout[] = [];
  #turns: CheckTurns | null = null;

  /** For an offer of another native program; `tells` why its candidates come. */
  begin(tells: boolean): void {
    this.end();
    this.#postponed = [];
    this.#tells = tells;
    this.#over = 0;
  }

  /** An answer is being made. The texts are the library's own, ours with its candidates. */
  onAnswering(local: string, remote: string): void {
    if (this.#postponed === null || this.#turns !== null) return;
    // What it told before, it does not tell again when it is connected.
    if (this.#tells && this.#postponed.length === 0) this.#turns = new CheckTurns(local, remote);
  }

  /** The answer is on its way. */
  onAnswered(): void {
    if (this.#postponed === null || this.#timers.length > 0) return;
    this.#timers = WAITS_MS.map((ms, wait) => setTimeout(() => this.#endWait(wait), ms));
  }

  /** Runs now or later. */
  add(candidate: string, add: () => void): void {
    const wait = waitOf(candidate);
    if (this.#postponed === null || wait < this.#over) add();
    else if (this.#turns !== null && candidate.endsWith(CONNECTED)) this.#turns.run(add);
    else this.#postponed.push({ add, wait });
  }

  /** Also when the connection stands, or is over. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#turns?.close();
    this.#turns = null;
    const postponed = this.#postponed ?? [];
    this.#postponed = null;
    for (const { add } of postponed) add();
  }

  #endWait(wait: number): void {
    this.#turns?.close();
    this.#over = wait + 1;
    const postponed = this.#postponed ?? [];
    this.#postponed = postponed.filter((waiting) => waiting.wait > wait);
    for (const waiting of postponed) if (waiting.wait === wait) waiting.add();
  }
}

/** Which of the waits it is under. */
function waitOf(candidate: string): 0 | 1 | 2 {
  if (crossesNat(candidate)) return 0;
  // Its sender has our answer and could not reach us. Without these words, our answer may still be on its way.
  return candidate.endsWith(ANSWERED) ? 1 : 2;
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

/** Whether it is one for paths through NAT. These need our checks soon, and most are long enough to have no race. */
function crossesNat(candidate: string): boolean {
  const [, , , , address = '', , , type] = candidate.split(/\s+/);
  return type !== 'host' || (isIPv4(address) && !privateAddresses.check(address, 'ipv4'));
}
