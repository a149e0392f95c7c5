import type { Moment } from './moment.js';

export interface PlayoutOptions {
  /** The delay never falls below this. Default: 20 ms. */
  minDelayMs?: number;
  /** And never grows beyond this. Default: 500 ms. */
  maxDelayMs?: number;
}

const MIN_DELAY_MS = 20;
const MAX_DELAY_MS = 500;
/** Arrivals that the delay is made from, and the share of them that must not come too late. */
const WINDOW = 64;
const IN_TIME = 0.95;
const AIM_EVERY = 4;
/** Time runs at most this much faster or slower while the delay changes: too little to be seen. */
const SLEW = 0.1;
/** Beyond this the clock is set anew: a pause, a stall, a sender that restarted. */
export const SET_ANEW_MS = 750;

/**
 * What time it is in a replica: the sender's time, a little late, so that states which come at irregular intervals are
 * there before they are needed. The delay follows the interval and the jitter of what arrives; the time never jumps
 * while it does.
 */
export class PlayoutClock {
  /** The sender's time to show now. NaN before the first state. */
  timeMs = Number.NaN;
  readonly #minDelayMs: number;
  readonly #maxDelayMs: number;
  /** Arrival minus sending, of the last trips: the clocks' difference is in all of them alike. */
  readonly #trips = new Float64Array(WINDOW);
  /** Arrival minus the sending of the state before: until then there was nothing to move towards. */
  readonly #waits = new Float64Array(WINDOW);
  readonly #sorted = new Float64Array(WINDOW);
  #count = 0;
  #newest = Number.NaN;
  /** The sender's clock minus ours, minus the delay: what is added to our time. */
  #offset = Number.NaN;
  #target = Number.NaN;
  /** The shortest of the last trips. */
  #fastest = Number.POSITIVE_INFINITY;
  #lastNow = 0;

  constructor(options: PlayoutOptions = {}) {
    this.#minDelayMs = options.minDelayMs ?? MIN_DELAY_MS;
    this.#maxDelayMs = options.maxDelayMs ?? MAX_DELAY_MS;
  }

  /** How far behind the fastest arrival things are shown. NaN before the first state. */
  get delayMs(): number {
    return -this.#fastest - this.#offset;
  }

  /** A state has arrived: when it was sent, by the sender's clock, and what time it is by ours. */
  arrived(sent: Moment, now: Moment): void {
    const sentMs = sent.timeMs;
    const nowMs = now.timeMs;
    const gap = sentMs - this.#newest;
    if (gap < -SET_ANEW_MS || gap > SET_ANEW_MS * 4) this.#count = 0;
    const slot = this.#count % WINDOW;
    this.#trips[slot] = nowMs - sentMs;
    this.#waits[slot] = gap > 0 && gap < SET_ANEW_MS ? nowMs - this.#newest : nowMs - sentMs;
    this.#count += 1;
    if (!(gap <= 0)) this.#newest = sentMs;
    this.#aim();
    if (Number.isNaN(this.#offset)) {
      this.#offset = this.#target;
      this.#lastNow = nowMs;
    }
  }

  /** What comes next is of another clock. */
  beginAnew(): void {
    this.#count = 0;
    this.#newest = this.#offset = this.#target = Number.NaN;
  }

  /** Sets `timeMs` for a frame: once in each, with a time that never goes back. */
  advance(now: Moment): void {
    const nowMs = now.timeMs;
    const passed = Math.max(0, nowMs - this.#lastNow);
    this.#lastNow = nowMs;
    const error = this.#target - this.#offset;
    if (Math.abs(error) > SET_ANEW_MS) this.#offset = this.#target;
    else this.#offset += Math.max(-SLEW * passed, Math.min(SLEW * passed, error));
    this.timeMs = nowMs + this.#offset;
  }

  #aim(): void {
    const count = Math.min(this.#count, WINDOW);
    // PERF: once the window is full, one arrival changes little: every few of them are looked at together.
    if (this.#count > WINDOW && this.#count % AIM_EVERY !== 0) return;
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i += 1) fastest = Math.min(fastest, this.#trips[i] as number);
    this.#fastest = fastest;
    const sorted = this.#sorted;
    sorted.set(this.#waits);
    sorted.fill(Number.POSITIVE_INFINITY, count);
    sorted.sort();
    const needed = sorted[Math.ceil(count * IN_TIME) - 1] as number;
    this.#target = -fastest - Math.max(this.#minDelayMs, Math.min(this.#maxDelayMs, needed - fastest));
  }
}
