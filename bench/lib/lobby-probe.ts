import { setTimeout as sleep } from 'node:timers/promises';
import { LobbyPlayer } from './lobby-player.js';
import { OwnLag } from './own-lag.js';
import { percentile } from './statistics.js';

/** The last ones may take this long. */
const SETTLING_MS = 5000;

/** A process that does nothing but wait is not later than this on a machine that has time. */
const QUIET_MS = 5;
const MAX_ROUNDS = 3;

export interface ProbeResult {
  readonly p50: number;
  readonly p99: number;
  readonly missing: number;
  readonly count: number;
  /** How late this process was, p99 in ms: what the machine adds to every time, whatever the lobby does. */
  readonly late: number;
}

/** What one player may send, by the lobby's own limit, is twice that. */
const PER_PLAYER_AND_SECOND = 25;

interface Pair {
  readonly from: LobbyPlayer;
  readonly to: LobbyPlayer;
}

/** Pairs of players in a process that does nothing else, who time how long a message takes from the one to the other. */
export class LobbyProbe {
  readonly #pairs: readonly Pair[];
  readonly #perSecond: number;

  private constructor(pairs: readonly Pair[], perSecond: number) {
    this.#pairs = pairs;
    this.#perSecond = perSecond;
  }

  static async join(url: () => string, perSecond: number): Promise<LobbyProbe> {
    const pairs: Pair[] = [];
    while (pairs.length * PER_PLAYER_AND_SECOND < perSecond) {
      const to = await LobbyPlayer.join(url(), '');
      pairs.push({ from: await LobbyPlayer.join(url(), to.room), to });
    }
    return new LobbyProbe(pairs, perSecond);
  }

  async measure(seconds: number, characters: number): Promise<ProbeResult> {
    const padding = 'x'.repeat(characters);
    const times: number[] = [];
    for (const { to } of this.#pairs) {
      to.onLetter = ({ data }) => times.push(performance.now() - Number(data.slice(0, data.indexOf(' '))));
    }
    const lag = new OwnLag();
    const start = performance.now();
    const total = this.#perSecond * seconds;
    for (let count = 0; count < total; count += 1) {
      await sleep(Math.max(0, start + (count * 1000) / this.#perSecond - performance.now()));
      const { from, to } = this.#pairs[count % this.#pairs.length]!;
      from.send(to.id, `${performance.now()} ${padding}`);
    }
    const late = lag.stop();
    for (const end = performance.now() + SETTLING_MS; times.length < total && performance.now() < end; )
      await sleep(10);
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    return { p50, p99, missing: total - times.length, count: total, late };
  }

  close(): void {
    for (const player of this.#pairs.flatMap(({ from, to }) => [from, to])) player.close();
  }
}

/**
 * One round, and up to two more while the machine was too busy to tell: what the lobby is late by is not known where the
 * process that times it is late itself. Gives the best round, with all rounds printed by whoever made them.
 */
export async function untilQuiet<T extends { readonly timed: ProbeResult }>(round: () => Promise<T>): Promise<T> {
  let best = await round();
  for (let rounds = 1; rounds < MAX_ROUNDS && best.timed.late > QUIET_MS; rounds += 1) {
    const next = await round();
    if (next.timed.p99 < best.timed.p99) best = next;
  }
  return best;
}
