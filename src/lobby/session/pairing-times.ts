/** Milliseconds. */
export interface PairingTiming {
  /** For a peer to be connected, all attempts together. */
  readonly connectMs: number;
  /** For the offer or the answer of the other side, before it is asked again. */
  readonly signalMs: number;
  /** For the connection from then on, before another attempt. */
  readonly attemptMs: number;
  /** From the first attempt that failed to the next one; later pauses are longer. */
  readonly pauseMs: number;
}

/** Each pause is twice as long as the one before, this often. */
const MOST_DOUBLINGS = 5;
/** An offer is on its way for as long: nobody needs to ask for it. */
const OFFER_UNDER_WAY_MS = 1000;
/** Time in which nobody polled counts as this much at most: a page that was frozen has not waited. */
const LONGEST_STEP_MS = 1000;
const NEVER = Number.POSITIVE_INFINITY;

/** How long a pairing has taken so far, how long its attempt has, and when the next one is due. */
export class PairingTimes {
  readonly #timing: PairingTiming;
  #polledAt: number;
  /** Since the pairing began, and since the attempt did or was answered. */
  #spent = 0;
  #attemptSpent = 0;
  /** Until the next attempt of ours, where one is planned. */
  #pause = NEVER;

  constructor(timing: PairingTiming, now: number) {
    this.#timing = timing;
    this.#polledAt = now;
  }

  /** Time has passed. It counts only for somebody who waits for something that can come, and not for itself. */
  pass(now: number, isWaiting: boolean, isThinking: boolean): void {
    const step = Math.min(now - this.#polledAt, LONGEST_STEP_MS);
    this.#polledAt = now;
    if (!isWaiting) return;
    this.#spent += step;
    if (!isThinking) this.#attemptSpent += step;
    this.#pause -= step;
  }

  /** All attempts together have taken too long. */
  get areOver(): boolean {
    return this.#spent >= this.#timing.connectMs;
  }

  get isAttemptDue(): boolean {
    return this.#pause <= 0;
  }

  get isOfferUnderWay(): boolean {
    return this.#attemptSpent < OFFER_UNDER_WAY_MS;
  }

  /** Whether an attempt has taken too long, before it was answered or after. */
  isLate(isAnswered: boolean): boolean {
    return this.#attemptSpent >= (isAnswered ? this.#timing.attemptMs : this.#timing.signalMs);
  }

  pauseAfter(tries: number): number {
    return this.#timing.pauseMs * 2 ** Math.min(tries, MOST_DOUBLINGS);
  }

  /** As many attempts as there is time for, from now on. */
  restart(): void {
    this.#spent = 0;
  }

  /** An attempt begins, or goes on with the other side known: what was slow until here was the lobby. */
  restartAttempt(): void {
    this.#attemptSpent = 0;
  }

  plan(pauseMs: number): void {
    this.#pause = pauseMs;
  }

  planNoLaterThan(pauseMs: number): void {
    this.#pause = Math.min(this.#pause, pauseMs);
  }

  planNothing(): void {
    this.#pause = NEVER;
  }

  /** The attempt is late after this time, if nothing comes. */
  expectWithin(pauseMs: number): void {
    this.#attemptSpent = this.#timing.signalMs - pauseMs;
  }
}
