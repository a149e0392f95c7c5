import { Fifo } from './fifo.js';
import { type LinkConditions, linkConditions } from './link-conditions.js';
import { Random } from './random.js';

/** What a data-channel datagram carries besides the message: IPv4 20, UDP 8, DTLS 1.2 with AES-GCM 37, SCTP 28. */
export const DATAGRAM_OVERHEAD_BYTES = 20 + 8 + 37 + 28;

/**
 * Counted when a datagram is handed to the link, which decides its fate at once; so `delivered` includes what is still
 * under way, and `sent + duplicated = delivered + lost + queueDropped`.
 */
export interface LinkStats {
  sent: number;
  /** By chance or by a partition. */
  lost: number;
  queueDropped: number;
  /** Second copies, which are not in `sent`. */
  duplicated: number;
  /** Held back so that later ones could overtake. */
  reordered: number;
  /** Arrivals, second copies included. */
  delivered: number;
  /** Bytes that entered the link, headers and second copies included. */
  bytes: number;
}

const NOWHERE: readonly number[] = Object.freeze([]);
/** The departure of a datagram that the queue did not take. */
const NEVER = Number.POSITIVE_INFINITY;

/**
 * One direction of a bad link for datagrams. It keeps no datagrams and no clock: it is told a size and a time, and
 * says when that datagram arrives, if it does. The fate of a datagram is decided when it is sent, so a change of
 * conditions touches only what is sent afterwards.
 * @example
 * ```ts run
 * import { WebRTCPeerConnection } from 'scenewire';
 * import { LoopbackNetwork, type SimulatedLink } from 'scenewire/testing';
 *
 * const network = new LoopbackNetwork();
 * const connection = new WebRTCPeerConnection({ extension: network.Extension });
 *
 * // ...connected to another one...
 * const link: SimulatedLink | null = network.linkFrom(connection); // what this connection sends
 * link?.setConditions({ latencyMs: 80, jitterMs: 20, lossRate: 0.02 });
 * console.log(link?.stats.lost ?? 'not connected yet'); // → not connected yet
 * ```
 */
export class SimulatedLink {
  // One die for each purpose: turning up the loss rolls no other delay for anybody.
  readonly #lossDie: Random;
  readonly #delayDie: Random;
  readonly #reorderDie: Random;
  readonly #duplicateDie: Random;
  readonly #copyDelayDie: Random;

  readonly #stats: LinkStats = {
    sent: 0,
    lost: 0,
    queueDropped: 0,
    duplicated: 0,
    reordered: 0,
    delivered: 0,
    bytes: 0,
  };
  #conditions: LinkConditions;
  readonly #beforeChange = new Set<() => void>();

  #losing = false;
  /** When each datagram that still waits for the wire will have left it. */
  readonly #departures = new Fifo<number>();
  #wireBusyUntil = Number.NEGATIVE_INFINITY;
  #lastArrival = Number.NEGATIVE_INFINITY;

  constructor(seed: number, conditions: Partial<LinkConditions> = {}) {
    this.#conditions = linkConditions(conditions);
    this.#lossDie = new Random(seed, 1);
    this.#delayDie = new Random(seed, 2);
    this.#reorderDie = new Random(seed, 3);
    this.#duplicateDie = new Random(seed, 4);
    this.#copyDelayDie = new Random(seed, 5);
  }

  get stats(): Readonly<LinkStats> {
    return this.#stats;
  }

  get conditions(): LinkConditions {
    return this.#conditions;
  }

  /**
   * Replaces the given conditions from now on. Another latency or bandwidth is another route, on which nobody waits for
   * those who took the old one; another bandwidth begins with an empty queue.
   */
  setConditions(change: Partial<LinkConditions>): void {
    const next = linkConditions(change, this.#conditions);
    for (const settle of this.#beforeChange) settle();
    const last = this.#conditions;
    this.#conditions = next;
    const hasOtherWire = next.bandwidthBps !== last.bandwidthBps;
    if (hasOtherWire) {
      this.#departures.clear();
      this.#wireBusyUntil = Number.NEGATIVE_INFINITY;
    }
    if (hasOtherWire || next.latencyMs !== last.latencyMs || next.jitterMs !== last.jitterMs) {
      this.#lastArrival = Number.NEGATIVE_INFINITY;
    }
  }

  /**
   * For what sends on the link: `settle` is called before conditions change, to do under the old ones what was due
   * already. Returns the function that ends this.
   */
  onBeforeChange(settle: () => void): () => void {
    this.#beforeChange.add(settle);
    return () => {
      this.#beforeChange.delete(settle);
    };
  }

  /** How long a datagram sent now would wait for the wire. */
  queueDelayMs(now: number): number {
    return Math.max(0, this.#wireBusyUntil - now);
  }

  /** Sends a datagram with so many bytes in it: the times at which it arrives, none when it is lost. */
  transmit(bytes: number, now: number): readonly number[] {
    const { partitioned, reorderRate, duplicateRate } = this.#conditions;
    // Every datagram rolls every die, needed or not, so that the n-th roll always belongs to the n-th datagram.
    this.#losing = this.#lossDie.chance(chanceOfLoss(this.#conditions, this.#losing));
    const delay = this.#rollDelay(this.#delayDie);
    const copyDelay = this.#rollDelay(this.#copyDelayDie);
    const isHeldBack = this.#reorderDie.chance(reorderRate);
    const hasCopy = this.#duplicateDie.chance(duplicateRate);

    this.#stats.sent += 1;
    const departure = this.#queue(bytes, now);
    if (departure === NEVER) {
      this.#stats.queueDropped += 1;
      return NOWHERE;
    }
    if (partitioned || this.#losing) {
      this.#stats.lost += 1;
      return NOWHERE;
    }
    const arrivals = [this.#arrive(departure + delay, isHeldBack)];
    if (hasCopy) {
      const copyDeparture = this.#queue(bytes, now);
      if (copyDeparture !== NEVER) {
        this.#stats.duplicated += 1;
        arrivals.push(this.#arrive(copyDeparture + copyDelay, false));
      }
    }
    return arrivals;
  }

  #rollDelay(die: Random): number {
    const { latencyMs, jitterMs } = this.#conditions;
    return Math.max(0, die.between(latencyMs - jitterMs, latencyMs + jitterMs));
  }

  /** When the datagram has left the wire, or NEVER when the queue in front of it is full. */
  #queue(bytes: number, now: number): number {
    const { bandwidthBps, queuePackets } = this.#conditions;
    const onWire = bytes + DATAGRAM_OVERHEAD_BYTES;
    if (bandwidthBps !== Number.POSITIVE_INFINITY) {
      for (let left = this.#departures.peek(); left !== undefined && left <= now; left = this.#departures.peek()) {
        this.#departures.shift();
      }
      if (this.#departures.length >= queuePackets) return NEVER;
      this.#wireBusyUntil = Math.max(now, this.#wireBusyUntil) + (onWire * 8 * 1000) / bandwidthBps;
      this.#departures.push(this.#wireBusyUntil);
    }
    this.#stats.bytes += onWire;
    return Math.max(now, this.#wireBusyUntil);
  }

  #arrive(at: number, isHeldBack: boolean): number {
    this.#stats.delivered += 1;
    const inOrder = Math.max(at, this.#lastArrival);
    if (isHeldBack) {
      this.#stats.reordered += 1;
      return inOrder + this.#conditions.reorderByMs;
    }
    this.#lastArrival = inOrder;
    return inOrder;
  }
}

/**
 * A chain of two states (Gilbert): in the one nothing is lost, in the other everything. The chance of leaving the
 * losing state sets the mean length of a burst, the chance of entering it then follows from the overall share. At the
 * burst length that independent losses have, both states give `lossRate`.
 */
function chanceOfLoss({ lossRate, lossBurst }: LinkConditions, losing: boolean): number {
  // The ends are told apart: at 1 the chance of entering is 0/0, at 0 a burst that is on would go on.
  if (lossRate === 0 || lossRate === 1) return lossRate;
  const leave = Math.min(1 / lossBurst, 1 - lossRate);
  return losing ? 1 - leave : (leave * lossRate) / (1 - lossRate);
}
