import { OWN_STALL_COUNTED_MS, OWN_STALL_MS, SUSPICIOUS_AFTER_MS } from './link-limits.js';

export interface LivenessLimits {
  readonly unresponsiveAfterMs: number;
  readonly goneAfterMs: number;
  readonly hiddenUnresponsiveAfterMs: number;
  readonly hiddenGoneAfterMs: number;
}

export type LivenessChange = 'unresponsive' | 'responsive' | 'gone' | null;

/** Judges a peer by how long it has been silent, as seen by somebody who was there to listen. */
export class Liveness {
  readonly #limits: LivenessLimits;
  /** Moved forward by the time in which we did not listen ourselves. */
  #heardAt: number;
  #watchedAt: number;
  #isUnresponsive = false;
  #wasHeard = false;
  isHidden = false;

  constructor(limits: LivenessLimits, now: number) {
    this.#limits = limits;
    this.#heardAt = this.#watchedAt = now;
  }

  get isUnresponsive(): boolean {
    return this.#isUnresponsive;
  }

  silenceMs(now: number): number {
    return now - this.#heardAt;
  }

  /** Silent for long enough to be asked. */
  isSuspicious(now: number): boolean {
    return this.silenceMs(now) > SUSPICIOUS_AFTER_MS;
  }

  /** Until when silence changes nothing. */
  get quietUntil(): number {
    return this.#isUnresponsive ? 0 : this.#heardAt + SUSPICIOUS_AFTER_MS;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#wasHeard = true;
  }

  /** The transport says that the route is down: no need to wait for the silence to tell. */
  suspect(): LivenessChange {
    this.#wasHeard = false;
    if (this.#isUnresponsive) return null;
    this.#isUnresponsive = true;
    return 'unresponsive';
  }

  /** Called with each poll, after what has arrived was heard. */
  watch(now: number): LivenessChange {
    const gap = now - this.#watchedAt;
    this.#watchedAt = now;
    if (gap > OWN_STALL_MS) this.#heardAt = Math.min(now, this.#heardAt + gap - OWN_STALL_COUNTED_MS);
    if (this.#isUnresponsive && this.#wasHeard) {
      this.#isUnresponsive = this.#wasHeard = false;
      return 'responsive';
    }
    const silence = this.silenceMs(now);
    const limits = this.#limits;
    if (silence <= (this.isHidden ? limits.hiddenUnresponsiveAfterMs : limits.unresponsiveAfterMs)) return null;
    if (silence > (this.isHidden ? limits.hiddenGoneAfterMs : limits.goneAfterMs)) return 'gone';
    this.#wasHeard = false;
    if (this.#isUnresponsive) return null;
    this.#isUnresponsive = true;
    return 'unresponsive';
  }
}
