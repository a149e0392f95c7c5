import { Err } from '../core/err.js';
import type { WebRTCDataChannel } from '../extension/webrtc-data-channel.js';
import type { ByeReason } from './link/bye-message.js';
import { InboundBudget } from './link/inbound-budget.js';
import type { LinkEvent } from './link/link-events.js';
import type { DisconnectReason } from './multiplayer-types.js';

/**
 * What every packet of one remote peer passes through, in both directions: the data channels and nothing more, as in
 * Godot (`ChannelRoute`), or with the link of two scenewire peers in front of them (`LinkedRoute`). Lanes are those of
 * the `ChannelPlan`. No user code may run inside any of these.
 */
export interface PacketRoute {
  /** Once per frame, when the connection has been polled and before anybody reads. */
  poll(): void;
  /** The frame ends: what waited for company leaves. */
  flush(): void;
  /** Sends one packet; the lane exists. The buffer belongs to the caller again when this returns. */
  send(lane: number, packet: Uint8Array): Err;
  /** Why a broadcast should rather go to nobody than to all but this peer, see `Recipient`. */
  objection(lane: number, packet: Uint8Array): Err;
  /** Packets that `take` hands out, over all lanes. */
  readonly available: number;
  /** The lane of the packet that `take` hands out next: the lowest one that has any. -1 when there is none. */
  readonly nextLane: number;
  /** When it was put, by the sender's clock in ms; NaN when that is not told. */
  readonly nextPutTime: number;
  take(): Uint8Array | Err;
  /** The next thing to tell of the peer, oldest first. */
  nextEvent(): LinkEvent | undefined;
  /** Whether the peer still counts as present while its transport reads DISCONNECTED, which may pass. Godot: no. */
  readonly outlivesDisconnected: boolean;
  /** Why the peer is gone although its transport may stand; null while it is not. */
  readonly ended: DisconnectReason | null;
  /** Tells the peer that this side goes, and why; what follows is its connection's end. False when that can't be told. */
  leave(reason: ByeReason): boolean;
  /** The same when what was put before has left, if that doesn't take long. */
  dismiss(reason: ByeReason): boolean;
  /** Nothing keeps the connection from being closed: what was said has left, or has had its time. */
  readonly isOver: boolean;
}

/** Packets straight from and to the data channels. */
export class ChannelRoute implements PacketRoute {
  readonly outlivesDisconnected = false;
  readonly ended = null;
  readonly nextPutTime = Number.NaN;
  readonly isOver = true;
  readonly #channels: readonly WebRTCDataChannel[];
  readonly #budget = new InboundBudget();

  constructor(channels: readonly WebRTCDataChannel[]) {
    this.#channels = channels;
  }

  get available(): number {
    let count = 0;
    for (const channel of this.#channels) count += channel.getAvailablePacketCount();
    return Math.min(count, this.#budget.packets);
  }

  get nextLane(): number {
    if (this.#budget.packets === 0) return -1;
    for (let lane = 0; lane < this.#channels.length; lane += 1) {
      if ((this.#channels[lane] as WebRTCDataChannel).getAvailablePacketCount() > 0) return lane;
    }
    return -1;
  }

  send(lane: number, packet: Uint8Array): Err {
    return this.#channels[lane]?.putPacket(packet) ?? Err.ERR_INVALID_PARAMETER;
  }

  take(): Uint8Array | Err {
    const channel = this.#channels[this.nextLane];
    if (channel === undefined) return Err.ERR_UNAVAILABLE;
    const packet = channel.getPacket();
    this.#budget.spend(1, packet.length);
    return packet;
  }

  objection(): Err {
    return Err.OK;
  }

  poll(): void {
    this.#budget.refill();
  }

  flush(): void {}

  nextEvent(): undefined {}

  leave(): boolean {
    return false;
  }

  dismiss(): boolean {
    return false;
  }
}
