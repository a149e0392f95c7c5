import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import type { RpcErrorReason } from './rpc-error.js';

/** Why a call does not leave, or not for all it is meant for. */
export interface CallProblem {
  readonly err: Err;
  readonly text: string;
  /** What a promise rejects with. */
  readonly reason: RpcErrorReason;
  /** Whether somebody has reported it already, or nobody has to: a peer without room is no mistake. */
  readonly isTold: boolean;
}

export function problem(err: Err, text: string, reason: RpcErrorReason = 'not-sent'): CallProblem {
  return { err, text, reason, isTold: false };
}

/** What sending gave. */
export function sendProblem(err: Err): CallProblem | null {
  return err === Err.OK ? null : { err, text: 'It could not be sent', reason: 'not-sent', isTold: true };
}

/** The code of a call that returns one, reported once. */
export function report(found: CallProblem | null): Err {
  if (found === null) return Err.OK;
  return found.isTold ? found.err : fail(found.err, found.text);
}
