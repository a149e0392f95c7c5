import { Err } from '../../core/err.js';
import type { TransferMode } from '../multiplayer-types.js';
import { isTimed, writeSerial } from './message-header.js';
import { SendLog } from './send-log.js';
import { SendWindow } from './send-window.js';
import { TransportBacklog, type TransportBuffers } from './transport-backlog.js';

/** The channels of one connection, one for each lane. */
export interface LinkTransport extends TransportBuffers {
  /** Sends a message; may keep the bytes only as a copy. Must not throw. */
  send(lane: number, message: Uint8Array): Err;
}

/** Where all messages of a link leave, and how many of them may. */
export class Outlet {
  readonly log = new SendLog();
  readonly budget = new SendWindow();
  readonly backlog: TransportBacklog;
  readonly #transport: LinkTransport;
  readonly #timed: readonly boolean[];
  /** Bytes sent since the last message that measures the way. */
  unmeasuredBytes = 0;
  /** Something had to wait for the window since the peer was last told. */
  hasWaited = false;

  constructor(transport: LinkTransport, modes: readonly TransferMode[]) {
    this.#transport = transport;
    this.#timed = modes.map((_, lane) => isTimed(modes, lane));
    this.backlog = new TransportBacklog(transport, modes);
  }

  /** Whether as much is under way as may be; small messages are allowed so many bytes more, large packets fewer. */
  isFull(beyond = 0): boolean {
    const { log, budget } = this;
    const shed = beyond > 0 ? budget.shedBytes : 0;
    return log.bytesUnderWay >= budget.bytes + shed + beyond || log.isFull;
  }

  /** Whether data may be sent on this lane; `beyond` as above. `mayWait`: it was not put just now. */
  hasRoom(lane: number, beyond = 0, mayWait = false): boolean {
    const { backlog, budget } = this;
    if (!this.isFull(beyond)) return backlog.hasRoom(lane, mayWait);
    budget.limited();
    this.hasWaited = true;
    return false;
  }

  /** Numbers a message and sends it. */
  send(lane: number, message: Uint8Array, now: number): boolean {
    writeSerial(message, this.log.nextSerial);
    if (this.#transport.send(lane, message) !== Err.OK) return false;
    this.log.record(message.length, now);
    this.backlog.sent(lane, message.length);
    this.unmeasuredBytes = this.#timed[lane] ? 0 : this.unmeasuredBytes + message.length;
    return true;
  }
}
