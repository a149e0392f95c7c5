import { afterEach, beforeEach } from 'vitest';
import type { Err } from '../../../src/core/err.js';
import { setErrorHandler } from '../../../src/core/fail.js';

export interface Reported {
  readonly text: string;
  readonly err: Err;
  readonly cause: unknown;
}

/** What reaches the error hook during each test of the calling file. */
export function recordErrors(): Reported[] {
  const reported: Reported[] = [];
  beforeEach(() => {
    reported.length = 0;
    setErrorHandler((text, err, cause) => reported.push({ text, err, cause }));
  });
  afterEach(() => setErrorHandler(null));
  return reported;
}

/** The same, for those who only compare what was said. */
export function recordErrorTexts(): string[] {
  const texts: string[] = [];
  beforeEach(() => {
    texts.length = 0;
    setErrorHandler((text) => texts.push(text));
  });
  afterEach(() => setErrorHandler(null));
  return texts;
}
