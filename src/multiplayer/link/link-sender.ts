import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { TransferMode } from '../multiplayer-types.js';
import { LargeTransfers } from './large-transfers.js';
import { type DropCounts, Flow } from './link-counters.js';
import {
  DATAGRAM_BYTES,
  DEFAULT_MAX_PACKET_BYTES,
  type LinkOptions,
  MAX_MESSAGE_BYTES,
  MAX_PIECE_BYTES,
} from './link-limits.js';
import { isReliable, UNRELIABLE_HEADER_BYTES } from './message-header.js';
import { type LinkTransport, Outlet } from './outlet.js';
import { FIRST_PIECE_HEADER_BYTES } from './piece-message.js';
import { type ReliableBacklog, ReliableLane } from './reliable-lane.js';
import { UnreliableLane } from './unreliable-lane.js';

/** The share of the window that a piece may take: small packets of other lanes get in between often enough. */
const PIECES_PER_WINDOW = 16;
const LEAST_PIECE_BYTES = DATAGRAM_BYTES - FIRST_PIECE_HEADER_BYTES;

export interface LinkSenderSetup {
  readonly modes: readonly TransferMode[];
  readonly clock: Clock;
  readonly transport: LinkTransport;
  readonly drops: DropCounts;
  readonly options: LinkOptions;
}

/** The sending half of a link: its lanes, and whose turn it is when not everything may go at once. */
export class LinkSender {
  readonly outlet: Outlet;
  readonly flows: readonly Flow[];
  readonly #options: LinkOptions;
  readonly #lanes: readonly (ReliableLane | UnreliableLane)[];
  readonly #reliable: readonly ReliableLane[];
  readonly #unreliable: readonly UnreliableLane[];
  readonly #backlog: ReliableBacklog = { bytes: 0 };
  readonly #transfers = new LargeTransfers();
  #nextReliable = 0;
  #nextUnreliable = 0;
  /** Bytes that reliable lanes were given more than unreliable ones while both were waiting. */
  #reliableLead = 0;
  #hasStaged = false;
  /** Since the last poll. */
  #isFlushed = false;
  #wasBusy = false;

  constructor({ modes, clock, transport, drops, options }: LinkSenderSetup) {
    this.#options = options;
    this.outlet = new Outlet(transport, modes);
    this.flows = modes.map(() => new Flow());
    this.#lanes = modes.map((mode, lane) => {
      const setup = { clock, lane, outlet: this.outlet, flow: this.flows[lane]!, drops };
      if (!isReliable(mode)) {
        return new UnreliableLane(mode === TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED, setup);
      }
      return new ReliableLane({ ...setup, backlog: this.#backlog, transfers: this.#transfers });
    });
    this.#reliable = this.#lanes.filter((lane) => lane instanceof ReliableLane);
    this.#unreliable = this.#lanes.filter((lane) => lane instanceof UnreliableLane);
  }

  /** Whether reliable packets are refused: above the high mark. `drained` follows a yes. */
  checkBusy(): boolean {
    const busy = this.#backlog.bytes >= this.#options.reliableHighBytes;
    this.#wasBusy ||= busy;
    return busy;
  }

  /** Reliable bytes that wait for their turn. */
  get queuedBytes(): number {
    return this.#backlog.bytes;
  }

  /** Whether a poll has anything to do here. */
  get isIdle(): boolean {
    return !this.#hasStaged && this.#backlog.bytes === 0 && !this.#isHolding();
  }

  /** The largest packet that `put` takes on a lane. */
  maxPacketBytes(lane: number): number {
    const own = this.ownMaxPacketBytes(lane);
    if (this.#lanes[lane] instanceof UnreliableLane) return own;
    return Math.min(own, this.#transfers.capBytes || DEFAULT_MAX_PACKET_BYTES);
  }

  /** The same as far as it is up to this side. */
  ownMaxPacketBytes(lane: number): number {
    const isUnreliable = this.#lanes[lane] instanceof UnreliableLane;
    return isUnreliable ? MAX_MESSAGE_BYTES - UNRELIABLE_HEADER_BYTES : this.#options.maxPacketBytes;
  }

  put(lane: number, packet: Uint8Array): Err {
    const out = this.#lanes[lane];
    if (out === undefined) return Err.ERR_INVALID_PARAMETER;
    if (packet.length === 0) return Err.OK;
    // PERF: what fits a datagram, which is nearly everything, needs no further look at limits.
    if (packet.length > LEAST_PIECE_BYTES && packet.length > this.maxPacketBytes(lane)) return Err.ERR_OUT_OF_MEMORY;
    if (out instanceof ReliableLane && this.checkBusy()) return Err.ERR_BUSY;
    this.#hasStaged = true;
    out.put(packet);
    return Err.OK;
  }

  /** The frame ends: what it put leaves, as far as there is room. */
  flush(now: number): void {
    this.#isFlushed = true;
    this.#send(now, true);
  }

  /** What no flush has sent. Large packets of a game that flushes wait for that: what the frame is about to put goes first. */
  poll(now: number): void {
    this.#send(now, !this.#isFlushed);
    this.#isFlushed = false;
  }

  #send(now: number, hasTimeForPieces: boolean): void {
    this.outlet.backlog.look();
    this.#pump(0, now);
    if (this.#hasStaged) {
      this.#hasStaged = false;
      for (const lane of this.#lanes) lane.flush(now);
    }
    if (this.#backlog.bytes > 0 && hasTimeForPieces) this.#pump(MAX_PIECE_BYTES, now);
  }

  /** Sends what waits, as far as there is room: reliable and unreliable data share it evenly, and so do the lanes. */
  #pump(mostPieceBytes: number, now: number): void {
    if (this.#isHolding()) for (const lane of this.#unreliable) lane.dropStale(now);
    for (;;) {
      const isReliableFirst = this.#reliableLead <= 0;
      let reliable = isReliableFirst ? this.#pumpReliable(mostPieceBytes, now) : 0;
      const unreliable = reliable > 0 ? 0 : this.#pumpUnreliable(now);
      if (reliable === 0 && unreliable === 0 && !isReliableFirst) reliable = this.#pumpReliable(mostPieceBytes, now);
      this.#reliableLead += reliable - unreliable;
      if (reliable === 0 && unreliable === 0) break;
    }
    // A side with nothing to send gains no claim on later turns.
    if (this.#backlog.bytes === 0 || !this.#isHolding()) this.#reliableLead = 0;
  }

  /** True once after a `put` was refused, when there is room again. */
  takeDrained(): boolean {
    if (!this.#wasBusy || this.#backlog.bytes > this.#options.reliableLowBytes) return false;
    this.#wasBusy = false;
    return true;
  }

  /** The peer's report on large packets. */
  reportedAssembled(completedBytes: number, capBytes: number): void {
    this.#transfers.reported(completedBytes, capBytes);
  }

  sendControl(lane: number, message: Uint8Array, now: number): boolean {
    return this.#lanes[lane]!.sendControl(message, now);
  }

  clear(): void {
    for (const lane of this.#lanes) lane.clear();
    this.#backlog.bytes = 0;
    this.#hasStaged = false;
  }

  #isHolding(): boolean {
    const lanes = this.#unreliable;
    for (let i = 0; i < lanes.length; i += 1) if (lanes[i]!.held > 0) return true;
    return false;
  }

  #pumpReliable(mostPieceBytes: number, now: number): number {
    if (this.#backlog.bytes === 0) return 0;
    const pieceBytes = Math.floor(this.outlet.budget.bytes / PIECES_PER_WINDOW);
    const limit = Math.min(mostPieceBytes, Math.max(LEAST_PIECE_BYTES, pieceBytes));
    const lanes = this.#reliable;
    for (let i = 0; i < lanes.length; i += 1) {
      const index = (this.#nextReliable + i) % lanes.length;
      const sent = lanes[index]!.sendNext(limit, now);
      if (sent === 0) continue;
      this.#nextReliable = index + 1;
      return sent;
    }
    return 0;
  }

  #pumpUnreliable(now: number): number {
    const lanes = this.#unreliable;
    for (let i = 0; i < lanes.length; i += 1) {
      const index = (this.#nextUnreliable + i) % lanes.length;
      const lane = lanes[index]!;
      const sent = lane.sendHeld(now);
      if (sent === 0) continue;
      this.#nextUnreliable = index + 1;
      return sent;
    }
    return 0;
  }
}
