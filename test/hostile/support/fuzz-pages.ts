import { type BrowserName, BrowserWorld } from '../../conformance/support/browser-world.js';
import type { PageReport } from '../../support/fuzz/page.js';
import { type FuzzSettings, replayCommand } from '../../support/fuzz/settings.js';
import { enter } from './enter.js';
import { descendantBytes } from './memory.js';

/** Few enough to find the one that ends the page. */
const CASES_PER_CALL = 25;
/** Cases after which memory is measured first. */
const WARM_UP = 200;

export interface PagesOutcome {
  readonly problems: readonly string[];
  readonly cases: number;
  readonly descriptions: number;
  readonly candidates: number;
  /** Bytes of all processes of the browser that came after the warm-up. */
  readonly growth: number;
}

/** Runs the cases in one page of a browser, and pins what ends the page to its case. */
export async function fuzzInPage(name: BrowserName, settings: FuzzSettings): Promise<PagesOutcome> {
  const totals = { problems: [] as string[], cases: 0, descriptions: 0, candidates: 0 };
  let world = await open(name);
  let before = 0;
  for (let from = settings.from; from < settings.to; from += CASES_PER_CALL) {
    const to = Math.min(settings.to, from + CASES_PER_CALL);
    if (from - settings.from >= WARM_UP && before === 0) before = await settledBytes(world);
    const report = await runCalls(world, settings.seed, from, to);
    if (report === null) {
      totals.problems.push(...(await pin(name, settings.seed, from, to)));
      world = await open(name);
      continue;
    }
    const say = ({ index, problem }: PageReport['problems'][number]): string =>
      `${problem}\n  ${replayCommand(name, settings.seed, index)}`;
    totals.problems.push(...report.problems.map(say));
    totals.cases += report.cases;
    totals.descriptions += report.descriptions;
    totals.candidates += report.candidates;
  }
  const growth = before === 0 ? 0 : (await settledBytes(world)) - before;
  await world.close();
  return { ...totals, growth };
}

async function open(name: BrowserName): Promise<BrowserWorld> {
  const world = await BrowserWorld.open(name);
  await enter(world);
  return world;
}

/** Null when the page is gone. */
async function runCalls(world: BrowserWorld, seed: number, from: number, to: number): Promise<PageReport | null> {
  try {
    return await world.run((lab, range) => hostile.runInPage(lab.sw, ...range), [seed, from, to] as const);
  } catch {
    await world.close().catch(() => {});
    return null;
  }
}

async function pin(name: BrowserName, seed: number, from: number, to: number): Promise<string[]> {
  const guilty: string[] = [];
  for (let index = from; index < to; index += 1) {
    const world = await open(name);
    const alone = await runCalls(world, seed, index, index + 1);
    if (alone === null) guilty.push(replayCommand(name, seed, index));
    else await world.close();
  }
  const which = guilty.length > 0 ? guilty.join('\n  ') : `one of the cases ${from} to ${to - 1}, not alone`;
  return [`the page was gone\n  ${which}`];
}

/** After the page has collected its garbage, where it can be asked to. */
async function settledBytes(world: BrowserWorld): Promise<number> {
  await world.run(async (lab) => {
    for (let i = 0; i < 5; i += 1) {
      (globalThis as { gc?: () => void }).gc?.();
      await lab.turn(100);
    }
  }, null);
  return descendantBytes();
}
