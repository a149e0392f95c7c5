import { DATAGRAM_BYTES } from './link-limits.js';
import { RouteWatch } from './route-watch.js';
import { SlidingMin } from './sliding-window.js';

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
/** Or so much of what the delay changes by from one report to the next: on an uneven route that is no queue. */
const TARGET_UNREST = 2;
const MOST_UNREST_MS = 40;
const UNREST_WEIGHT = 1 / 16;
/** The part of the target below which there is room to grow; between it and the target the window stays. */
const ROOM_TO_GROW = 0.75;
/** Growth with each round trip at first. Doubling, as TCP does, would overshoot by as much as it has. */
const FIRST_GROWTH = 0.5;
/** Later on, and bytes at least: on a slow link a whole datagram would be much. */
const LATER_GROWTH = 0.05;
const LEAST_GROWTH_BYTES = DATAGRAM_BYTES / 2;
/** A route changes; what was its shortest delay is forgotten after this time, if that was not noticed before. */
const SHORTEST_WINDOW_MS = 10_000;
const SHORTEST_BUCKETS = 10;
/** A rate measured over less would be that of one frame's burst. */
const RATE_SPAN_MS = 100;
const RATE_WEIGHT = 0.5;
/** Rates of the last while, of which the best is what the route can carry. */
const RATES_WINDOW_MS = 1000;
const RATES_BUCKETS = 4;
/** For so long what the route was seen to carry may be under way although it comes late. */
const SURE_MS = 500;
const LEAST_SHRINK = 0.9;
const MOST_SHRINK = 0.7;
/** No report for so long means that what was known about the route is old. A peer at one poll per second still reports. */
const LOST_TOUCH_MS = 2000;
/** The poll interval of a peer that is not slow. What one waited for its poll beyond this is no queue of the route. */
const QUICK_POLL_MS = 17;
/** Losses above this are congestion whatever the delay says. */
const LOSS_THAT_ENDS_GROWTH = 0.3;

/** A report of the peer, against the log of what was sent. */
export interface WindowReport {
  now: number;
  /** Bytes the peer has received, since the link exists. */
  receivedBytes: number;
  /** From the sending of the message that measures the route to its arrival, in the difference of two clocks that nobody set. */
  forwardMs: number;
  /** Between the two polls of the peer in which it was found: it may have waited there for so long. */
  gapMs: number;
  /** From its sending to this report. */
  loopMs: number;
  /** The peer's clock. */
  peerTime: number;
  lossRate: number;
}

/**
 * How many bytes may be under way. The transport has a window of its own, but that one grows until packets are lost,
 * and a home router keeps seconds of data before it loses any. This one grows until packets come later than the fastest
 * ones did, and goes back to what the peer is seen to receive.
 */
export class SendWindow {
  readonly #shortestForward = new SlidingMin(SHORTEST_WINDOW_MS, SHORTEST_BUCKETS);
  readonly #shortestLoop = new SlidingMin(SHORTEST_WINDOW_MS, SHORTEST_BUCKETS);
  readonly #route = new RouteWatch();
  readonly #negativeRates = new SlidingMin(RATES_WINDOW_MS, RATES_BUCKETS);
  #bytes = FIRST_BYTES;
  /** Growing fast, until the first queue is seen. */
  #isStarting = true;
  #wasLimited = false;
  /** Since the last report. */
  #echoedBytes = 0;
  /** The delay of the route above its shortest, at the last reports. */
  #lastQueueMs = 0;
  #secondLastQueueMs = 0;
  #unrestMs = 0;
  /** Bytes per millisecond that the peer was last seen to receive. */
  #rate = 0;
  #rateFromBytes = 0;
  #rateFrom = Number.NaN;
  #shrunkAt = Number.NEGATIVE_INFINITY;
  #reportedAt = Number.NaN;

  get bytes(): number {
    return this.#bytes;
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
    this.#shortestForward.add(report.forwardMs, now);
    this.#shortestLoop.add(report.loopMs, now);
    if (now - this.#reportedAt > LOST_TOUCH_MS) this.#startOver();
    this.#reportedAt = now;
    this.#measureRate(report);
    const queueMs = this.#queueMsOf(report);
    // A late packet or two are jitter; the least of three in a row is a queue.
    const standingMs = Math.min(queueMs, this.#lastQueueMs, this.#secondLastQueueMs);
    const changeMs = Math.min(MOST_UNREST_MS, Math.abs(queueMs - this.#lastQueueMs));
    this.#unrestMs += (changeMs - this.#unrestMs) * UNREST_WEIGHT;
    this.#secondLastQueueMs = this.#lastQueueMs;
    this.#lastQueueMs = queueMs;
    const targetMs = this.#targetMs();
    if (queueMs > targetMs * ROOM_TO_GROW) this.#isStarting = false;
    if (this.#isOtherRoute(report, standingMs, targetMs)) this.#takeRoute(report);
    else if (standingMs > targetMs) this.#shrink(now, targetMs);
    else if (standingMs < targetMs * ROOM_TO_GROW && this.#mayGrow(report)) this.#grow(this.#echoedBytes);
    this.#wasLimited = false;
    this.#echoedBytes = 0;
  }

  /** How much later than the fastest ones it came, without what a peer that polls rarely let it wait. */
  #queueMsOf({ now, forwardMs, gapMs }: WindowReport): number {
    const shortest = this.#shortestForward.min(now);
    return Math.max(0, forwardMs - Math.max(0, gapMs - QUICK_POLL_MS) - shortest);
  }

  #mayGrow({ lossRate }: WindowReport): boolean {
    return this.#wasLimited && lossRate < LOSS_THAT_ENDS_GROWTH;
  }

  #targetMs(): number {
    const datagramsMs = this.#rate > 0 ? TARGET_QUEUE_BYTES / this.#rate : TARGET_QUEUE_MS;
    return TARGET_QUEUE_MS + Math.max(datagramsMs, TARGET_UNREST * this.#unrestMs);
  }

  #isOtherRoute({ now, loopMs }: WindowReport, standingMs: number, targetMs: number): boolean {
    if (standingMs <= targetMs && !this.#route.isLate) return false;
    const [windowBytes, rate] = [this.#bytes, this.#rate];
    return this.#route.isLonger({ now, standingMs, targetMs, windowBytes, rate, loopMs });
  }

  /** What the delays were before says nothing any more, and the shrinking was for nothing. */
  #takeRoute({ now, forwardMs, loopMs }: WindowReport): void {
    this.#shortestForward.clear();
    this.#shortestForward.add(forwardMs, now);
    this.#shortestLoop.clear();
    this.#shortestLoop.add(loopMs, now);
    this.#lastQueueMs = this.#secondLastQueueMs = 0;
    this.#bytes = this.#route.windowBytes;
    this.#isStarting = true;
    this.#route.clear();
  }

  #grow(echoedBytes: number): void {
    const share = this.#isStarting ? FIRST_GROWTH : Math.max(LATER_GROWTH, LEAST_GROWTH_BYTES / this.#bytes);
    const growth = share * Math.min(echoedBytes, this.#bytes);
    this.#bytes = Math.min(MOST_BYTES, this.#bytes + growth);
  }

  /** Once per round trip, since what was sent before still comes late. */
  #shrink(now: number, targetMs: number): void {
    const loopMs = this.#shortestLoop.min(now);
    if (now - this.#shrunkAt < loopMs + targetMs) return;
    this.#shrunkAt = now;
    const fitting = this.#rate * (loopMs + targetMs / 2);
    const shrunk = Math.max(this.#bytes * MOST_SHRINK, Math.min(this.#bytes * LEAST_SHRINK, fitting));
    // What was received lately fits without any queue, so a queue that stays is not ours; or the route became longer.
    const isSure = !(now - this.#route.lateSince > SURE_MS);
    const floor = isSure ? -this.#negativeRates.min(now) * loopMs : 0;
    this.#bytes = Math.max(LEAST_BYTES, Math.min(this.#bytes, Math.max(shrunk, floor)));
  }

  #startOver(): void {
    this.#bytes = Math.min(this.#bytes, FIRST_BYTES);
    this.#isStarting = true;
    this.#lastQueueMs = this.#secondLastQueueMs = 0;
    this.#route.clear();
    this.#rateFrom = Number.NaN;
  }

  #measureRate({ now, peerTime, receivedBytes }: WindowReport): void {
    const span = peerTime - this.#rateFrom;
    // Written so that a first report, and a peer whose clock jumps, begin anew.
    if (!(span >= 0)) {
      this.#rateFrom = peerTime;
      this.#rateFromBytes = receivedBytes;
    } else if (span >= RATE_SPAN_MS) {
      const rate = (receivedBytes - this.#rateFromBytes) / span;
      this.#negativeRates.add(-rate, now);
      this.#rate = this.#rate === 0 ? rate : this.#rate + (rate - this.#rate) * RATE_WEIGHT;
      this.#rateFrom = peerTime;
      this.#rateFromBytes = receivedBytes;
    }
  }
}
