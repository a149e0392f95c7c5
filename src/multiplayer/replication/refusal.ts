import { Err } from '../../core/err.js';

/** Whether a reliable packet was not taken for lack of room: it has to be sent again later. */
export function isRefusal(err: Err): boolean {
  return err === Err.ERR_BUSY || err === Err.ERR_OUT_OF_MEMORY;
}
