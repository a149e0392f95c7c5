import { BrowserWorld } from '../../conformance/support/browser-world.js';
import type { BrowserName } from '../../support/browsers.js';
import { leftPerCase } from '../../support/fuzz/growth.js';
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
  /** Those that were run again to measure memory count again. */
  readonly cases: number;
  readonly descriptions: number;
  readonly candidates: number;
  /** Connections that something still holds after the last case. */
  readonly survivors: number;
  /** Bytes of all processes of the browser that a case leaves behind. */
  readonly leftPerCase: number;
}

/** Runs the cases in one page of a browser, and pins what ends the page to its case. */
export async function fuzzInPage(
  name: BrowserName,
  { seed, from, to }: FuzzSettings,
  maxLeftPerCase: number,
): Promise<PagesOutcome> {
  const pages = await FuzzPages.open(name, seed);
  const warm = Math.min(to, from + WARM_UP);
  let survivors = 0;
  await pages.run(from, warm);
  const [left = 0] = await leftPerCase(warm, to, {
    // In a fresh page: what Chromium keeps for itself counts for the number of connections it allows.
    again: async () => {
      survivors += await pages.survivors();
      await pages.reopen();
      await pages.run(from, warm);
    },
    run: (start, end) => pages.run(start, end),
    read: async () => [await pages.settledBytes()],
    limits: [maxLeftPerCase],
  });
  survivors += await pages.survivors();
  await pages.close();
  return { ...pages.totals, survivors, leftPerCase: left };
}

class FuzzPages {
  readonly totals = { problems: [] as string[], cases: 0, descriptions: 0, candidates: 0 };
  readonly #name: BrowserName;
  readonly #seed: number;
  #world: BrowserWorld;

  private constructor(name: BrowserName, seed: number, world: BrowserWorld) {
    this.#name = name;
    this.#seed = seed;
    this.#world = world;
  }

  static async open(name: BrowserName, seed: number): Promise<FuzzPages> {
    return new FuzzPages(name, seed, await openPage(name));
  }

  async run(first: number, end: number): Promise<void> {
    for (let from = first; from < end; from += CASES_PER_CALL) {
      const to = Math.min(end, from + CASES_PER_CALL);
      const report = await runCalls(this.#world, this.#seed, from, to);
      if (report === null) await this.#pin(from, to);
      else this.#add(report);
    }
  }

  survivors(): Promise<number> {
    return this.#world.run(() => hostile.survivorsInPage(), null);
  }

  /** After the page has collected its garbage. */
  async settledBytes(): Promise<number> {
    await this.survivors();
    return descendantBytes();
  }

  async reopen(): Promise<void> {
    await this.#world.close();
    this.#world = await openPage(this.#name);
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  #add(report: PageReport): void {
    const { totals } = this;
    for (const { index, problem } of report.problems) {
      totals.problems.push(`${problem}\n  ${replayCommand(this.#name, this.#seed, index)}`);
    }
    totals.cases += report.cases;
    totals.descriptions += report.descriptions;
    totals.candidates += report.candidates;
  }

  /** The page is gone: runs each case in one of its own, to find the one that did it. */
  async #pin(from: number, to: number): Promise<void> {
    const guilty: string[] = [];
    for (let index = from; index < to; index += 1) {
      const world = await openPage(this.#name);
      const alone = await runCalls(world, this.#seed, index, index + 1);
      if (alone === null) guilty.push(replayCommand(this.#name, this.#seed, index));
      else await world.close();
    }
    const which = guilty.length > 0 ? guilty.join('\n  ') : `one of the cases ${from} to ${to - 1}, not alone`;
    this.totals.problems.push(`the page was gone\n  ${which}`);
    this.#world = await openPage(this.#name);
  }
}

async function openPage(name: BrowserName): Promise<BrowserWorld> {
  const world = await BrowserWorld.open(name);
  await enter(world);
  await world.run(() => hostile.countPlatformConnections(), null);
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
