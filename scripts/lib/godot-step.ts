import { readFileSync } from 'node:fs';
import type { Counts, VitestReport } from './counts.js';
import { ensureGodot, GODOT_VERSION } from './godot.js';
import type { VitestOutcome } from './vitest.js';

/** The outcome of a step and a line about it that the user should see in any case. */
export interface NotedOutcome extends VitestOutcome {
  readonly note?: string;
}

/**
 * Runs the tests against Godot. Where there is none to be had they count as skipped; with another version than the one
 * whose protocol is implemented, what differs is named and counts as skipped too.
 */
export async function runGodotStep(
  runTests: (env: Readonly<Record<string, string>>) => Promise<VitestOutcome>,
): Promise<NotedOutcome> {
  const godot = await ensureGodot();
  if (godot.kind !== 'found') return notRun(godot.why, godot.kind === 'broken');
  const outcome = await runTests({ SCENEWIRE_GODOT: godot.program });
  if (godot.version === GODOT_VERSION) return outcome;
  const failures = outcome.reportFile === undefined ? [] : failedTests(outcome.reportFile);
  return judgeOtherVersion(outcome, godot.version, failures);
}

const notRun = (why: string, isFailure: boolean): NotedOutcome => ({
  counts: { passed: 0, failed: isFailure ? 1 : 0, skipped: isFailure ? 0 : 1 },
  output: why,
  reportFile: undefined,
  ...(isFailure ? {} : { note: `not run: ${why}` }),
});

/** Tests that fail against a Godot that is not the wanted one tell how it differs, not that something is wrong here. */
export function judgeOtherVersion(outcome: VitestOutcome, version: string, failures: readonly string[]): NotedOutcome {
  const { passed, failed, skipped: left } = outcome.counts;
  const counts: Counts = { passed, failed: 0, skipped: left + failed };
  const differs = failed === 0 ? 'nothing differs' : `these differ: ${failures.join('; ') || outcome.output}`;
  return { ...outcome, counts, note: `this Godot is ${version}, not ${GODOT_VERSION}; ${differs}` };
}

function failedTests(reportFile: string): string[] {
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport;
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  return tests.filter((test) => test.status === 'failed').map((test) => test.fullName ?? 'a test without a name');
}
