import type { Track } from 'node-datachannel';
import { NOBODYS_STREAM } from '../media/media-sdp.js';
import type { TrackType } from '../media/media-types.js';
import type { RtpProgress, RtpSender } from '../media/rtp-port.js';
import type { SectionPlan } from './native-sdp.js';
import { NativeTrack } from './native-track.js';
import { asksForKeyframe, isControl, lostOf } from './rtcp.js';

/** One way to send. */
export class NativeSender implements RtpSender {
  readonly kind: TrackType;
  readonly payloadType: number;
  readonly ssrc: number;
  streams: readonly string[] | null = null;
  last: RtpProgress | null = null;
  onKeyframeRequest: (() => void) | null = null;
  onLost: ((sequences: readonly number[]) => void) | null = null;
  readonly #track: NativeTrack;
  /** What the description says that was written last, and what the other side has agreed to. */
  #written: readonly string[] | null = null;
  #settled: readonly string[] | null = null;
  #isWelcome = false;
  #wasUsed = false;

  constructor(
    given: Track,
    { kind, payloadType, ssrc }: Pick<RtpSender, 'kind' | 'payloadType' | 'ssrc'>,
    wait: (message: Uint8Array, take: (message: Uint8Array) => void) => void,
  ) {
    this.kind = kind;
    this.payloadType = payloadType;
    this.ssrc = ssrc;
    const take = (message: Uint8Array): void => this.#take(message);
    this.#track = new NativeTrack(given, (message) => {
      if (isControl(message)) wait(message, take);
    });
  }

  get isOfferDue(): boolean {
    return !areSame(this.streams, this.#settled);
  }

  get isLive(): boolean {
    return this.#isWelcome && this.streams !== null && !this.isOfferDue && this.#track.isOpen;
  }

  plan(isWelcome: boolean): SectionPlan {
    this.#written = isWelcome ? this.streams : null;
    if (!isWelcome || (this.#written === null && !this.#wasUsed)) return { direction: 'inactive' };
    return { direction: 'sendonly', streams: this.#written ?? [NOBODYS_STREAM], track: `t${this.ssrc}` };
  }

  settle(isWelcome: boolean): void {
    this.#settled = this.#written;
    this.#isWelcome = isWelcome;
    this.#wasUsed ||= this.#settled !== null;
  }

  send(packet: Uint8Array): boolean {
    return this.#track.send(packet);
  }

  close(): void {
    this.#track.close();
  }

  #take(message: Uint8Array): void {
    if (asksForKeyframe(message, this.ssrc)) this.onKeyframeRequest?.();
    const lost = lostOf(message, this.ssrc);
    if (lost.length > 0) this.onLost?.(lost);
  }
}

function areSame(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
