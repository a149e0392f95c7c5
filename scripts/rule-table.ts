/** Prints the table rule × back end from vitest's JSON reports, given as arguments; fails when a cell is empty. */
import { readFileSync } from 'node:fs';
import { BACK_ENDS, findGaps, formatRuleTable, makeRuleTable, type ProvedTest } from './lib/rule-table.js';

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly ProvedTest[] }[];
}

const tests = process.argv.slice(2).flatMap((file) => {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return report.testResults.flatMap(({ assertionResults }) => assertionResults);
});
// Without a namespace everything with Firefox is left out, and said so where that is decided.
const backEnds =
  process.env.SCENEWIRE_LOOPBACK_ONLY === '1' ? BACK_ENDS.filter((name) => name !== 'firefox') : BACK_ENDS;
const rows = makeRuleTable(tests, backEnds);
const gaps = findGaps(rows, backEnds);
console.log(formatRuleTable(rows, backEnds));
if (gaps.length > 0) console.log(`\nnot shown: ${gaps.join(', ')}`);
process.exitCode = gaps.length > 0 ? 1 : 0;
