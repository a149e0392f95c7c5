import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { illegalCodes } from './programs/illegal-orders.js';
import { Child, type Ended, Programs } from './support/programs.js';

const MAX_LINGERED_MS = 1000;
const MAX_GROWTH = 10 << 20;
const RUNS = 5;

let programs: Programs;
beforeAll(() => {
  programs = new Programs();
});
afterAll(() => programs.remove());

const numberAfter = (ended: Ended, word: string): number =>
  Number(ended.lines.find((line) => line.startsWith(`${word} `))?.split(' ')[1]);

describe('[native]', () => {
  test('R-034 R-044 after 500 connections, collected while they stood, the process ends by itself and has not grown', async () => {
    const program = await programs.make('test/hostile/programs/cycles.ts');
    for (let run = 0; run < RUNS; run += 1) {
      const ended = await new Child(program, [], ['--expose-gc']).ended;
      expect({ code: ended.code, signal: ended.signal, stderr: ended.stderr }).toEqual({
        code: 0,
        signal: null,
        stderr: '',
      });
      expect(ended.lingeredMs).toBeLessThan(MAX_LINGERED_MS);
      expect(numberAfter(ended, 'end') - numberAfter(ended, 'warm')).toBeLessThan(MAX_GROWTH);
    }
  }, 180_000);

  test.each(Object.entries(illegalCodes))(
    'R-072 R-034 %s: codes, and the process ends by itself with 0',
    async (order, codes) => {
      const program = await programs.make('test/hostile/programs/illegal.ts');
      const ended = await new Child(program, [order], ['--expose-gc']).ended;
      const { code, signal, stderr, lines } = ended;
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
      expect(lines).toEqual([`codes ${JSON.stringify(codes)}`]);
      expect(ended.lingeredMs).toBeLessThan(MAX_LINGERED_MS);
    },
  );

  test('D6 a worker thread gets ERR_UNCONFIGURED and one warning, and nothing crashes', async () => {
    const program = await programs.make('test/hostile/programs/facts.ts');
    const ended = await new Child(program, ['worker']).ended;
    expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null });
    expect(ended.lines).toEqual([FACTS]);
    expect(ended.stderr.match(/main thread/g)).toHaveLength(1);
  });

  test('R-033 D1 without node-datachannel the import works, and everything says ERR_UNCONFIGURED after one warning', async () => {
    const elsewhere = new Programs({ withNative: false });
    const program = await elsewhere.make('test/hostile/programs/facts.ts');
    const ended = await new Child(program).ended;
    elsewhere.remove();
    expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null });
    expect(ended.lines).toEqual([FACTS]);
    expect(ended.stderr.match(/npm install node-datachannel/g)).toHaveLength(1);
  });
});

const UNCONFIGURED = 3;
/** States read CLOSED, NEW and CLOSED. */
const FACTS = `facts ${JSON.stringify({
  imported: 0,
  codes: [UNCONFIGURED, UNCONFIGURED, UNCONFIGURED, UNCONFIGURED, UNCONFIGURED],
  states: [5, 0, 5],
  channel: null,
})}`;
