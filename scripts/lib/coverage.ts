/** docs/coverage.md: the rows of the five seeds, and the tests that prove them, found by their names. */

/** A test by its file and its whole name, and whether it passed where that is known. */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
  readonly status?: string;
}

export interface Coverage {
  /** The page with its last column made anew. */
  readonly page: string;
  /** Rows that no test proves. */
  readonly missing: readonly string[];
}

/** How many rows each seed has; a row that gets lost would otherwise go unnoticed. */
export const ROWS_OF_SEED: Readonly<Record<string, number>> = { S0: 59, S1: 49, S2: 141, S3: 67, S4: 77 };

const ROW = /^\| (S\d-\d+) \| (.*) \| (.*) \| (.*?) ?\|$/;

/** Writes the last column of every row of the page. */
export function coverRows(page: string, tests: readonly NamedTest[]): Coverage {
  const proofs = indexByMark(tests.filter(({ status }) => status === undefined || status === 'passed'));
  const seen = new Map<string, number>();
  const missing: string[] = [];
  const lines = page.split('\n').map((line) => {
    const [, row, there, here] = ROW.exec(line) ?? [];
    if (row === undefined || there === undefined || here === undefined) return line;
    seen.set(row.slice(0, 2), (seen.get(row.slice(0, 2)) ?? 0) + 1);
    const proof = findProof(row, here, proofs);
    if (proof === undefined) missing.push(row);
    return `| ${row} | ${there} | ${here} | ${proof === undefined ? '' : format(proof)} |`;
  });
  for (const [seed, count] of Object.entries(ROWS_OF_SEED)) {
    if (seen.get(seed) !== count) missing.push(`${seed} has ${seen.get(seed) ?? 0} rows instead of ${count}`);
  }
  return { page: lines.join('\n'), missing };
}

/** The best test for every row and rule that a name carries. */
function indexByMark(tests: readonly NamedTest[]): Map<string, NamedTest> {
  const best = new Map<string, NamedTest>();
  const inOrder = [...tests].sort((a, b) => compare(rank(a), rank(b)) || compare(a.name, b.name));
  for (const test of inOrder) {
    for (const [mark] of test.name.matchAll(/\b(?:S\d-\d+|R-\d{3})\b/g)) if (!best.has(mark)) best.set(mark, test);
  }
  return best;
}

/** Those that run everywhere first, so that the page is the same on a machine without browsers. */
const rank = ({ file }: NamedTest): string => (/conformance\/(?!loopback)/.test(file) ? `~${file}` : file);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By the row's own name, else by a rule that it says it is settled by. */
function findProof(row: string, here: string, proofs: ReadonlyMap<string, NamedTest>): NamedTest | undefined {
  const rules = here.match(/R-\d{3}/g) ?? [];
  return [row, ...rules].map((mark) => proofs.get(mark)).find((test) => test !== undefined);
}

function format({ file, name }: NamedTest): string {
  const short = file.replace(/^test\//, '').replace(/\.test\.ts$/, '');
  return `${short}: ${name.replaceAll(' > ', ' › ').replaceAll('|', '\\|').replaceAll('<', '&lt;')}`;
}
