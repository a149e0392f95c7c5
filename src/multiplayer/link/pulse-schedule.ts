import type { Arrivals } from './arrivals.js';
import {
  FIRST_PULSE_INTERVAL_MS,
  FIRST_PULSES,
  PROBE_INTERVAL_MS,
  PULSE_INTERVAL_MS,
  REPORT_AFTER_BYTES,
  REPORT_AFTER_MS,
  REPORT_BUSY_AFTER_MS,
} from './link-limits.js';

/** Decides when the next pulse is due. */
export class PulseSchedule {
  #sentAt = Number.NEGATIVE_INFINITY;
  #sent = 0;
  #isAsked = false;

  /** The peer asked for one. */
  ask(): void {
    this.#isAsked = true;
  }

  /** `asks`: we want to hear from the peer. */
  isDue(now: number, arrivals: Arrivals, asks: boolean): boolean {
    const since = now - this.#sentAt;
    if (since >= (this.#sent < FIRST_PULSES ? FIRST_PULSE_INTERVAL_MS : PULSE_INTERVAL_MS)) return true;
    if (since < REPORT_BUSY_AFTER_MS) return false;
    if ((asks || this.#isAsked) && since >= PROBE_INTERVAL_MS) return true;
    const { unreportedBytes } = arrivals;
    return unreportedBytes >= REPORT_AFTER_BYTES || (unreportedBytes > DATA_BYTES && since >= REPORT_AFTER_MS);
  }

  sent(now: number, arrivals: Arrivals): void {
    this.#sentAt = now;
    this.#sent = Math.min(this.#sent + 1, FIRST_PULSES);
    this.#isAsked = false;
    arrivals.unreportedBytes = 0;
  }
}

/** Pulses alone are not worth a report: two idle peers would answer each other for ever. */
const DATA_BYTES = 150;
