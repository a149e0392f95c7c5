import type { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { LINK_FEATURE } from '../link/link-limits.js';
import { TransferMode } from '../multiplayer-types.js';
import { writeArgument } from '../variant/write-variant.js';
import { SYNC } from './commands.js';
import type { PeerView, Subscription } from './peer-view.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { RestSender } from './rest-sender.js';
import { StatePacket } from './state-packet.js';
import { openSubscription } from './subscribing.js';
import type { SynchronizerState } from './synchronizer-state.js';

const HEADER_BYTES = 3;
const ENTRY_BYTES = 8;
/** What a datagram of a link holds. A larger packet would be lost with either of two. */
const LINK_PACKET_BYTES = 1128;

/**
 * SYNC: the always properties of everything a peer sees, unreliably, as many packets as it takes. Each state is encoded
 * once per frame and copied into the packets of all peers.
 *
 * A Godot peer gets them as Godot sends them. A scenewire peer gets packets of the size of a datagram, and each frame
 * another one of them first: what a slow network has no room for is always the end of a frame, and without the turns
 * the same objects would stand still for as long as it is slow.
 */
export class StateSender {
  readonly #world: ReplicatedWorld;
  /** Those of the frame, used over and over. */
  readonly #packets: StatePacket[] = [new StatePacket()];
  #count = 0;
  #isLinked = false;
  /** The states of this frame. */
  readonly #bytes: ByteWriter;
  readonly #rest: RestSender;

  constructor(world: ReplicatedWorld, bytes: ByteWriter) {
    this.#world = world;
    this.#bytes = bytes;
    this.#rest = new RestSender(world, bytes);
  }

  send(view: PeerView): void {
    const { list } = view.subscriptions;
    this.#isLinked = this.#world.context.hasFeature(view.id, LINK_FEATURE);
    this.#count = 0;
    this.#begin(view);
    if (this.#isLinked) this.#rest.begin(view);
    for (let at = 0; at < list.length; at += 1) this.#add(view, list[at] as Subscription);
    if (this.#last.length > HEADER_BYTES) this.#finish(view);
    for (let at = 0; at < this.#count; at += 1) {
      this.#put(view, this.#packets[(at + view.turn) % this.#count] as StatePacket);
    }
    if (this.#count > 0) view.turn += 1;
    if (this.#isLinked) this.#rest.end(view);
  }

  get #last(): StatePacket {
    return this.#packets[this.#count] as StatePacket;
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
    state.wasTooLarge = false;
    this.#makeRoom(view, ENTRY_BYTES + length, limit);
    if (length === 0) return;
    const packet = this.#last;
    packet.id(subscription);
    packet.u32(length);
    packet.copy(this.#bytes, state.at, length);
    if (this.#isLinked) this.#rest.add(view, subscription);
  }

  #makeRoom(view: PeerView, bytes: number, limit: number): void {
    const { length } = this.#last;
    if (this.#isLinked) {
      const isFull = length > HEADER_BYTES && length + bytes > Math.min(limit, LINK_PACKET_BYTES);
      if (isFull) this.#finish(view);
      return;
    }
    // Also without anything in it yet: receivers are used to Godot's empty packets.
    if (length + bytes > limit) this.#finish(view);
  }

  /** The packet leaves, now or with the others of the frame. The next one has the same header. */
  #finish(view: PeerView): void {
    if (this.#isLinked) this.#count += 1;
    else this.#put(view, this.#last);
    this.#begin(view);
  }

  #begin(view: PeerView): void {
    if (this.#packets.length === this.#count) this.#packets.push(new StatePacket());
    const packet = this.#last;
    packet.truncate(0);
    packet.u8(SYNC);
    packet.u16(view.time);
  }

  #put(view: PeerView, packet: StatePacket): void {
    this.#world.context.sendCommand(view.id, packet.view(), TransferMode.TRANSFER_MODE_UNRELIABLE, 0);
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
    state.compare(bytes, this.#world.frame.number);
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
