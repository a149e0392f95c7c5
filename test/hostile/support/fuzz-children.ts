import type { ChildOrder, ChildReport } from '../../support/fuzz/node-child.js';
import { type FuzzSettings, replayCommand } from '../../support/fuzz/settings.js';
import { Child, type Ended } from './programs.js';

/** A child that says nothing for that long hangs. */
const SILENCE_MS = 30_000;
const WARM_UP = 400;
/** The young generation and malloc's arenas held still: what grows is what the cases left behind. */
const FLAGS = ['--expose-gc', '--max-semi-space-size=2'];
const ENV = { MALLOC_ARENA_MAX: '1' };

export interface FuzzOutcome {
  readonly problems: readonly string[];
  readonly reports: readonly ChildReport[];
  /** How long each child took to end after its last word. */
  readonly lingeredMs: readonly number[];
}

/** Splits the cases over children, two at a time, and pins every failure to its case. */
export async function fuzzInChildren(
  program: string,
  target: ChildOrder['target'],
  settings: FuzzSettings,
  casesPerChild: number,
  limits: ChildOrder['limits'],
): Promise<FuzzOutcome> {
  const outcome = { problems: [] as string[], reports: [] as ChildReport[], lingeredMs: [] as number[] };
  let next = settings.from;
  const work = async (): Promise<void> => {
    while (next < settings.to) {
      const from = next;
      next = Math.min(settings.to, from + casesPerChild);
      const run = await runChild(program, { target, seed: settings.seed, from, to: next, warmUp: WARM_UP, limits });
      outcome.problems.push(...run.problems);
      outcome.lingeredMs.push(run.ended.lingeredMs);
      if (run.report !== null) outcome.reports.push(run.report);
      else outcome.problems.push(...(await pin(program, target, settings.seed, run)));
    }
  };
  await Promise.all([work(), work()]);
  return outcome;
}

interface ChildRun {
  readonly ended: Ended;
  readonly problems: readonly string[];
  /** Null when it ended before its time. */
  readonly report: ChildReport | null;
  /** The cases that were under way at its last word. */
  readonly underWay: readonly number[];
}

async function runChild(program: string, order: ChildOrder): Promise<ChildRun> {
  const child = new Child(program, [JSON.stringify(order)], FLAGS, ENV);
  const underWay = new Set<number>();
  const problems: string[] = [];
  let report: ChildReport | null = null;
  let silence = setTimeout(() => child.kill(), SILENCE_MS);
  child.onLine((line) => {
    clearTimeout(silence);
    silence = setTimeout(() => child.kill(), SILENCE_MS);
    const [, kind, index, text] = /^(\w+) (\d+)? ?(.*)$/.exec(line) ?? [];
    if (kind === 's') underWay.add(Number(index));
    if (kind === 'f') underWay.delete(Number(index));
    if (kind === 'p') problems.push(`${text}\n  ${replayCommand(order.target, order.seed, Number(index))}`);
    if (kind === 'end') report = JSON.parse(text ?? '') as ChildReport;
  });
  const ended = await child.ended;
  clearTimeout(silence);
  const whole = ended.code === 0 ? report : null;
  return { ended, problems, report: whole, underWay: [...underWay] };
}

/** Runs alone each case that was under way when the process ended or hung. */
async function pin(program: string, target: ChildOrder['target'], seed: number, run: ChildRun): Promise<string[]> {
  const how = `the process ended with ${run.ended.signal ?? run.ended.code}: ${run.ended.stderr.trim().slice(-2000)}`;
  const guilty: string[] = [];
  for (const index of run.underWay) {
    const alone = await runChild(program, { target, seed, from: index, to: index + 1, warmUp: 0, limits: [0, 0] });
    if (alone.report === null) guilty.push(replayCommand(target, seed, index));
  }
  const suspects = run.underWay.map((index) => replayCommand(target, seed, index));
  return [`${how}\n  ${(guilty.length > 0 ? guilty : ['one of', ...suspects]).join('\n  ')}`];
}
