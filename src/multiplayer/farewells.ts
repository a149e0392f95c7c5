import type { Clock } from '../core/clock.js';
import type { ConnectedPeer } from './connected-peer.js';
import type { ByeReason } from './link/bye-message.js';

/**
 * Time for the last messages to arrive, before the connection is closed and takes with it what is under way: what was lost
 * once is sent again after 200 ms at the earliest.
 */
const GRACE_MS = 500;

interface Farewell {
  readonly peer: ConnectedPeer;
  closeAt: number;
}

/** Peers that were told to go, or soon are, until their connections are closed. */
export class Farewells {
  readonly #clock: Clock;
  #going: readonly Farewell[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(peer: ConnectedPeer): void {
    this.#going = [...this.#going, { peer, closeAt: Number.POSITIVE_INFINITY }];
  }

  poll(): void {
    if (this.#going.length === 0) return;
    const now = this.#clock.now();
    for (const farewell of this.#going) {
      const { peer, closeAt } = farewell;
      if (now >= closeAt) peer.connection.close();
      else peer.poll();
      if (closeAt === Number.POSITIVE_INFINITY && peer.route.isOver) farewell.closeAt = now + GRACE_MS;
    }
    this.#going = this.#going.filter(({ closeAt }) => closeAt > now);
  }

  /** Nobody will poll any more. */
  end(reason: ByeReason): void {
    for (const { peer } of this.#going) peer.close(reason);
    this.#going = [];
  }
}
