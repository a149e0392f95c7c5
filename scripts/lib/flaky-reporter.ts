import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/**
 * Writes down which tests passed only when they were tried again, into the file that SCENEWIRE_FLAKY names. The runner
 * prints them: a second chance that nobody sees would hide a defect.
 */
export default class FlakyReporter implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true) this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    const file = process.env['SCENEWIRE_FLAKY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(this.#names));
  }
}
