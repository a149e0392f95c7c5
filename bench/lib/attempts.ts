import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ChannelSpec, Outcome, Pair } from './end.js';
import { mean, median, percentile, shareOf } from './statistics.js';

/** The channels of Godot's WebRTC multiplayer peer. */
export const gameChannels: readonly ChannelSpec[] = [
  { label: 'reliable', id: 1 },
  { label: 'ordered', id: 2, maxPacketLifeTime: 1 },
  { label: 'unreliable', id: 3, ordered: false, maxPacketLifeTime: 1 },
];

/** How often a connection is polled. */
export interface Pace {
  readonly name: string;
  next(): Promise<unknown>;
}

/** For transfers: what is measured is the library and not the frame rate. */
export const everyTurn: Pace = { name: 'polled in every turn', next: () => nextTurn() };
/** For beginnings: polling in every turn would leave no core to the library's own threads. */
export const everyMillisecond: Pace = { name: 'polled every millisecond', next: () => sleep(1) };
/** Without frames: an end of ours is polled in the turn after something has come. A turn of the wait itself costs nothing. */
export const whenWaiting: Pace = { name: 'polled when something waits', next: () => sleep(1) };
export const at60Hz: Pace = { name: 'polled at 60 Hz', next: () => sleep(1000 / 60) };

export interface Attempt {
  readonly ms: number;
  readonly outcome: Outcome;
}

/** Above this, a first packet was lost, which its sender repeats after one second. */
const SLOW_MS = 900;
const GIVE_UP_MS = 15_000;

/** From now, or an earlier moment, until it is settled, polled at a pace. What never settles has failed. */
export async function time(
  settled: Promise<Outcome>,
  poll: () => void,
  pace: Pace,
  start = performance.now(),
): Promise<Attempt> {
  let end: Attempt | null = null;
  void settled.then((outcome) => {
    end = { ms: performance.now() - start, outcome };
  });
  while (end === null && performance.now() - start < GIVE_UP_MS) {
    poll();
    await pace.next();
  }
  return end ?? { ms: GIVE_UP_MS, outcome: 'failed' };
}

/** An open pair. Made again when it fails, as the bare library sometimes does. */
export async function connected(make: () => Pair): Promise<Pair> {
  for (;;) {
    const pair = make();
    pair.a.offer();
    const { outcome } = await time(pair.settled(), () => pair.poll(), everyTurn);
    if (outcome === 'open') return pair;
    await pair.close();
  }
}

export interface Summary {
  readonly failures: number;
  readonly slowShare: number;
  readonly median: number;
  readonly mean: number;
  readonly p99: number;
}

/** Times are those of the attempts that did not fail. */
export function summarize(attempts: readonly Attempt[]): Summary {
  const times = attempts.filter(({ outcome }) => outcome === 'open').map(({ ms }) => ms);
  return {
    failures: attempts.length - times.length,
    slowShare: shareOf(times, (ms) => ms > SLOW_MS),
    median: median(times),
    mean: mean(times),
    p99: percentile(times, 0.99),
  };
}

export const describe = ({ failures, slowShare, median, mean, p99 }: Summary): string =>
  `${failures} failed, ${(slowShare * 100).toFixed(1)} % above ${SLOW_MS} ms, median ${median.toFixed(1)} ms, mean ${mean.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
