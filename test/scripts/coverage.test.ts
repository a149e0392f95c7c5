import { expect, test } from 'vitest';
import { coverRows, ROWS_OF_SEED } from '../../scripts/lib/coverage.js';

const row = (name: string, here = 'the same', proof = ''): string => `| ${name} | there | ${here} | ${proof} |`;
const all = Object.entries(ROWS_OF_SEED).flatMap(([seed, count]) =>
  Array.from({ length: count }, (_, i) => `${seed}-${String(i + 1).padStart(2, '0')}`),
);
const named = (name: string, file = 'test/seeds/x.test.ts', status?: string) => ({
  file,
  name,
  ...(status === undefined ? {} : { status }),
});

test('every row gets the test whose name carries it, and what stood there before is gone', () => {
  const { page, missing } = coverRows(['# Rows', '', ...all.map((name) => row(name, 'x', 'an old lie'))].join('\n'), [
    ...all.map((name) => named(`group > ${name} holds`)),
    named('S0-01 is shown here, too', 'test/zoo.test.ts'),
  ]);
  expect(missing).toEqual([]);
  expect(page.split('\n')[2]).toBe('| S0-01 | there | x | seeds/x: group › S0-01 holds |');
  expect(page).not.toContain('lie');
});

test('a row that says by which rule it is settled is proven by that rule’s tests, loopback first', () => {
  const { page } = coverRows(row('S0-01', 'signal (R-017)'), [
    named('[firefox] R-017 holds', 'test/conformance/firefox.test.ts'),
    named('[loopback] R-017 holds', 'test/conformance/loopback.test.ts'),
  ]);
  expect(page).toContain('| conformance/loopback: [loopback] R-017 holds |');
});

test('a row without a passing test, one that nobody names and one that got lost are missing', () => {
  const kept = all.filter((name) => name !== 'S4-77');
  const tests = kept
    .filter((name) => name !== 'S1-02')
    .map((name) => named(`${name} holds`, 'test/a.test.ts', 'passed'));
  tests[0] = named('S0-01 holds', 'test/a.test.ts', 'failed');
  const { missing } = coverRows(kept.map((name) => row(name)).join('\n'), tests);
  expect(missing).toEqual(['S0-01', 'S1-02', 'S4 has 76 rows instead of 77']);
});

test('a longer number is another row, and a short one no rule', () => {
  expect(coverRows(row('S2-10', 'R-01'), [named('S2-103 holds'), named('R-01 holds')]).missing[0]).toBe('S2-10');
});
