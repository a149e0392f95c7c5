import type { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { TransferMode } from '../multiplayer-types.js';
import { writeArgument } from '../variant/write-variant.js';
import { DELTA_FLAG, SYNC } from './commands.js';
import type { PeerView, Subscription } from './peer-view.js';
import { isRefusal } from './refusal.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { StatePacket } from './state-packet.js';
import { openSubscription } from './subscribing.js';
import type { SynchronizerState } from './synchronizer-state.js';
import { MASK_BITS, type WatchedProperty } from './watched-properties.js';

const HEADER_BYTES = 1;
const ENTRY_BYTES = 16;
const WORD_BITS = MASK_BITS / 2;

/**
 * Changes: the on-change properties that are different from what a peer was told, reliably. A property is compared once
 * per frame and encoded once per frame. What a peer refuses for lack of room stays a difference, and goes later, with
 * whatever has changed meanwhile.
 */
export class ChangeSender {
  readonly #world: ReplicatedWorld;
  readonly #packet = new StatePacket();
  readonly #bytes: ByteWriter;
  /** Whose changes are in the packet; the first `#packedCount` count. */
  readonly #packed: Subscription[] = [];
  #packedCount = 0;
  /** The peer takes nothing reliable now. */
  #isRefused = false;
  // The entry at hand. PERF: results of `#gather`, which returns one number.
  #maskLow = 0;
  #maskHigh = 0;
  readonly #chosen: WatchedProperty[] = [];
  #chosenCount = 0;

  constructor(world: ReplicatedWorld, bytes: ByteWriter) {
    this.#world = world;
    this.#bytes = bytes;
  }

  send(view: PeerView): void {
    const { list } = view.subscriptions;
    const packet = this.#packet;
    this.#isRefused = false;
    this.#packedCount = 0;
    packet.truncate(0);
    packet.u8(SYNC | DELTA_FLAG);
    for (let at = 0; at < list.length && !this.#isRefused; at += 1) this.#add(view, list[at] as Subscription);
    if (packet.length > HEADER_BYTES && !this.#isRefused) this.#flush(view);
  }

  #add(view: PeerView, subscription: Subscription): void {
    const { state } = subscription;
    const { watched } = state;
    if (!this.#world.isOwn(state.synchronizer) || !state.refresh()) return;
    if (!openSubscription(this.#world, view, subscription) || watched.list.length === 0) return;
    if (!this.#isExamined(subscription) || watched.changedIn <= subscription.changesSentIn) return;
    const size = this.#gather(state, subscription.changesSentIn);
    if (size === 0) return;
    const limit = this.#world.context.maxDeltaPacketSize;
    if (size > limit) {
      this.#reportTooLarge(state, size, limit);
      return;
    }
    // Also without anything in it yet: receivers are used to Godot's empty packets.
    if (this.#packet.length + ENTRY_BYTES + size > limit && !this.#flush(view)) return;
    watched.wasTooLarge = false;
    this.#write(subscription, size);
  }

  /** Looks for changes if nobody else's turn has done so in this frame, and it is time. */
  #isExamined(subscription: Subscription): boolean {
    const { frame, host } = this.#world;
    const { watched, synchronizer } = subscription.state;
    if (watched.examinedIn === frame.number) return true;
    const interval = synchronizer.deltaIntervalMs;
    if (interval > 0 && frame.now < subscription.changesSentAt + interval) return false;
    watched.examine(host, frame.number);
    return true;
  }

  /** Encodes what has changed after this frame, unless another peer's turn has; returns how many bytes that is. */
  #gather(state: SynchronizerState, since: number): number {
    const { list } = state.watched;
    this.#maskLow = this.#maskHigh = 0;
    this.#chosenCount = 0;
    let size = 0;
    for (let at = 0; at < list.length; at += 1) {
      const watched = list[at] as WatchedProperty;
      if (watched.changedIn <= since) continue;
      if (watched.encodedIn !== this.#world.frame.number) this.#encode(watched);
      if (watched.length < 0) return 0;
      size += watched.length;
      this.#mark(at % MASK_BITS);
      this.#chosen[this.#chosenCount] = watched;
      this.#chosenCount += 1;
    }
    return size;
  }

  #mark(bit: number): void {
    if (bit < WORD_BITS) this.#maskLow |= 1 << bit;
    else this.#maskHigh |= 1 << (bit - WORD_BITS);
  }

  #encode(watched: WatchedProperty): void {
    const bytes = this.#bytes;
    watched.encodedIn = this.#world.frame.number;
    watched.at = bytes.length;
    watched.length = -1;
    const err = writeArgument(bytes, watched.value);
    if (err === Err.OK) watched.length = bytes.length - watched.at;
    else watched.property.reportUnsendable(err);
  }

  #write(subscription: Subscription, size: number): void {
    const packet = this.#packet;
    packet.id(subscription);
    packet.u32(this.#maskLow);
    packet.u32(this.#maskHigh);
    packet.u32(size);
    for (let at = 0; at < this.#chosenCount; at += 1) {
      const watched = this.#chosen[at] as WatchedProperty;
      packet.copy(this.#bytes, watched.at, watched.length);
    }
    this.#packed[this.#packedCount] = subscription;
    this.#packedCount += 1;
  }

  /** Whether the peer took it. Only then its subscriptions count as told. */
  #flush(view: PeerView): boolean {
    const { context, frame } = this.#world;
    const err = context.sendCommand(view.id, this.#packet.view(), TransferMode.TRANSFER_MODE_RELIABLE, 0);
    this.#isRefused = isRefusal(err);
    if (this.#isRefused) return false;
    for (let at = 0; at < this.#packedCount; at += 1) {
      const subscription = this.#packed[at] as Subscription;
      subscription.changesSentIn = frame.number;
      if (subscription.state.synchronizer.deltaIntervalMs > 0) subscription.changesSentAt = frame.now;
    }
    this.#packedCount = 0;
    this.#packet.truncate(HEADER_BYTES);
    return true;
  }

  #reportTooLarge(state: SynchronizerState, size: number, limit: number): void {
    if (state.watched.wasTooLarge) return;
    state.watched.wasTooLarge = true;
    const name = this.#world.host.getName(state.root);
    pushError(`Changes of ${name} have ${size} bytes and are not sent: the limit is ${limit}`, Err.ERR_OUT_OF_MEMORY);
  }
}
