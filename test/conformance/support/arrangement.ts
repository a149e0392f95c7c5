import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TrackSupport } from './lab-media.js';
import { Pair } from './pair.js';
import type { LabFunction, World } from './world.js';

/** Which back ends meet, and what of the suite that shows. */
export interface Arrangement {
  /** As it stands in the rule table: "native", "native-chromium". */
  readonly name: string;
  readonly open: () => Promise<readonly [World, World]>;
  /** The back end of "a" and "b" is the same one: the rules that need one connection only are run too. */
  readonly alone: boolean;
  /** What "a" and "b" do with tracks; both nothing where this is left out. */
  readonly tracks?: readonly [a: TrackSupport, b: TrackSupport];
}

/** What a section of the suite writes its tests with. */
export interface Bench {
  readonly arrangement: Arrangement;
  readonly pair: Pair;
  /** Runs in the world of "a". */
  readonly run: <A, R>(fn: LabFunction<A, R>, arg?: A) => Promise<R>;
  /** Runs in the world of "b". */
  readonly runB: <A, R>(fn: LabFunction<A, R>, arg?: A) => Promise<R>;
}

export type Section = (bench: () => Bench, rule: RuleTest, arrangement: Arrangement) => void;
export type RuleTest = (name: string, body: () => Promise<void>, patienceMs?: number) => void;

/** Defines the whole suite for one arrangement. */
export function conformance(arrangement: Arrangement, sections: readonly Section[]): void {
  // Firefox finds no address without a route; `npm test` says so where it cannot make one.
  const impossible = arrangement.name.includes('firefox') && process.env.SCENEWIRE_LOOPBACK_ONLY === '1';
  describe.skipIf(impossible)(`[${arrangement.name}]`, () => {
    let current: Bench | null = null;
    let worlds: readonly [World, World];
    beforeAll(async () => {
      worlds = await arrangement.open();
      const [a, b] = worlds;
      current = {
        arrangement,
        pair: new Pair(a, b),
        run: (fn, arg) => a.run(fn, arg as never),
        runB: (fn, arg) => b.run(fn, arg as never),
      };
    });
    beforeEach(() => current?.pair.reset());
    // A test that leaves an unexpected report behind hides a defect; those that expect one take it.
    afterEach(() => current?.pair.reset());
    afterAll(async () => {
      for (const world of new Set(worlds)) await world.close();
    });
    const bench = (): Bench => {
      if (current === null) throw new Error('The worlds are not open');
      return current;
    };
    for (const section of sections) {
      section(bench, (name, body, patienceMs) => test(name, body, patienceMs), arrangement);
    }
  });
}

export { expect };
