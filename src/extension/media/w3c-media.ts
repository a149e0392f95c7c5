import { Err } from '../../core/err.js';
import { fail, messageOf } from '../../core/fail.js';
import { noStats } from '../no-stats.js';
import type { WebRTCStats } from '../webrtc-types.js';
import type { MediaDriver, ReceivedTrack } from './media-driver.js';
import { isForwardMid, readMediaSections, withStreams } from './media-sdp.js';
import type { TrackSource } from './media-types.js';

interface Sending {
  sender: RTCRtpSender;
  readonly streams: readonly string[];
  /** The id under which it is written, also when something else takes its place. */
  readonly id: string;
  /** A description that was applied tells of it. */
  isTold: boolean;
}

const SENDS: readonly (string | undefined)[] = ['sendrecv', 'sendonly'];
const RECEIVES: readonly (string | undefined)[] = ['sendrecv', 'recvonly'];

/** Tracks on a browser's RTCPeerConnection, or on what is shaped like it. */
export class W3CMedia implements MediaDriver {
  readonly #current: () => object;
  /** The one that the tracks were added to. */
  #bound: object;
  readonly #onFailure: (message: string) => void;
  readonly #sending = new Map<TrackSource, Sending>();
  /** What a sender sent last: a description that was asked for before it was taken away may still tell of it. */
  readonly #sent = new WeakMap<RTCRtpSender, Sending>();
  /** What was written last, by what it was before: browsers take no description with other names of streams. */
  readonly #written = new Map<string, string>();
  /** What that tells of, and no other did before. */
  #telling: readonly Sending[] = [];

  /** `onFailure` is told what was accepted and failed afterwards. */
  constructor(connection: () => object, onFailure: (message: string) => void) {
    this.#current = connection;
    this.#bound = connection();
    this.#onFailure = onFailure;
  }

  addTrack(source: TrackSource, streams: readonly string[]): Err {
    try {
      // The streams are named in the description: a browser gives its own ones ids of its own.
      const sender = this.#reuse(source) ?? this.#add(source as MediaStreamTrack);
      this.#sending.set(source, { sender, streams, id: source.id, isTold: false });
      return Err.OK;
    } catch (thrown) {
      return fail(Err.ERR_INVALID_PARAMETER, `The browser refuses the track: ${messageOf(thrown)}`);
    }
  }

  removeTrack(source: TrackSource): Err {
    const sending = this.#sending.get(source);
    if (sending === undefined) return Err.ERR_DOES_NOT_EXIST;
    try {
      this.#connection.removeTrack(sending.sender);
      this.#endSection(sending.sender);
      this.#sending.delete(source);
      this.#sent.set(sending.sender, sending);
      return Err.OK;
    } catch (thrown) {
      return fail(Err.FAILED, `The browser keeps the track: ${messageOf(thrown)}`);
    }
  }

  replaceTrack(source: TrackSource, by: TrackSource, isHeld: boolean): Err {
    const sending = this.#sending.get(source);
    if (sending === undefined) return Err.ERR_DOES_NOT_EXIST;
    this.#put(sending.sender, isHeld ? null : by);
    if (by !== source) {
      this.#sending.delete(source);
      this.#sending.set(by, sending);
    }
    return Err.OK;
  }

  received(): readonly ReceivedTrack[] {
    const { remoteDescription } = this.#connection;
    const sections = remoteDescription === null ? [] : readMediaSections(remoteDescription.sdp);
    const transceivers = this.#connection.getTransceivers();
    return sections.flatMap(({ mid, sends, streams }) => {
      const transceiver = transceivers.find((other) => other.mid === mid);
      if (!sends || !RECEIVES.includes(transceiver?.direction)) return [];
      return [{ section: mid, source: (transceiver as RTCRtpTransceiver).receiver.track, streams }];
    });
  }

  level(source: TrackSource): number {
    const receiver = this.#connection.getReceivers().find(({ track }) => track === source);
    // Not everything that is shaped like a browser's has it.
    return receiver?.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
  }

  get isOfferDue(): boolean {
    const described = readMediaSections(this.#connection.localDescription?.sdp ?? '');
    return this.#connection.getTransceivers().some(({ mid, direction, sender }) => {
      const sending = SENDS.includes(direction) ? this.#sendingOf(sender) : undefined;
      const isDescribed = described.find((section) => section.mid === mid)?.sends ?? false;
      // One that took the place of another at once may be in other streams.
      return sending === undefined ? isDescribed : !isDescribed || !sending.isTold;
    });
  }

  written(sdp: string): string {
    const transceivers = this.#connection.getTransceivers();
    // They have their sections only once the description is applied, and get them in this order.
    const unbound = transceivers.filter(({ mid, currentDirection }) => mid === null && currentDirection !== 'stopped');
    const telling: Sending[] = [];
    const written = withStreams(sdp, (mid, sends) => {
      const { sender } = transceivers.find((other) => other.mid === mid) ?? unbound.shift() ?? {};
      const sending = this.#sendingOf(sender);
      if (sending !== undefined) telling.push(sending);
      return sending ?? (sends && sender !== undefined ? this.#sent.get(sender) : undefined);
    });
    this.#telling = telling;
    this.#written.clear();
    this.#written.set(written, sdp);
    return written;
  }

  read(sdp: string): string {
    // Also one that was edited; what is taken back has no text.
    const isTold = sdp !== '';
    if (isTold) this.#telling = this.#telling.filter((sending) => !sending.isTold);
    for (const sending of this.#telling) sending.isTold = isTold;
    return this.#written.get(sdp) ?? sdp;
  }

  async stats(source: TrackSource): Promise<WebRTCStats> {
    try {
      const report = await this.#connection.getStats(source as MediaStreamTrack);
      const { readTrackStats } = await import('./w3c-track-stats.js');
      return readTrackStats(report);
    } catch {
      return noStats(Err.ERR_UNAVAILABLE);
    }
  }

  /** What was sent before is sent by one that starts over, too. */
  get #connection(): RTCPeerConnection {
    const connection = this.#current() as RTCPeerConnection;
    if (connection !== this.#bound) {
      this.#bound = connection;
      for (const [source, sending] of this.#sending) sending.sender = connection.addTrack(source as MediaStreamTrack);
    }
    return connection;
  }

  /** A browser would take a section for it on which a server sends. */
  #add(source: MediaStreamTrack): RTCRtpSender {
    const isForwarded = this.#connection.getTransceivers().some(({ mid }) => isForwardMid(mid));
    return isForwarded ? this.#connection.addTransceiver(source).sender : this.#connection.addTrack(source);
  }

  /** What has sent before does so again: a description that grew with each new track would be too large one day. */
  #reuse(source: TrackSource): RTCRtpSender | null {
    const free = this.#connection.getTransceivers().find(({ mid, sender, receiver, direction, currentDirection }) => {
      const isFree =
        !isForwardMid(mid) && sender.track === null && !this.#sends(sender) && receiver.track.kind === source.kind;
      return isFree && direction !== 'stopped' && currentDirection !== 'stopped';
    });
    if (free === undefined) return null;
    this.#put(free.sender, source);
    free.direction = RECEIVES.includes(free.direction) ? 'sendrecv' : 'sendonly';
    return free.sender;
  }

  /** `removeTrack` leaves alone what has no track at the moment: one that is on hold would be described as sent for ever. */
  #endSection(sender: RTCRtpSender): void {
    const transceiver = this.#connection.getTransceivers().find((other) => other.sender === sender);
    if (transceiver === undefined || !SENDS.includes(transceiver.direction)) return;
    transceiver.direction = RECEIVES.includes(transceiver.direction) ? 'recvonly' : 'inactive';
  }

  #put(sender: RTCRtpSender, source: TrackSource | null): void {
    const put = sender.replaceTrack(source as MediaStreamTrack | null);
    put.catch((thrown: unknown) => this.#onFailure(`The track was not taken: ${messageOf(thrown)}`));
  }

  /** Also a sender that is on hold. */
  #sends(sender: RTCRtpSender): boolean {
    return this.#sendingOf(sender) !== undefined;
  }

  #sendingOf(sender: RTCRtpSender | undefined): Sending | undefined {
    return [...this.#sending.values()].find((sending) => sending.sender === sender);
  }
}
