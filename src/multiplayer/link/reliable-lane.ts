import type { LargeTransfers } from './large-transfers.js';
import { MAX_PIECE_BYTES } from './link-limits.js';
import { RELIABLE_HEADER_BYTES } from './message-header.js';
import { Packer } from './packer.js';
import { pieceRoom, writePiece } from './piece-message.js';
import { Ring } from './ring.js';
import type { LaneSetup } from './unreliable-lane.js';

/** Small messages may go beyond the window by so much: the few that are not part of the flood shall not wait for it. */
const BEYOND_WINDOW_BYTES = 2400;

/** Reliable bytes that wait in all lanes of a link. */
export interface ReliableBacklog {
  bytes: number;
}

export interface ReliableLaneSetup extends LaneSetup {
  readonly backlog: ReliableBacklog;
  readonly transfers: LargeTransfers;
}

/** Beside an item of the queue: how many packets are in the message. */
const LARGE = 0;

/** The sending end of a reliable lane: small packets in bundles, large ones in pieces, all in the order they were put. */
export class ReliableLane {
  readonly #setup: ReliableLaneSetup;
  readonly #packer = new Packer(RELIABLE_HEADER_BYTES);
  /** Messages, and large packets that are still to be cut. */
  readonly #queue = new Ring<Uint8Array>();
  /** How much of the large packet at the head was sent. */
  #cut = 0;
  #piece: Uint8Array | undefined;

  constructor(setup: ReliableLaneSetup) {
    this.#setup = setup;
  }

  put(packet: Uint8Array): void {
    const packer = this.#packer;
    const { clock } = this.#setup;
    if (!packer.takes(packet.length)) {
      this.flush(clock.now());
      // Not slice(), which does not copy a Node Buffer.
      this.#enqueue(new Uint8Array(packet), LARGE);
      return;
    }
    if (!packer.fits(packet.length)) this.flush(clock.now());
    packer.add(packet);
    if (packer.isFull) this.flush(clock.now());
  }

  /** What was collected is sent, or queued behind what waits already. */
  flush(now: number): void {
    const packer = this.#packer;
    if (packer.packets === 0) return;
    const { outlet, lane } = this.#setup;
    const message = packer.view();
    const isSent =
      this.#queue.length === 0 &&
      outlet.hasRoom(lane, BEYOND_WINDOW_BYTES) &&
      this.#transmit(message, packer.packets, now);
    if (!isSent) this.#enqueue(message.slice(), packer.packets);
    packer.clear();
  }

  /** Sends a message of this layer itself, past the queue; it may come between the pieces of a packet. */
  sendControl(message: Uint8Array, now: number): boolean {
    return this.#transmit(message, 0, now);
  }

  /** Sends one message of the queue, or one piece of up to `pieceBytes` if any; returns its bytes, 0 when nothing could go. */
  sendNext(pieceBytes: number, now: number): number {
    const head = this.#queue.peek();
    if (head === undefined) return 0;
    const packets = this.#queue.peekNumber();
    if (packets === LARGE) return pieceBytes > 0 ? this.#sendPiece(head, pieceBytes, now) : 0;
    const { outlet, lane } = this.#setup;
    if (!outlet.hasRoom(lane, BEYOND_WINDOW_BYTES, true) || !this.#transmit(head, packets, now)) return 0;
    this.#dequeue(head);
    return head.length;
  }

  clear(): void {
    this.#queue.clear();
    this.#packer.clear();
    this.#cut = 0;
  }

  #sendPiece(packet: Uint8Array, pieceBytes: number, now: number): number {
    const { outlet, lane, transfers } = this.#setup;
    if (this.#cut === 0 && !transfers.canStart(packet.length)) return 0;
    // As a whole, so that what small messages may go beyond the window is left to them.
    if (!outlet.hasRoom(lane, -pieceBytes, true)) return 0;
    this.#piece ??= new Uint8Array(pieceRoom(MAX_PIECE_BYTES));
    const to = Math.min(packet.length, this.#cut + pieceBytes);
    const isLast = to === packet.length;
    const length = writePiece(this.#piece, packet, this.#cut, to);
    if (!this.#transmit(this.#piece.subarray(0, length), isLast ? 1 : 0, now)) return 0;
    if (this.#cut === 0) transfers.started(packet.length);
    this.#cut = to;
    if (isLast) {
      this.#cut = 0;
      this.#dequeue(packet);
    }
    return length;
  }

  #transmit(message: Uint8Array, packets: number, now: number): boolean {
    const { outlet, lane, flow } = this.#setup;
    if (!outlet.send(lane, message, now)) return false;
    flow.add(packets, message.length, now);
    return true;
  }

  #enqueue(bytes: Uint8Array, packets: number): void {
    this.#queue.push(bytes, packets);
    this.#setup.backlog.bytes += bytes.length;
  }

  #dequeue(bytes: Uint8Array): void {
    this.#queue.shift();
    this.#setup.backlog.bytes -= bytes.length;
  }
}
