import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/** Of the message of an error. */
const MOST_LINES = 8;
const MOST_CHARS = 300;

/**
 * Writes down which tests passed only when they were tried again, and why not at first, into the file that
 * SCENEWIRE_FLAKY names. The runner prints them: a second chance that nobody sees would hide a defect.
 */
export default class FlakyReporter implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    this.#names.push([name, ...reasonsOf(test)].join('\n         '));
  }

  onTestRunEnd(): void {
    const file = process.env['SCENEWIRE_FLAKY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(this.#names));
  }
}

/** What was wrong with the first attempt, as far as it fits. */
function reasonsOf(test: TestCase): string[] {
  const errors = test.result().errors ?? [];
  return errors
    .flatMap(({ message }) => message.split('\n').slice(0, MOST_LINES))
    .map((line) => line.slice(0, MOST_CHARS));
}
