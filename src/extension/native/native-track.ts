import type { MediaHandler, Track } from 'node-datachannel';
import { attempt, closeChannel, keepAlive, letGo } from './native-lifetime.js';

/** RTCP has its own packet types, where RTP has its payload type (RFC 5761). */
const FIRST_CONTROL_TYPE = 192;
const LAST_CONTROL_TYPE = 223;
/** No packet over UDP is longer, and none is shorter. */
const MAX_PACKET_BYTES = 1500;
const MIN_PACKET_BYTES = 12;
const PAYLOAD_FEEDBACK = 206;
const PICTURE_LOSS = 1;
const FULL_INTRA = 4;

/** What arrives, copied. Called by the addon: nothing of it may run user code. */
export interface TrackEvents {
  onPacket(packet: Uint8Array): void;
  onKeyframeRequest(): void;
}

/** One track of the addon, kept alive until it is closed, with every callback registered. */
export class NativeTrack {
  readonly #track: Track;
  #hasEnded = false;
  /** Packets that were none. */
  refused = 0;

  constructor(track: Track, events: TrackEvents) {
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
    track.onMessage((message) => void attempt(() => this.#onMessage(message, events)));
  }

  get isOpen(): boolean {
    return !this.#hasEnded && attempt(() => this.#track.isOpen()) === true;
  }

  /** False when it could not be handed over; packets are never queued. */
  send(packet: Uint8Array): boolean {
    if (this.#hasEnded) return false;
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
    return attempt(() => this.#track.sendMessageBinary(bytes)) === true;
  }

  /** Answers the sender (RTCP), whose connection would take silence for loss; needed to ask for keyframes. */
  answerWith(session: MediaHandler): void {
    attempt(() => this.#track.setMediaHandler(session));
  }

  /** Asks the sender of these pictures for one that needs none before it. */
  requestKeyframe(): void {
    if (!this.#hasEnded) attempt(() => this.#track.requestKeyframe());
  }

  /** Before its connection: one that is left open keeps the process running. */
  close(): void {
    if (!this.#hasEnded) closeChannel(this.#track);
  }

  #onMessage(message: Buffer, events: TrackEvents): void {
    if (message.length < MIN_PACKET_BYTES || message.length > MAX_PACKET_BYTES) {
      this.refused += 1;
      return;
    }
    const type = message[1]!;
    if (type < FIRST_CONTROL_TYPE || type > LAST_CONTROL_TYPE) events.onPacket(new Uint8Array(message));
    else if (asksForKeyframe(message)) events.onKeyframeRequest();
  }
}

/** Whether one of the packets in it (they come in bundles) says that pictures are missing. */
function asksForKeyframe(message: Buffer): boolean {
  for (let at = 0; at + 4 <= message.length; ) {
    const format = message[at]! & 0x1f;
    if (message[at + 1] === PAYLOAD_FEEDBACK && (format === PICTURE_LOSS || format === FULL_INTRA)) return true;
    at += 4 * (message.readUInt16BE(at + 2) + 1);
  }
  return false;
}
