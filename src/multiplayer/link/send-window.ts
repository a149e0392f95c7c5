import { DATAGRAM_BYTES, TRANSPORT_BACKLOG_BYTES } from './link-limits.js';
import { type DelaySample, QueueMeter } from './queue-meter.js';
import { ReceiveRate } from './receive-rate.js';
import { shortestLately } from './route-delay.js';
import { RouteWatch } from './route-watch.js';

/** A little below what SCTP begins with, so that its own window is not what data waits for. */
const FIRST_BYTES = 9 * DATAGRAM_BYTES;
/** With less, each datagram would wait for the report of the one before. */
const LEAST_BYTES = 2 * DATAGRAM_BYTES;
/** 80 Mbit/s at 100 ms; more than a game needs, and little enough to hold in memory. */
const MOST_BYTES = 1024 * 1024;
/** What may wait in the queues of the route: small beside a frame's way to the other screen, large beside the jitter. */
const TARGET_QUEUE_MS = 16;
/** Besides, so many datagrams: on a slow link a single one takes longer than the target. */
const TARGET_QUEUE_BYTES = 1.5 * DATAGRAM_BYTES;
/** The part of the target below which there is room to grow; between it and the target the window stays. */
const ROOM_TO_GROW = 0.85;
/** Growth with each round trip at first. Doubling, as TCP does, would overshoot by as much as it has. */
const FIRST_GROWTH = 0.5;
/** Later on, and bytes at least: on a slow link a whole datagram would be much. */
const LATER_GROWTH = 0.05;
const LEAST_GROWTH_BYTES = DATAGRAM_BYTES / 2;
/** For so long what the route was seen to carry may be under way although it comes late. */
const SURE_MS = 500;
/** With less of a queue it is worth waiting until messages tell what the last shrinking did. */
const MOST_PATIENT_MS = 150;
const LEAST_SHRINK = 0.9;
const MOST_SHRINK = 0.7;
/** No report for so long means that what was known about the route is old. A peer at one poll per second still reports. */
const LOST_TOUCH_MS = 2000;
/** A message with no more before it can't have waited for much of ours. */
const UNLOADED_BYTES = DATAGRAM_BYTES;

/** A report of the peer, against the log of what was sent. */
export interface WindowReport extends DelaySample {
  /** Bytes the peer has received since the link exists, modulo 2^32. */
  readonly receivedBytes: number;
  /** From the sending of the message that measures the route to this report. */
  readonly loopMs: number;
  /** Bytes that were under way when it was sent. */
  readonly loadBytes: number;
  /** The peer's clock. */
  readonly peerTime: number;
}

/**
 * How many bytes may be under way. The transport has a window of its own, but that one grows until packets are lost,
 * and a home router keeps seconds of data before it loses any. This one grows until packets come later than the route
 * makes them, and goes back to what the peer is seen to receive. Losses are left to the transport.
 */
export class SendWindow {
  readonly #queue = new QueueMeter();
  readonly #route = new RouteWatch();
  readonly #rate = new ReceiveRate();
  readonly #shortestLoop = shortestLately();
  #bytes = FIRST_BYTES;
  #shedBytes = 0;
  /** Growing fast, until the first queue is seen. */
  #isStarting = true;
  #wasLimited = false;
  /** Since the last report. */
  #echoedBytes = 0;
  #shrunkAt = Number.NEGATIVE_INFINITY;
  #reportedAt = Number.NaN;

  get bytes(): number {
    return this.#bytes;
  }

  /** What the window lost just now, while that is still under way: small messages shall not wait for it to arrive. */
  get shedBytes(): number {
    return this.#shedBytes;
  }

  /** Something had to wait: only then has the window been tried, and may grow. */
  limited(): void {
    this.#wasLimited = true;
  }

  /** Bytes that are no longer under way; the next report tells whether that was quick enough. */
  echoed(bytes: number): void {
    this.#echoedBytes += bytes;
  }

  report(report: WindowReport): void {
    const { now } = report;
    if (now - this.#reportedAt > LOST_TOUCH_MS) this.#startOver();
    this.#reportedAt = now;
    this.#rate.add(report.receivedBytes, report.peerTime, now);
    if (now - this.#shrunkAt > report.loopMs) this.#shedBytes = 0;
    const isLoaded = report.loadBytes > UNLOADED_BYTES;
    const ownMs = this.#rate.lately > 0 ? TRANSPORT_BACKLOG_BYTES / this.#rate.lately : 0;
    this.#queue.add(report, isLoaded, ownMs);
    if (isLoaded && this.#rate.hasFallen(now)) this.#queue.believeShortest(now);
    if (report.isTimed) this.#shortestLoop.add(report.loopMs, now);
    this.#adapt(report, this.#targetMs(now), isLoaded);
    this.#wasLimited = false;
    this.#echoedBytes = 0;
  }

  #adapt(report: WindowReport, targetMs: number, isLoaded: boolean): void {
    const { standingMs, lastMs } = this.#queue;
    const roomMs = targetMs * ROOM_TO_GROW;
    if (Math.max(standingMs, lastMs) > roomMs) this.#isStarting = false;
    if (this.#isOtherRoute(report, targetMs, isLoaded)) this.#takeRoute(report);
    else if (standingMs > targetMs) this.#shrink(report, targetMs);
    else if (standingMs < roomMs && this.#wasLimited) this.#grow();
  }

  #targetMs(now: number): number {
    const best = this.#rate.best(now);
    return TARGET_QUEUE_MS + (best > 0 ? TARGET_QUEUE_BYTES / best : 0);
  }

  #isOtherRoute({ now, loopMs, isTimed }: WindowReport, targetMs: number, isLoaded: boolean): boolean {
    const { standingMs, lastMs } = this.#queue;
    if (standingMs <= targetMs && !this.#route.isLate) return false;
    // Late with nothing before it.
    if (this.#route.isLate && isTimed && !isLoaded && Math.min(standingMs, lastMs) > targetMs) return true;
    const [windowBytes, rate] = [this.#bytes, this.#rate.lately];
    return this.#route.isLonger({ now, standingMs, targetMs, windowBytes, rate, loopMs });
  }

  /** What the delays were before says nothing any more, and the shrinking was for nothing. */
  #takeRoute({ now, loopMs }: WindowReport): void {
    const longerLoopMs = this.#shortestLoop.min(now) + this.#queue.standingMs;
    this.#shortestLoop.clear();
    // What this one message waited for polls and other messages is not the route's.
    this.#shortestLoop.add(Math.min(loopMs, longerLoopMs), now);
    this.#queue.takeForRoute(now);
    this.#bytes = this.#route.windowBytes;
    this.#isStarting = true;
    this.#route.clear();
  }

  #grow(): void {
    const share = this.#isStarting ? FIRST_GROWTH : Math.max(LATER_GROWTH, LEAST_GROWTH_BYTES / this.#bytes);
    const growth = share * Math.min(this.#echoedBytes, this.#bytes);
    this.#bytes = Math.min(MOST_BYTES, this.#bytes + growth);
  }

  /** Once per round trip: what was sent before the last time tells nothing about it. */
  #shrink({ now, loopMs: lastLoopMs }: WindowReport, targetMs: number): void {
    const late = this.#route;
    const { standingMs } = this.#queue;
    const loopMs = this.#shortestLoop.min(now);
    if (now - this.#shrunkAt < loopMs + targetMs) return;
    const isUnmoved = late.isUnmoved({ standingMs, windowBytes: this.#bytes, rate: this.#rate.lately });
    const isTold = now - lastLoopMs >= this.#shrunkAt + targetMs;
    if (isUnmoved && !isTold && standingMs < MOST_PATIENT_MS) return;
    this.#shrunkAt = now;
    this.#queue.restart(now);
    const bytes = isUnmoved && isTold ? late.windowBytes / 2 : this.#shrunkBytes(now, loopMs, targetMs);
    const before = this.#bytes;
    this.#bytes = Math.max(LEAST_BYTES, Math.min(before, bytes));
    this.#shedBytes = before - this.#bytes;
  }

  #shrunkBytes(now: number, loopMs: number, targetMs: number): number {
    const fitting = this.#rate.lately * (loopMs + targetMs / 2);
    const shrunk = Math.max(this.#bytes * MOST_SHRINK, Math.min(this.#bytes * LEAST_SHRINK, fitting));
    // What was received lately fits without any queue, so a queue that stays is not ours; or the route became longer.
    const isSure = !(now - this.#route.lateSince > SURE_MS);
    return isSure ? Math.max(shrunk, this.#rate.best(now) * loopMs) : shrunk;
  }

  #startOver(): void {
    this.#bytes = Math.min(this.#bytes, FIRST_BYTES);
    this.#isStarting = true;
    this.#queue.startOver();
    this.#route.clear();
    this.#rate.interrupt();
  }
}
