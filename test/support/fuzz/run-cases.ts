import { FuzzCase } from './fuzz-case.js';
import type { FuzzWorld } from './side.js';

export interface RunOptions {
  readonly seed: number;
  readonly from: number;
  /** Behind the last case. */
  readonly to: number;
  /** How many cases are under way at once: waiting costs nothing then. */
  readonly atOnce: number;
  readonly onStarted?: (index: number) => void;
  readonly onFinished?: (index: number) => void;
  readonly onProblem: (index: number, problem: string) => void;
}

export interface RunTotals {
  cases: number;
  descriptions: number;
  candidates: number;
}

/** Runs a range of cases, each in a world of its own: what one does cannot change what another one meets. */
export async function runCases(makeWorld: () => FuzzWorld, options: RunOptions): Promise<RunTotals> {
  const totals: RunTotals = { cases: 0, descriptions: 0, candidates: 0 };
  let next = options.from;
  const work = async (): Promise<void> => {
    while (next < options.to) {
      const index = next;
      next += 1;
      options.onStarted?.(index);
      const result = await FuzzCase.run(makeWorld(), options.seed, index);
      for (const problem of result.problems) options.onProblem(index, problem);
      options.onFinished?.(index);
      totals.cases += 1;
      totals.descriptions += result.descriptions;
      totals.candidates += result.candidates;
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return totals;
}
