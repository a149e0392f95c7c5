import type { Arrivals } from './arrivals.js';
import {
  FIRST_PULSE_INTERVAL_MS,
  FIRST_PULSES,
  MEASURE_AFTER_BYTES,
  PROBE_INTERVAL_MS,
  PULSE_INTERVAL_MS,
  REPORT_AFTER_BYTES,
  REPORT_AFTER_MS,
  REPORT_BUSY_AFTER_MS,
} from './link-limits.js';
import type { Outlet } from './outlet.js';

/** Of the window, under way: enough to fill a queue somewhere. */
const BUSY_SHARE = 0.25;
/** Pulses alone are not worth a report: two idle peers would answer each other for ever. */
const DATA_BYTES = 150;

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
  isDue(now: number, arrivals: Arrivals, outlet: Outlet, asks: boolean): boolean {
    const since = now - this.#sentAt;
    if (since >= (this.#sent < FIRST_PULSES ? FIRST_PULSE_INTERVAL_MS : PULSE_INTERVAL_MS)) return true;
    if (since < REPORT_BUSY_AFTER_MS) return false;
    const { unreportedBytes } = arrivals;
    if (unreportedBytes >= REPORT_AFTER_BYTES || outlet.unmeasuredBytes >= MEASURE_AFTER_BYTES) return true;
    if (since < REPORT_AFTER_MS) return false;
    if (unreportedBytes > DATA_BYTES || (outlet.unmeasuredBytes > 0 && isBusy(outlet))) return true;
    return (asks || this.#isAsked) && since >= PROBE_INTERVAL_MS;
  }

  /** Until when nothing can become due by itself; 0 when something may any moment. */
  quietUntil(arrivals: Arrivals, outlet: Outlet): number {
    const isWaiting = this.#isAsked || arrivals.unreportedBytes > DATA_BYTES || this.#sent < FIRST_PULSES;
    return isWaiting || (outlet.unmeasuredBytes > 0 && isBusy(outlet)) ? 0 : this.#sentAt + PULSE_INTERVAL_MS;
  }

  sent(now: number, arrivals: Arrivals): void {
    this.#sentAt = now;
    this.#sent = Math.min(this.#sent + 1, FIRST_PULSES);
    this.#isAsked = false;
    arrivals.unreportedBytes = 0;
  }
}

/** Whether enough is under way to fill a queue somewhere. */
const isBusy = ({ log, budget }: Outlet): boolean => log.bytesUnderWay > budget.bytes * BUSY_SHARE;
