import { Err } from '../../core/err.js';
import type { TransferMode } from '../multiplayer-types.js';
import { TRANSPORT_BACKLOG_BYTES } from './link-limits.js';
import { isTimed, writeSerial } from './message-header.js';
import { SendLog } from './send-log.js';
import { SendWindow } from './send-window.js';

/** The channels of one connection, one for each lane. */
export interface LinkTransport {
  /** Sends a message; may keep the bytes only as a copy. Must not throw. */
  send(lane: number, message: Uint8Array): Err;
  /** Bytes given to `send` that wait in this process. */
  buffered(lane: number): number;
}

/** Where all messages of a link leave, and how many of them may. */
export class Outlet {
  readonly log = new SendLog();
  readonly budget = new SendWindow();
  readonly #transport: LinkTransport;
  readonly #timed: readonly boolean[];
  /** Bytes sent since the last message that measures the way. */
  unmeasuredBytes = 0;
  /** Something had to wait for the window since the peer was last told. */
  hasWaited = false;
  /** At least what waits in the transport: the last measured amount and all that was sent since. */
  readonly #backlog: Float64Array;

  constructor(transport: LinkTransport, modes: readonly TransferMode[]) {
    this.#transport = transport;
    this.#timed = modes.map((_, lane) => isTimed(modes, lane));
    this.#backlog = new Float64Array(modes.length);
  }

  /** Whether data may be sent on this lane; so many bytes beyond the window are allowed. */
  hasRoom(lane: number, beyond = 0): boolean {
    const { log, budget } = this;
    if (log.bytesUnderWay >= budget.bytes + beyond || log.isFull) {
      budget.limited();
      this.hasWaited = true;
      return false;
    }
    // PERF: asks the transport only when the estimate is over the limit, which is rarely the case.
    if (this.#backlog[lane]! < TRANSPORT_BACKLOG_BYTES) return true;
    this.#backlog[lane] = this.#transport.buffered(lane);
    return this.#backlog[lane]! < TRANSPORT_BACKLOG_BYTES;
  }

  /** Numbers a message and sends it. */
  send(lane: number, message: Uint8Array, now: number): boolean {
    writeSerial(message, this.log.nextSerial);
    if (this.#transport.send(lane, message) !== Err.OK) return false;
    this.log.record(message.length, now);
    this.#backlog[lane] = this.#backlog[lane]! + message.length;
    this.unmeasuredBytes = this.#timed[lane] ? 0 : this.unmeasuredBytes + message.length;
    return true;
  }
}
