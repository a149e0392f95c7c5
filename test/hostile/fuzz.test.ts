import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserName } from '../support/browsers.js';
import type { ChildOrder } from '../support/fuzz/node-child.js';
import { makeProgram } from '../support/fuzz/program.js';
import { type FuzzTarget, fuzzSettings } from '../support/fuzz/settings.js';
import { fuzzInChildren } from './support/fuzz-children.js';
import { fuzzInPage } from './support/fuzz-pages.js';
import { expectNoLingering } from './support/lingering.js';
import { Programs } from './support/programs.js';

const CASES_PER_CHILD = { loopback: 10_000, native: 2500 } as const;
/** Bytes that a case may leave behind: about nothing is measured, and a connection is several times as much. */
const MAX_LEFT: ChildOrder['limits'] = [512, 4096];
/** A browser never gives all of it back; a connection it keeps is twice as much, and a leak of ours is counted as well. */
const MAX_LEFT_IN_BROWSER = 96 << 10;
const PATIENCE_MS = 900_000;

const hasFirefox = process.env.SCENEWIRE_LOOPBACK_ONLY !== '1';
/** Not asked for: `npm run fuzz` names one target. */
const leftOut = (target: FuzzTarget): boolean => fuzzSettings(target) === null;

describe('a fuzz program', () => {
  test('is the same for the same seed, and holds a mutated description and candidate', () => {
    for (let index = 0; index < 200; index += 1) {
      const program = makeProgram(7, index);
      expect(makeProgram(7, index)).toEqual(program);
      const actions = program.map(({ action }) => action);
      expect(actions).toEqual(expect.arrayContaining(['description', 'candidate']));
      expect(new Set(program.map(({ stream }) => stream)).size).toBe(program.length);
    }
    expect(makeProgram(8, 0)).not.toEqual(makeProgram(7, 0));
  });
});

for (const target of ['loopback', 'native'] as const) {
  describe(`[${target}]`, () => {
    let programs: Programs;
    beforeAll(() => {
      programs = new Programs();
    });
    afterAll(() => programs.remove());

    test.skipIf(leftOut(target))(
      'R-068 R-072 D6 whatever is called with whatever, every call gives its code, nothing throws, and the process ends by itself',
      async () => {
        const settings = fuzzSettings(target) as NonNullable<ReturnType<typeof fuzzSettings>>;
        const program = await programs.make('test/support/fuzz/node-child.ts');
        const { problems, reports, lingeredMs } = await fuzzInChildren(
          program,
          target,
          settings,
          CASES_PER_CHILD[target],
          MAX_LEFT,
        );
        expect(problems.slice(0, 10)).toEqual([]);
        const sum = (of: 'cases' | 'descriptions' | 'candidates'): number =>
          reports.reduce((all, one) => all + one[of], 0);
        const wanted = settings.to - settings.from;
        expect(sum('cases')).toBeGreaterThanOrEqual(wanted);
        expect(Math.min(sum('descriptions'), sum('candidates'))).toBeGreaterThanOrEqual(wanted);
        const leaky = reports.filter(({ leftPerCase }) =>
          leftPerCase.some((left, kind) => left > (MAX_LEFT[kind] ?? 0)),
        );
        expect(leaky).toEqual([]);
        expectNoLingering(lingeredMs);
      },
      PATIENCE_MS,
    );
  });
}

const browserTest = (name: BrowserName): void => {
  describe(`[${name}]`, () => {
    test.skipIf(leftOut(name) || (name === 'firefox' && !hasFirefox))(
      'R-068 R-069 whatever is called with whatever, every call gives its code, nothing throws or is rejected unheard, and the page lives',
      async () => {
        const settings = fuzzSettings(name) as NonNullable<ReturnType<typeof fuzzSettings>>;
        const outcome = await fuzzInPage(name, settings, MAX_LEFT_IN_BROWSER);
        expect(outcome.problems.slice(0, 10)).toEqual([]);
        const wanted = settings.to - settings.from;
        expect(outcome.cases).toBeGreaterThanOrEqual(wanted);
        expect(Math.min(outcome.descriptions, outcome.candidates)).toBeGreaterThanOrEqual(wanted);
        expect(outcome.survivors).toBe(0);
        expect(outcome.leftPerCase).toBeLessThan(MAX_LEFT_IN_BROWSER);
      },
      PATIENCE_MS,
    );
  });
};
browserTest('chromium');
browserTest('firefox');
