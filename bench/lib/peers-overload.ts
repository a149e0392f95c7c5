import type { WebRTCMultiplayerPeer } from 'scenewire';
import { modes } from './peers-end.js';
import { putAt, stamped } from './peers-room.js';
import { percentile } from './statistics.js';

const STATE_BITS_PER_SECOND = 2_000_000;
const STATE_BYTES = 200;
const CALLS_PER_SECOND = 20;
const CALL_BYTES = 100;

/** A game that produces far more state than its link carries, and a few calls that have to arrive. */
export class Overload {
  readonly stateAges: number[] = [];
  readonly callAges: number[] = [];
  callsPut = 0;
  #stateDue = 0;
  #callsDue = 0;

  /** What the game puts after so much time. */
  put(peer: WebRTCMultiplayerPeer, to: number, now: number, elapsedMs: number): void {
    // Without the link, the flood may have ended the connection.
    if (!peer.hasPeer(to)) return;
    peer.setTargetPeer(to);
    this.#stateDue += (elapsedMs * STATE_BITS_PER_SECOND) / 8000 / STATE_BYTES;
    this.#callsDue += (elapsedMs * CALLS_PER_SECOND) / 1000;
    peer.transferMode = modes['unreliable']!;
    for (; this.#stateDue >= 1; this.#stateDue -= 1) peer.putPacket(stamped(now, STATE_BYTES));
    peer.transferMode = modes['reliable']!;
    for (; this.#callsDue >= 1; this.#callsDue -= 1) {
      if (peer.putPacket(stamped(now, CALL_BYTES)) === 0) this.callsPut += 1;
    }
  }

  /** What arrived is applied at once. */
  take(peer: WebRTCMultiplayerPeer, now: number): void {
    while (peer.getAvailablePacketCount() > 0) {
      const ages = peer.getPacketMode() === modes['reliable'] ? this.callAges : this.stateAges;
      ages.push(now - putAt(peer.getPacket()));
    }
  }

  get stateP95(): number {
    return percentile(this.stateAges, 0.95);
  }

  get callsP95(): number {
    return percentile(this.callAges, 0.95);
  }
}

/** Everything that JavaScript holds, buffers outside of its heap included. */
export function heldMb(): number {
  // The first one only finds the buffers of the addon, the second frees them.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}
