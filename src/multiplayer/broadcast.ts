import { Err } from '../core/err.js';
import { ByeReason } from './link/bye-message.js';

/** Somebody a broadcast may go to. */
export interface Recipient {
  readonly id: number;
  /**
   * Why it should go to nobody rather than to all but this one. Not for one that does not play along: what it cannot
   * take is its own business. After ERR_BUSY, `drained` is told.
   */
  objection(lane: number, packet: Uint8Array): Err;
  send(lane: number, packet: Uint8Array): Err;
  /** It has missed a reliable packet: better told to go than left with a hole in its game. */
  giveUp(reason: ByeReason): void;
}

/** Why a broadcast to all but one should go to nobody. */
export function objectionOf(recipients: Iterable<Recipient>, lane: number, packet: Uint8Array, except: number): Err {
  let objection: Err = Err.OK;
  // All are asked, so that all tell when they are no longer busy.
  for (const one of recipients) {
    const its = one.id === except ? Err.OK : one.objection(lane, packet);
    if (its !== Err.OK) objection = its;
  }
  return objection;
}

/**
 * Sends a packet to everybody but one. OK even if it did not reach somebody, as in Godot; with links in between it
 * reaches all who play along, or nobody.
 */
export function broadcast(recipients: Iterable<Recipient>, lane: number, packet: Uint8Array, except: number): Err {
  const objection = objectionOf(recipients, lane, packet, except);
  if (objection !== Err.OK) return objection;
  for (const one of recipients) {
    if (one.id === except) continue;
    const err = one.send(lane, packet);
    if (err === Err.ERR_BUSY) one.giveUp(ByeReason.TIMEOUT);
    // It says that it takes less than is played with here.
    if (err === Err.ERR_OUT_OF_MEMORY) one.giveUp(ByeReason.MISBEHAVED);
  }
  return Err.OK;
}
