import type { ByteWriter } from '../../core/byte-writer.js';
import { TransferMode } from '../multiplayer-types.js';
import { SYNC } from './commands.js';
import type { PeerView, Subscription } from './peer-view.js';
import { isRefusal } from './refusal.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { StatePacket } from './state-packet.js';

const HEADER_BYTES = 3;
const ENTRY_BYTES = 8;
/** A state that was due so often without being another one has come to rest. */
const RESTS_AFTER = 2;
/** In the middle of larger ones, other reliable data would wait. */
const PACKET_BYTES = 8192;

/**
 * The last state of what has come to rest, once and reliably, to scenewire peers: on a bad network all of the unreliable
 * ones may be lost, and with always properties nothing else would follow. In Godot's packets, so any peer understands it.
 */
export class RestSender {
  readonly #world: ReplicatedWorld;
  readonly #bytes: ByteWriter;
  readonly #packet = new StatePacket();
  /** Whose states are in the packet; the first `#packedCount` count. */
  readonly #packed: Subscription[] = [];
  #packedCount = 0;
  #isRefused = false;

  constructor(world: ReplicatedWorld, bytes: ByteWriter) {
    this.#world = world;
    this.#bytes = bytes;
  }

  begin(view: PeerView): void {
    const packet = this.#packet;
    this.#isRefused = view.outbox.size > 0;
    this.#packedCount = 0;
    packet.truncate(0);
    packet.u8(SYNC);
    packet.u16(view.time);
  }

  /** The subscription's state was sent in this frame. */
  add(view: PeerView, subscription: Subscription): void {
    const { state } = subscription;
    if (state.stillFor < RESTS_AFTER || subscription.restSentIn >= state.changedIn || this.#isRefused) return;
    const packet = this.#packet;
    if (packet.length > HEADER_BYTES && packet.length + ENTRY_BYTES + state.length > PACKET_BYTES) this.end(view);
    packet.id(subscription);
    packet.u32(state.length);
    packet.copy(this.#bytes, state.at, state.length);
    this.#packed[this.#packedCount] = subscription;
    this.#packedCount += 1;
  }

  end(view: PeerView): void {
    if (this.#packedCount === 0) return;
    const { context, frame } = this.#world;
    const err = context.sendCommand(view.id, this.#packet.view(), TransferMode.TRANSFER_MODE_RELIABLE, 0);
    this.#isRefused = isRefusal(err);
    for (let at = 0; at < this.#packedCount && !this.#isRefused; at += 1) {
      (this.#packed[at] as Subscription).restSentIn = frame.number;
    }
    this.#packedCount = 0;
    this.#packet.truncate(HEADER_BYTES);
  }
}
