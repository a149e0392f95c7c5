import type { Clock } from '../core/clock.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';

/** Time for the last message to leave, before its connection is closed and takes with it what is not sent. */
const GRACE_MS = 100;

/** Connections of peers that were told to go. */
export class Farewells {
  readonly #clock: Clock;
  #going: readonly { readonly connection: WebRTCPeerConnection; readonly closeAt: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(connection: WebRTCPeerConnection): void {
    this.#going = [...this.#going, { connection, closeAt: this.#clock.now() + GRACE_MS }];
  }

  poll(): void {
    if (this.#going.length === 0) return;
    const now = this.#clock.now();
    for (const { connection, closeAt } of this.#going) {
      if (now >= closeAt) connection.close();
      else connection.poll();
    }
    this.#going = this.#going.filter(({ closeAt }) => closeAt > now);
  }

  /** Nobody will poll any more. */
  end(): void {
    for (const { connection } of this.#going) connection.close();
    this.#going = [];
  }
}
