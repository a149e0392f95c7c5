import type { Err } from '../core/err.js';
import { getLogger } from '../core/log.js';

const log = getLogger('extension');

/** A method that an extension should have overridden and did not: says so once and answers with the code. */
export function leftOut<E extends Err>(extension: object, method: string, err: E): E {
  log.warnOnce(`${extension.constructor.name} does not override ${method}`);
  return err;
}
