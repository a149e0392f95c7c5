import { expect, test } from 'vitest';
import { findGaps, formatRuleTable, makeRuleTable, RULES } from '../../scripts/lib/rule-table.js';

const passed = (fullName: string) => ({ fullName, status: 'passed' });
const everywhere = (rule: string) =>
  ['loopback', 'native', 'chromium', 'firefox'].map((name) => passed(`[${name}] ${rule} holds`));

test('a rule shown on every back end has no gap', () => {
  const rows = makeRuleTable(RULES.flatMap(everywhere));
  expect(findGaps(rows)).toEqual([]);
});

test('an empty cell, a failing one and a rule nobody names are gaps', () => {
  const tests = [
    ...RULES.filter((rule) => rule !== 'R-002' && rule !== 'R-077').flatMap(everywhere),
    ...everywhere('R-002').slice(1),
    { fullName: '[native] R-001 holds once more', status: 'failed' },
  ];
  expect(findGaps(makeRuleTable(tests))).toEqual(['R-001 on native', 'R-002 on loopback', 'R-077 anywhere']);
});

test('tracks are shown wherever there are codecs, and their absence wherever there are none', () => {
  const tests = [
    ...RULES.filter((rule) => rule !== 'R-048' && rule !== 'R-053').flatMap(everywhere),
    passed('[chromium] R-048 holds'),
    passed('[loopback] R-053 holds'),
  ];
  expect(findGaps(makeRuleTable(tests))).toEqual(['R-048 on firefox', 'R-053 on native']);
});

test('a rule that speaks of one back end leaves the others out', () => {
  const rows = makeRuleTable([passed('[native] R-033 holds')]);
  const row = rows.find(({ rule }) => rule === 'R-033');
  expect(row?.cells).toEqual(['-', 'ok', '-', '-']);
  expect(formatRuleTable(rows)).toContain('R-033 -         ok');
});
