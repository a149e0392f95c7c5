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
/** What comes faster than 4.8 Mbit/s may be filling a queue, whether the peer has said that it waits or not. */
const BURST_BYTES_PER_MS = 600;

/** Decides when the next pulse is due. */
export class PulseSchedule {
  #sentAt = Number.NEGATIVE_INFINITY;
  #sent = 0;
  #isAsked = false;
  /** The peer asked in its last pulse: what it sends waits for our reports. */
  #isAwaited = false;
  /** So did we. */
  #hasAsked = false;

  /** What a pulse of the peer says. */
  heard(isProbe: boolean): void {
    this.#isAwaited = isProbe;
    this.#isAsked ||= isProbe;
  }

  /**
   * `asks`: we want to hear from the peer. Reports and measurements come quickly only when one of the two waits for them:
   * what has room anyway is told of now and then, since a pulse costs as much as a datagram full of packets.
   */
  isDue(now: number, arrivals: Arrivals, outlet: Outlet, asks: boolean): boolean {
    const since = now - this.#sentAt;
    if (since >= (this.#sent < FIRST_PULSES ? FIRST_PULSE_INTERVAL_MS : PULSE_INTERVAL_MS)) return true;
    if (since < REPORT_BUSY_AFTER_MS) return false;
    const { unreportedBytes } = arrivals;
    const isQuick = this.#isAwaited || unreportedBytes >= since * BURST_BYTES_PER_MS;
    if (isQuick && unreportedBytes >= REPORT_AFTER_BYTES) return true;
    if (asks && (!this.#hasAsked || outlet.unmeasuredBytes >= MEASURE_AFTER_BYTES)) return true;
    if (since < REPORT_AFTER_MS) return false;
    if (unreportedBytes > DATA_BYTES) return true;
    const isMeasuring = outlet.unmeasuredBytes > 0 && isBusy(outlet);
    return (asks && isMeasuring) || ((asks || this.#isAsked || isMeasuring) && since >= PROBE_INTERVAL_MS);
  }

  /** Until when nothing can become due by itself; 0 when something may any moment. */
  quietUntil(arrivals: Arrivals, outlet: Outlet): number {
    const isWaiting = this.#isAsked || arrivals.unreportedBytes > DATA_BYTES || this.#sent < FIRST_PULSES;
    return isWaiting || (outlet.unmeasuredBytes > 0 && isBusy(outlet)) ? 0 : this.#sentAt + PULSE_INTERVAL_MS;
  }

  sent(now: number, arrivals: Arrivals, asks: boolean): void {
    this.#hasAsked = asks;
    this.#sentAt = now;
    this.#sent = Math.min(this.#sent + 1, FIRST_PULSES);
    this.#isAsked = false;
    arrivals.unreportedBytes = 0;
  }
}

/** Whether enough is under way to fill a queue somewhere. */
const isBusy = ({ log, budget }: Outlet): boolean => log.bytesUnderWay > budget.bytes * BUSY_SHARE;
