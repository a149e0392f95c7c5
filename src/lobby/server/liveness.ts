import type { LobbyReason } from '../protocol/lobby-reason.js';
import type { Visitor } from './connection-parts.js';
import type { LobbyLimits } from './lobby-limits.js';

const MAX_MISSED_PONGS = 2;

/** What a connection is up to, as far as it matters for how long it may be silent. */
export interface Presence {
  readonly isSeated: boolean;
  readonly isAnnounced: boolean;
  /** A request of it is being carried out, or it has to wait: nothing is read from it, so nothing can be heard either. */
  readonly isBusy: boolean;
}

/** What is to be done with a silent connection. */
export type LivenessVerdict = 'fine' | 'ping' | Extract<LobbyReason, 'join_timeout' | 'idle' | 'unresponsive'>;

/** For how long a connection has been silent. */
export class Liveness {
  readonly #limits: LobbyLimits;
  readonly #openedAt: number;
  #heardAt: number;
  #pingAt: number;
  #missedPongs = 0;
  readonly #firstWordMs: number;

  /** The number keeps connections apart that came at the same time: their pings need not go out at the same time. */
  constructor(limits: LobbyLimits, now: number, { number, isOurs }: Pick<Visitor, 'number' | 'isOurs'>) {
    this.#firstWordMs = isOurs ? limits.helloTimeoutMs : limits.joinTimeoutMs;
    this.#limits = limits;
    this.#openedAt = now;
    this.#heardAt = now;
    this.#pingAt = now + limits.pingIntervalMs * (0.5 + (number % 64) / 128);
  }

  /** A message came, which is as good as a pong: that one may wait behind messages that are read slowly. */
  heard(now: number): void {
    this.#heardAt = now;
    this.#missedPongs = 0;
  }

  ponged(): void {
    this.#missedPongs = 0;
  }

  check(now: number, { isSeated, isAnnounced, isBusy }: Presence): LivenessVerdict {
    if (!isSeated && !isBusy) {
      if (!isAnnounced && now - this.#openedAt >= this.#firstWordMs) return 'join_timeout';
      if (isAnnounced && now - this.#heardAt >= this.#limits.idleTimeoutMs) return 'idle';
    }
    if (now < this.#pingAt) return 'fine';
    if (isBusy) this.#missedPongs = 0;
    if (this.#missedPongs >= MAX_MISSED_PONGS) return 'unresponsive';
    this.#missedPongs += 1;
    this.#pingAt = now + this.#limits.pingIntervalMs;
    return 'ping';
  }
}
