import { CongestionWindow } from './congestion-window.js';
import { Fifo } from './fifo.js';
import {
  CHUNK_BYTES,
  NO_BYTES,
  type PathChunk,
  type PathEvent,
  type PathMessage,
  type PathStats,
} from './path-message.js';
import type { SimulatedLink } from './simulated-link.js';
import type { Timeline } from './timeline.js';

/** Limits of the retransmission time-out: what the stack under the native back end uses. */
const LEAST_TIMEOUT_MS = 200;
const MOST_TIMEOUT_MS = 10_000;
/** Six doublings take the least time-out past the most. */
const MOST_DOUBLINGS = 6;

/**
 * The sending end of a path. Messages wait in one line for all streams, in the order they were sent; what was lost
 * goes first. The sender looks at what the link decided instead of guessing from acknowledgements, so it never sends
 * again what is merely late; but it acts only when a real one could have known.
 */
export class PathSender {
  readonly #link: SimulatedLink;
  readonly #reverse: SimulatedLink;
  readonly #timeline: Timeline<PathEvent>;
  readonly #stats: PathStats;
  readonly #window = new CongestionWindow();
  readonly #fresh = new Fifo<PathMessage>();
  readonly #lost = new Fifo<PathChunk>();

  constructor(link: SimulatedLink, reverse: SimulatedLink, timeline: Timeline<PathEvent>, stats: PathStats) {
    this.#link = link;
    this.#reverse = reverse;
    this.#timeline = timeline;
    this.#stats = stats;
  }

  send(message: PathMessage, now: number): void {
    message.stream.bufferedBytes += message.payload.length;
    this.#fresh.push(message);
    this.#fillWindow(now);
  }

  onAck(chunk: PathChunk, now: number): void {
    this.#window.acked(chunk.bytes);
    this.#fillWindow(now);
  }

  /** The time-out of a chunk that never arrived has run out. */
  onLoss(chunk: PathChunk, now: number): void {
    const { message, transmissions } = chunk;
    this.#window.lost(chunk.bytes, chunk.lastSentAt, transmissions > 1, now);
    const { maxRetransmits } = message.reliability;
    if (maxRetransmits !== null && transmissions > maxRetransmits) this.#abandon(message, now);
    if (this.#isWorthSending(message, now)) this.#lost.push(chunk);
    this.#fillWindow(now);
  }

  clear(): void {
    this.#fresh.clear();
    this.#lost.clear();
  }

  #fillWindow(now: number): void {
    while (this.#window.hasRoom) {
      const chunk = this.#nextLost(now) ?? this.#nextFresh(now);
      if (!chunk) return;
      this.#transmit(chunk, now);
    }
  }

  #nextLost(now: number): PathChunk | undefined {
    for (let chunk = this.#lost.shift(); chunk; chunk = this.#lost.shift()) {
      if (this.#isWorthSending(chunk.message, now)) return chunk;
    }
    return undefined;
  }

  #nextFresh(now: number): PathChunk | undefined {
    for (let message = this.#fresh.peek(); message; message = this.#fresh.peek()) {
      if (this.#isWorthSending(message, now)) return this.#cut(message);
      this.#fresh.shift();
    }
    return undefined;
  }

  /** Takes the next chunk of the first message in the line. */
  #cut(message: PathMessage): PathChunk {
    const bytes = Math.min(CHUNK_BYTES, message.payload.length - message.cutBytes);
    message.cutBytes += bytes;
    message.stream.bufferedBytes -= bytes;
    if (message.cutBytes === message.payload.length) this.#fresh.shift();
    return { message, bytes, transmissions: 0, lastSentAt: 0, hasArrived: false };
  }

  #transmit(chunk: PathChunk, now: number): void {
    if (chunk.transmissions > 0) this.#stats.retransmissions += 1;
    chunk.transmissions += 1;
    chunk.lastSentAt = now;
    this.#window.sent(chunk.bytes);
    const arrivals = this.#link.transmit(chunk.bytes, now);
    for (const at of arrivals) this.#timeline.add(at, { kind: 'arrival', chunk });
    if (arrivals.length === 0) {
      this.#timeline.add(now + this.#timeoutMs(chunk.transmissions, now), { kind: 'loss', chunk });
    }
  }

  /** False for a message that was given up, now or before. */
  #isWorthSending(message: PathMessage, now: number): boolean {
    const { maxPacketLifeTime } = message.reliability;
    if (maxPacketLifeTime !== null && now > message.sentAt + maxPacketLifeTime) this.#abandon(message, now);
    return !message.isAbandoned;
  }

  /**
   * Gives a message up as a whole, and tells the receiver not to wait for it. That notice is never lost (a real stack
   * repeats it until it arrives).
   */
  #abandon(message: PathMessage, now: number): void {
    if (message.isAbandoned) return;
    message.isAbandoned = true;
    message.stream.bufferedBytes -= message.payload.length - message.cutBytes;
    message.payload = NO_BYTES;
    this.#stats.abandoned += 1;
    this.#timeline.add(now + this.#link.conditions.latencyMs, { kind: 'skip', message });
  }

  /** One round trip and what may come on top, doubled with each attempt. */
  #timeoutMs(attempt: number, now: number): number {
    const there = this.#link.conditions;
    const back = this.#reverse.conditions;
    const roundTrip = this.#link.queueDelayMs(now) + there.latencyMs + back.latencyMs;
    const first = Math.max(LEAST_TIMEOUT_MS, roundTrip + 4 * (there.jitterMs + back.jitterMs));
    return Math.min(MOST_TIMEOUT_MS, first * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS));
  }
}
