import type { TransferMode } from '../multiplayer-types.js';
import { TRANSPORT_BACKLOG_BYTES } from './link-limits.js';
import { isReliable } from './message-header.js';

/** What of the transport the backlog is known from. */
export interface TransportBuffers {
  /** Bytes given to `send` that wait in this process. */
  buffered(lane: number): number;
}

/**
 * What the transport holds back because its own window is full, as under loss. It gives up unreliable messages behind
 * that, so those wait here, for no longer than it takes: what is queued makes no more of it meanwhile.
 */
export class TransportBacklog {
  readonly #transport: TransportBuffers;
  readonly #unreliable: readonly boolean[];
  /** At least what waits, for each lane: the last measured amount and all that was sent since. */
  readonly #bytes: Float64Array;
  /** Something waited when it was last looked at. */
  #wasHolding = false;
  /** It still does, from the frame before. */
  #isHolding = false;
  #isYielding = false;

  constructor(transport: TransportBuffers, modes: readonly TransferMode[]) {
    this.#transport = transport;
    this.#unreliable = modes.map((mode) => !isReliable(mode));
    this.#bytes = new Float64Array(modes.length);
  }

  sent(lane: number, bytes: number): void {
    this.#bytes[lane] = this.#bytes[lane]! + bytes;
  }

  /** Before anything of a frame is sent. PERF: asks the transport only while it is known to hold something. */
  look(): void {
    if (!this.#wasHolding) return;
    this.#isHolding = false;
    for (let lane = 0; lane < this.#bytes.length; lane += 1) {
      if (this.#transport.buffered(lane) > 0) this.#isHolding = true;
    }
    this.#wasHolding = this.#isHolding;
    if (!this.#isHolding) this.#isYielding = false;
  }

  /** Whether the transport takes more of this lane; `mayWait`: it is no worse for letting others go first. */
  hasRoom(lane: number, mayWait: boolean): boolean {
    if (this.#isHolding && this.#unreliable[lane]) {
      this.#isYielding = true;
      return false;
    }
    const limit = mayWait && this.#isYielding ? 1 : TRANSPORT_BACKLOG_BYTES;
    // PERF: asks the transport only when the estimate is over the limit, which is rarely the case.
    if (this.#bytes[lane]! < limit) return true;
    const bytes = this.#transport.buffered(lane);
    this.#bytes[lane] = bytes;
    if (bytes > 0) this.#wasHolding = true;
    return bytes < limit;
  }
}
