/** How many tests passed, failed and were skipped. A step without tests of its own counts as one test. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function formatCounts(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** The part of a vitest JSON report that is read here. */
export interface VitestReport {
  readonly testResults: readonly VitestFileReport[];
}

export interface VitestFileReport {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName?: string }[];
}

/**
 * Counts a vitest run. A file that failed without a failing test (it could not be loaded) and a run that exited with an
 * error although every test passed (an unhandled rejection, a crashed worker) count as one failure each.
 */
export function countVitest(report: VitestReport | undefined, exitCode: number): Counts {
  const counts = (report?.testResults ?? []).map(countFile).reduce(addCounts, noCounts);
  const unexplained = exitCode !== 0 && counts.failed === 0;
  return unexplained || report === undefined ? { ...counts, failed: counts.failed + 1 } : counts;
}

function countFile(file: VitestFileReport): Counts {
  const count = (...statuses: string[]): number =>
    file.assertionResults.filter((test) => statuses.includes(test.status)).length;
  const passed = count('passed');
  const failed = count('failed');
  const skipped = file.assertionResults.length - passed - failed;
  return { passed, failed: failed === 0 && file.status === 'failed' ? 1 : failed, skipped };
}
