import type { Track } from 'node-datachannel';
import { attempt, closeChannel, keepAlive, letGo } from './native-lifetime.js';
import { isControl } from './rtcp.js';

/** No packet over UDP is longer, and none is shorter. */
const MAX_PACKET_BYTES = 1500;
const MIN_PACKET_BYTES = 12;
const MIN_CONTROL_BYTES = 8;

/** One track of the addon, kept alive until it is closed, with every callback registered. */
export class NativeTrack {
  readonly #track: Track;
  #hasEnded = false;
  // PERF: frames ask.
  readonly #asks = (): boolean => this.#track.isOpen();

  /** `onMessage` is called by the addon, with a copy: nothing of it may run user code. */
  constructor(track: Track, onMessage: (message: Uint8Array) => void) {
    this.#track = track;
    keepAlive(track);
    track.onOpen(() => {});
    track.onError(() => {});
    track.onClosed(() => {
      this.#hasEnded = true;
      // Also one that the other side has ended keeps the process running until this is called.
      setImmediate(() => attempt(() => track.close()));
      letGo(track);
    });
    track.onMessage((message) => void attempt(() => this.#onMessage(message, onMessage)));
  }

  get isOpen(): boolean {
    return !this.#hasEnded && attempt(this.#asks) === true;
  }

  /** Packets, also of control. False when one could not be handed over; they are never queued. */
  send(packet: Uint8Array): boolean {
    if (this.#hasEnded) return false;
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
    return attempt(() => this.#track.sendMessageBinary(bytes)) === true;
  }

  /** Before its connection: one that is left open keeps the process running. */
  close(): void {
    if (!this.#hasEnded) closeChannel(this.#track);
  }

  #onMessage(message: Buffer, onMessage: (message: Uint8Array) => void): void {
    const least = isControl(message) ? MIN_CONTROL_BYTES : MIN_PACKET_BYTES;
    if (message.length >= least && message.length <= MAX_PACKET_BYTES) onMessage(new Uint8Array(message));
  }
}
