import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import type { DropReason } from './scene-context.js';

/** How often each reason occurred. */
export type DropCounts = { readonly [reason in DropReason]: number };

/** Code of the report, by reason. */
const CODES: { readonly [reason in DropReason]: Err } = {
  'unknown-peer': Err.ERR_DOES_NOT_EXIST,
  'not-authenticated': Err.ERR_UNAUTHORIZED,
  malformed: Err.ERR_INVALID_DATA,
  'unknown-command': Err.ERR_INVALID_DATA,
  'unknown-path': Err.ERR_DOES_NOT_EXIST,
  'unknown-method': Err.ERR_METHOD_NOT_FOUND,
  'unknown-object': Err.ERR_DOES_NOT_EXIST,
  'not-permitted': Err.ERR_UNAUTHORIZED,
  'bad-arguments': Err.ERR_INVALID_DATA,
  limit: Err.ERR_OUT_OF_MEMORY,
  'script-error': Err.ERR_SCRIPT_FAILED,
};

const NONE = Object.fromEntries(Object.keys(CODES).map((reason) => [reason, 0])) as DropCounts;

/** So many reports in a row are made one by one; what follows within the pause is summed up. */
const MAX_REPORTS = 8;
const PAUSE_MS = 1000;

class PeerDrops {
  readonly counts: { [reason in DropReason]: number } = { ...NONE };
  /** Without those that this side's own code is to blame for. */
  blamed = 0;
  reported = 0;
  silent = 0;
  pausedAt = 0;
}

/** Counts what was thrown away, by peer and reason, and reports it without letting a stranger fill the log. */
export class DropLedger {
  readonly #clock: Clock;
  readonly #peers = new Map<number, PeerDrops>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns how many drops the peer is to blame for. Whoever is not in the game goes by the number 0. */
  add(peer: number, reason: DropReason, text: string): number {
    const drops = this.#of(peer);
    drops.counts[reason] += 1;
    if (reason !== 'script-error') drops.blamed += 1;
    this.#report(drops, peer, reason, text);
    return drops.blamed;
  }

  counts(peer: number): DropCounts {
    return { ...(this.#peers.get(peer)?.counts ?? NONE) };
  }

  forget(peer: number): void {
    this.#peers.delete(peer);
  }

  clear(): void {
    this.#peers.clear();
  }

  #of(peer: number): PeerDrops {
    const known = this.#peers.get(peer);
    if (known !== undefined) return known;
    const made = new PeerDrops();
    this.#peers.set(peer, made);
    return made;
  }

  #report(drops: PeerDrops, peer: number, reason: DropReason, text: string): void {
    const now = this.#clock.now();
    if (drops.reported >= MAX_REPORTS && now - drops.pausedAt >= PAUSE_MS) drops.reported = MAX_REPORTS - 1;
    if (drops.reported >= MAX_REPORTS) {
      drops.silent += 1;
      return;
    }
    drops.reported += 1;
    drops.pausedAt = now;
    const others = drops.silent === 0 ? '' : `; ${drops.silent} others before it`;
    drops.silent = 0;
    pushError(`Dropped (${reason}) from peer ${peer}: ${text}${others}`, CODES[reason]);
  }
}
