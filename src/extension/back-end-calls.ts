import { Err } from '../core/err.js';
import { messageOf, pushError } from '../core/fail.js';

/** Back ends should not throw. What one throws is told, and answered with this code. */
export function backEndThrew(thrown: unknown): Err {
  pushError(`The back end threw: ${messageOf(thrown)}`, Err.FAILED, thrown);
  return Err.FAILED;
}

/** Calls a back end so that nothing it throws reaches the caller. */
export function guarded<B, T>(backEnd: B, otherwise: T, call: (backEnd: B) => T): T {
  try {
    return call(backEnd);
  } catch (thrown) {
    backEndThrew(thrown);
    return otherwise;
  }
}
