import type { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { TransferMode } from '../multiplayer-types.js';
import { writeArgument } from '../variant/write-variant.js';
import { SYNC } from './commands.js';
import type { PeerView, Subscription } from './peer-view.js';
import type { ReplicatedWorld } from './replicated-world.js';
import type { StatePacket } from './state-packet.js';
import { openSubscription } from './subscribing.js';
import type { SynchronizerState } from './synchronizer-state.js';

const HEADER_BYTES = 3;
const ENTRY_BYTES = 8;

/**
 * SYNC: the always properties of everything a peer sees, unreliably, as many packets as it takes. Each state is encoded
 * once per frame and copied into the packets of all peers.
 */
export class StateSender {
  readonly #world: ReplicatedWorld;
  readonly #packet: StatePacket;
  /** The states of this frame. */
  readonly #bytes: ByteWriter;

  constructor(world: ReplicatedWorld, packet: StatePacket, bytes: ByteWriter) {
    this.#world = world;
    this.#packet = packet;
    this.#bytes = bytes;
  }

  send(view: PeerView): void {
    const { list } = view.subscriptions;
    const packet = this.#packet;
    packet.truncate(0);
    packet.u8(SYNC);
    packet.u16(view.time);
    for (let at = 0; at < list.length; at += 1) this.#add(view, list[at] as Subscription);
    if (packet.length > HEADER_BYTES) this.#flush(view);
  }

  #add(view: PeerView, subscription: Subscription): void {
    const { state } = subscription;
    const { frame } = this.#world;
    if (!this.#world.isOwn(state.synchronizer) || !state.refresh() || !state.isDue(frame)) return;
    if (!openSubscription(this.#world, view, subscription)) return;
    if (state.encodedIn !== frame.number) this.#encode(state);
    const { length } = state;
    const limit = this.#world.context.maxSyncPacketSize;
    if (length > limit) this.#reportTooLarge(state, limit);
    if (length < 0 || length > limit) return;
    const packet = this.#packet;
    // Also without anything in it yet: receivers are used to Godot's empty packets.
    if (packet.length + ENTRY_BYTES + length > limit) this.#flush(view);
    if (length === 0) return;
    packet.u32(subscription.id);
    packet.u32(length);
    packet.copy(this.#bytes, state.at, length);
  }

  /** Sends what there is; the next packet begins with the same header. */
  #flush(view: PeerView): void {
    this.#world.context.sendCommand(view.id, this.#packet.view(), TransferMode.TRANSFER_MODE_UNRELIABLE, 0);
    this.#packet.truncate(HEADER_BYTES);
  }

  /** A state with a property that can't be read is left out as a whole. */
  #encode(state: SynchronizerState): void {
    const bytes = this.#bytes;
    const { syncProperties } = state;
    state.encodedIn = this.#world.frame.number;
    state.at = bytes.length;
    state.length = -1;
    for (let at = 0; at < syncProperties.length; at += 1) {
      const property = syncProperties[at];
      const value = property?.read(this.#world.host);
      if (value === undefined || property === undefined) return;
      const err = writeArgument(bytes, value);
      if (err !== Err.OK) {
        property.reportUnsendable(err);
        return;
      }
    }
    state.length = bytes.length - state.at;
  }

  #reportTooLarge(state: SynchronizerState, limit: number): void {
    if (state.wasTooLarge) return;
    state.wasTooLarge = true;
    const name = this.#world.host.getName(state.root);
    pushError(
      `A state of ${name} has ${state.length} bytes and is not sent: the limit is ${limit}`,
      Err.ERR_OUT_OF_MEMORY,
    );
  }
}
