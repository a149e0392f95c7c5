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

/** The same, of what the layers below have reported, or what nobody has to hear of. */
export function toldProblem(err: Err, text: string): CallProblem {
  return { err, text, reason: 'not-sent', isTold: true };
}

/** What sending gave. */
export function sendProblem(err: Err): CallProblem | null {
  if (err === Err.OK) return null;
  return toldProblem(err, err === Err.ERR_BUSY ? 'The peer takes nothing reliable for now' : 'It could not be sent');
}

/** The code of a call that returns one, reported once. */
export function report(found: CallProblem | null): Err {
  if (found === null) return Err.OK;
  return found.isTold ? found.err : fail(found.err, found.text);
}
