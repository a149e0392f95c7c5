import type { Pair } from './end.js';
import { forEachSide, type Side, sideNames } from './sides.js';
import { median } from './statistics.js';

/** What both sides do in turn. `connect` makes a pair of a side, and `carry` measures one slice on it. */
export interface Contest<Slice> {
  connect(side: Side): Promise<Pair>;
  carry(pair: Pair): Promise<Slice>;
  /** A run is cut into so many slices. */
  readonly slices: number;
}

/** The slices of each side, in the order in which they were measured, side by side. */
export type Run<Slice> = Record<Side, readonly Slice[]>;

/** Both sides on new connections in every run: each has its own luck with threads and memory, as long as it lasts. */
export async function takeTurns<Slice>(contest: Contest<Slice>, runs: number): Promise<Run<Slice>[]> {
  const made: Run<Slice>[] = [];
  for (let run = 0; run < runs; run += 1) made.push(await measureRun(contest, run % 2 === 0));
  return made;
}

/** The sides take turns: what else the machine does weighs on both, and each is first as often as the other. */
async function measureRun<Slice>(contest: Contest<Slice>, isOursFirst: boolean): Promise<Run<Slice>> {
  const order = isOursFirst ? sideNames : [...sideNames].reverse();
  const pairs = {} as Record<Side, Pair>;
  for (const side of order) pairs[side] = await contest.connect(side);
  // One that does not count: what a connection and the engine do once.
  for (const side of order) await contest.carry(pairs[side]);
  const run = forEachSide((): Slice[] => []);
  for (let slice = 0; slice < contest.slices; slice += 1) {
    for (const side of slice % 2 === 0 ? order : [...order].reverse()) run[side].push(await contest.carry(pairs[side]));
  }
  for (const side of sideNames) await pairs[side].close();
  return run;
}

/** How our side compares with the other one in the slices beside it: the middle one of all. */
export function compare<Slice>(runs: readonly Run<Slice>[], of: (slice: Slice) => number): number {
  return median(runs.flatMap(({ scenewire, bare }) => scenewire.map((slice, at) => of(slice) / of(bare[at] as Slice))));
}

/** The middle slices of a side, over all runs: their median, the least and the most. */
export function spread<Slice>(runs: readonly Run<Slice>[], side: Side, of: (slice: Slice) => number): string {
  const middles = runs.map((run) => median(run[side].map(of)));
  return [median(middles), Math.min(...middles), Math.max(...middles)].map(Math.round).join(', ');
}
