import type { Track } from 'node-datachannel';
import { readMediaSections } from '../media/media-sdp.js';
import { CLOCK_RATES, TrackType } from '../media/media-types.js';
import type { RtpReceiver } from '../media/rtp-port.js';
import { levelExtensionOf, payloadTypeOf, sectionOf } from './native-sdp.js';
import { NativeTrack } from './native-track.js';
import { Reception } from './reception.js';
import { isControl, reportedTimeOf, writeKeyframeRequest, writeLost } from './rtcp.js';

/** One track of the other side. */
export class NativeReceiver implements RtpReceiver {
  readonly section: string;
  readonly kind: TrackType;
  streams: readonly (string | null)[] = [];
  levelExtension = 0;
  onPacket: ((packet: Uint8Array, receiver: RtpReceiver) => void) | null = null;
  readonly #own: number;
  readonly #track: NativeTrack;
  readonly #reception: Reception;
  /** The one that is passed on. */
  #payloadType = -1;
  #isSending = false;

  /** `own` is the number of this side in what it tells senders. `wait` keeps what comes for a turn of our own. */
  constructor(given: Track, own: number, wait: (message: Uint8Array, take: (message: Uint8Array) => void) => void) {
    this.section = given.mid();
    this.kind = given.type() === 'video' ? TrackType.TRACK_VIDEO : TrackType.TRACK_AUDIO;
    this.#own = own;
    this.#reception = new Reception(own, CLOCK_RATES[this.kind]);
    const take = (message: Uint8Array): void => this.#take(message);
    this.#track = new NativeTrack(given, (message) => {
      if (isControl(message) || (message[1]! & 0x7f) === this.#payloadType) wait(message, take);
    });
  }

  get isSending(): boolean {
    return this.#isSending && this.#track.isOpen;
  }

  /** What the other side's description says of it. */
  read(sdp: string): void {
    const section = sectionOf(sdp, this.section);
    const described = readMediaSections(sdp).find(({ mid }) => mid === this.section);
    this.#isSending = described?.sends === true;
    this.streams = described?.streams ?? [];
    this.#payloadType = payloadTypeOf(section, this.kind === TrackType.TRACK_VIDEO ? 'video' : 'audio');
    this.levelExtension = levelExtensionOf(section);
  }

  requestKeyframe(): void {
    if (this.#reception.source !== 0) this.#track.send(writeKeyframeRequest(this.#own, this.#reception.source));
  }

  requestPackets(sequences: readonly number[]): void {
    this.#track.send(writeLost(this.#own, this.#reception.source, sequences));
  }

  close(): void {
    this.#track.close();
  }

  #take(message: Uint8Array): void {
    if (!isControl(message)) {
      if (this.#reception.takes(message, performance.now())) this.onPacket?.(message, this);
      return;
    }
    const reportedTime = reportedTimeOf(message, this.#reception.source);
    if (reportedTime !== null) this.#track.send(this.#reception.report(reportedTime));
  }
}
