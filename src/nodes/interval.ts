import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';

/** Whether this is a time between two things, in seconds. Reports it when it is not. */
export function isInterval(seconds: number): boolean {
  if (seconds >= 0 && Number.isFinite(seconds)) return true;
  fail(Err.ERR_INVALID_PARAMETER, `${String(seconds)} is no interval in seconds`);
  return false;
}

/** To the microsecond, so that a tenth of a second is 100 ms and not a hair more. */
export function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1_000_000) / 1000;
}
