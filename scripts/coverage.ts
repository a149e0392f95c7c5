/**
 * Makes the last column of docs/coverage.md from the names of the tests. Without arguments it asks vitest for all names
 * and writes the page (`npm run docs:coverage`). With vitest's JSON reports as arguments it checks the page against the
 * tests that passed, and fails when a row has none or the page says something else.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { coverRows, type NamedTest, ROWS_OF_SEED } from './lib/coverage.js';
import { inRoot, tools } from './lib/paths.js';
import { runNode } from './lib/process.js';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const PAGE = inRoot('docs/coverage.md');
const fileOf = (path: string): string => relative(inRoot('.'), path).replaceAll('\\', '/');

function readReports(files: readonly string[]): NamedTest[] {
  return files.flatMap((file) => {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    return testResults.flatMap(({ name: path, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status }) => ({
        file: fileOf(path),
        name: [...ancestorTitles, title].filter((part) => part !== '').join(' > '),
        status,
      })),
    );
  });
}

async function listTests(): Promise<NamedTest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'scenewire-names-'));
  const file = join(folder, 'names.json');
  try {
    const { code, output } = await runNode([tools.vitest, 'list', `--json=${file}`]);
    if (code !== 0) throw new Error(`vitest could not list the tests:\n${output}`);
    const listed = JSON.parse(readFileSync(file, 'utf8')) as { file: string; name: string }[];
    return listed.map((test) => ({ file: fileOf(test.file), name: test.name }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reports = process.argv.slice(2);
const before = readFileSync(PAGE, 'utf8');
const { page, missing } = coverRows(before, reports.length > 0 ? readReports(reports) : await listTests());
const rows = Object.values(ROWS_OF_SEED).reduce((sum, count) => sum + count);
if (missing.length === 0) console.log(`${rows} rows of the seeds, each with a test that passed: docs/coverage.md`);
else console.log(`rows of the seeds without a passing test: ${missing.join(', ')}`);
if (reports.length === 0) writeFileSync(PAGE, page);
else if (page !== before)
  console.log('docs/coverage.md does not say what the names of the tests say: npm run docs:coverage');
process.exitCode = missing.length > 0 || (reports.length > 0 && page !== before) ? 1 : 0;
