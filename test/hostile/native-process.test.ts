import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CyclesReport } from '../../bench/lib/cycles.js';
import { illegalCodes } from './programs/illegal-orders.js';
import { expectNoLingering } from './support/lingering.js';
import { Child, type Ended, Programs } from './support/programs.js';

const MAX_GROWTH_MB = 10;
/**
 * V8 doubles its young generation when it likes, and malloc makes an arena for each thread that contends: up to 10 MB
 * by chance. With both held still, the growth is what the connections left behind.
 */
const FLAGS = ['--expose-gc', '--max-semi-space-size=2'];
const ENV = { MALLOC_ARENA_MAX: '1' };
const RUNS = 5;

let programs: Programs;
beforeAll(() => {
  programs = new Programs();
});
afterAll(() => programs.remove());

/** Its last line. */
const reportOf = (ended: Ended): CyclesReport => JSON.parse(ended.lines.at(-1) ?? '{}') as CyclesReport;

describe('[native]', () => {
  test('R-034 D6 after 500 connections with forced collections the process ends by itself and has not grown', async () => {
    const program = await programs.make('bench/lib/cycles.ts');
    const runs: { lingeredMs: number; grownMb: number }[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const ended = await new Child(program, [], FLAGS, ENV).ended;
      const { failures, rss, closedAt } = reportOf(ended);
      expect({ code: ended.code, signal: ended.signal, failures }).toEqual({ code: 0, signal: null, failures: 0 });
      runs.push({ lingeredMs: Date.now() - closedAt, grownMb: rss[1] - rss[0] });
    }
    expectNoLingering(runs.map(({ lingeredMs }) => lingeredMs));
    // What leaks does so in every run.
    const grown = runs.map(({ grownMb }) => grownMb).sort((a, b) => a - b);
    expect(grown[RUNS >> 1]).toBeLessThan(MAX_GROWTH_MB);
  }, 180_000);

  test.each(Object.entries(illegalCodes))(
    'R-072 R-034 %s: codes, and the process ends by itself with 0',
    async (order, codes) => {
      const program = await programs.make('test/hostile/programs/illegal.ts');
      const ended = await new Child(program, [order], ['--expose-gc']).ended;
      const { code, signal, stderr, lines } = ended;
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
      expect(lines).toEqual([`codes ${JSON.stringify(codes)}`]);
      expectNoLingering([ended.lingeredMs]);
    },
  );

  test('D6 a worker thread gets ERR_UNCONFIGURED and one warning, and nothing crashes', async () => {
    const program = await programs.make('test/hostile/programs/facts.ts');
    const ended = await new Child(program, ['worker']).ended;
    expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null });
    expect(ended.lines).toEqual([FACTS]);
    expect(reported(ended)).toEqual([expect.stringContaining('main thread')]);
  });

  test('R-033 D1 without node-datachannel the import works, and everything says ERR_UNCONFIGURED after one warning', async () => {
    const elsewhere = new Programs({ withNative: false });
    const program = await elsewhere.make('test/hostile/programs/facts.ts');
    const ended = await new Child(program).ended;
    elsewhere.remove();
    expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null });
    expect(ended.lines).toEqual([FACTS]);
    expect(reported(ended)).toEqual([expect.stringContaining('npm install node-datachannel')]);
  });
});

/** What it said of itself on the console: nothing but the one warning. */
const reported = ({ stderr }: Ended): string[] => stderr.trimEnd().split('\n');

const UNCONFIGURED = 3;
/** States read CLOSED, NEW and CLOSED. */
const FACTS = `facts ${JSON.stringify({
  imported: 0,
  codes: [UNCONFIGURED, UNCONFIGURED, UNCONFIGURED, UNCONFIGURED, UNCONFIGURED],
  states: [5, 0, 5],
  channel: null,
})}`;
