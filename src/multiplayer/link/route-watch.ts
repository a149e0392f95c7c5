import { DATAGRAM_BYTES } from './link-limits.js';

/** A fall of the delay by less than this share of what a queue would have lost belongs to something else. */
const QUEUE_SHARE = 0.25;
/** Half of a smaller window would be less than ever goes. */
const LEAST_WATCHED_BYTES = 4 * DATAGRAM_BYTES;
/** Besides the time that the messages take, until a report tells of them. */
const REPORT_MS = 50;

/** What the window knows when a report comes late. */
export interface LateReport {
  readonly now: number;
  /** How late, compared with what the route is known to take. */
  readonly standingMs: number;
  readonly targetMs: number;
  readonly windowBytes: number;
  /** Bytes per millisecond that the peer receives. */
  readonly rate: number;
  readonly loopMs: number;
}

/**
 * Tells a longer route, as after a hand-over from one network to another, from a queue: when half as much is under way,
 * a queue of ours is shorter and a route is as long as before.
 */
export class RouteWatch {
  /** Since when messages come late, and how it was then. */
  #first: LateReport | null = null;
  /** How late they were at the worst since: a queue may still have been growing at first. */
  #peakMs = 0;
  #halvedAt = Number.NaN;

  get isLate(): boolean {
    return this.#first !== null;
  }

  /** Since when; NaN while they do not. */
  get lateSince(): number {
    return this.#first?.now ?? Number.NaN;
  }

  /** The window as it was before it had to shrink for what turned out to be the route. */
  get windowBytes(): number {
    return this.#first?.windowBytes ?? 0;
  }

  /** Messages are as quick as they should be. */
  clear(): void {
    this.#first = null;
  }

  /** Whether a smaller window has changed next to nothing: then half of it has to tell. */
  isUnmoved({ standingMs, windowBytes, rate }: Pick<LateReport, 'standingMs' | 'windowBytes' | 'rate'>): boolean {
    const first = this.#first;
    if (first === null || windowBytes >= first.windowBytes) return false;
    const drainMs = drainTimeMs(first, windowBytes, rate);
    return this.#peakMs - standingMs < QUEUE_SHARE * Math.min(this.#peakMs, drainMs);
  }

  /** Whether what is late is so because the route became longer. */
  isLonger(report: LateReport): boolean {
    const first = this.#first;
    if (first === null) return this.#begin(report);
    const { now, standingMs, windowBytes, rate, loopMs } = report;
    this.#peakMs = Math.max(this.#peakMs, standingMs);
    // Not the present target: with the rate that falls by the shrinking alone, it grows.
    if (standingMs <= Math.min(first.targetMs, report.targetMs)) {
      this.clear();
      return false;
    }
    if (windowBytes > first.windowBytes / 2) return false;
    if (Number.isNaN(this.#halvedAt)) this.#halvedAt = now;
    // The time a queue would take to become shorter by so much.
    const drainMs = drainTimeMs(first, windowBytes, rate);
    if (!(now - this.#halvedAt >= loopMs + REPORT_MS + drainMs)) return false;
    return this.isUnmoved(report) || this.#begin(report);
  }

  #begin(report: LateReport): false {
    const { standingMs, targetMs, windowBytes } = report;
    this.#first = standingMs > targetMs && windowBytes >= LEAST_WATCHED_BYTES ? report : null;
    this.#peakMs = standingMs;
    this.#halvedAt = Number.NaN;
    return false;
  }
}

/** How long what the window lost since takes to leave a queue. A rate that was not known then is no slow one. */
function drainTimeMs(first: LateReport, windowBytes: number, rate: number): number {
  const slowest = first.rate > 0 ? Math.min(first.rate, rate) : rate;
  return (first.windowBytes - windowBytes) / slowest;
}
