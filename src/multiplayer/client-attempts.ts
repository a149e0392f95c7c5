import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';
import { ConnectionStatus } from './multiplayer-types.js';

/** One way for a client to reach its server; called when its turn comes. Null when it cannot even begin. */
export type ClientAttempt = () => MultiplayerPeer | null;

export interface FallbackOptions {
  /** Time for each attempt but the last. Default 4 s, which a WebRTC connection that works at all does not need. */
  fallbackAfterMs?: number;
  clock?: Clock;
}

/** Leaves a second for the next way, so that a player is in the game within five. */
const FALLBACK_AFTER_MS = 4000;

/** The ways to a server that were not tried yet, and the time of the one that is. */
export class ClientAttempts {
  readonly #left: ClientAttempt[];
  readonly #fallbackAfterMs: number;
  readonly #clock: Clock;
  #began = 0;

  constructor(attempts: readonly ClientAttempt[], { fallbackAfterMs, clock }: FallbackOptions) {
    this.#left = [...attempts];
    this.#fallbackAfterMs = checkedTime(fallbackAfterMs);
    this.#clock = clock ?? realClock;
  }

  get areLeft(): boolean {
    return this.#left.length > 0;
  }

  get isLate(): boolean {
    return this.#clock.now() - this.#began >= this.#fallbackAfterMs;
  }

  /** The next that begins; null when none does any more. */
  next(): MultiplayerPeer | null {
    for (let attempt = this.#left.shift(); attempt !== undefined; attempt = this.#left.shift()) {
      const peer = begin(attempt);
      if (peer === null || peer.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED) continue;
      this.#began = this.#clock.now();
      return peer;
    }
    return null;
  }

  /** One of them stands. */
  end(): void {
    this.#left.length = 0;
  }
}

/** What makes no sense is reported, and is the default. */
function checkedTime(ms: number = FALLBACK_AFTER_MS): number {
  if (ms >= 0) return ms;
  pushError(`A fallback after ${String(ms)} ms makes no sense`, Err.ERR_INVALID_PARAMETER);
  return FALLBACK_AFTER_MS;
}

/** An attempt that throws could not begin. */
function begin(attempt: ClientAttempt): MultiplayerPeer | null {
  try {
    return attempt();
  } catch (thrown) {
    pushError('An attempt to reach the server threw', Err.ERR_SCRIPT_FAILED, thrown);
    return null;
  }
}
