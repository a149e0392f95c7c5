import { randomInt } from 'node:crypto';
import type { PeerConnection, Track } from 'node-datachannel';
import { forwardMid, isRefused, readMediaSections } from '../media/media-sdp.js';
import { TrackType } from '../media/media-types.js';
import type { RtpPort, RtpReceiver, RtpSender } from '../media/rtp-port.js';
import type { Addon } from './native-addon.js';
import { attempt } from './native-lifetime.js';
import { NativeReceiver } from './native-receiver.js';
import { type SectionPlan, sectionOf, withPlans } from './native-sdp.js';
import { NativeSender } from './native-sender.js';

/** Sections that one connection may have for tracks in each direction: descriptions grow with each. */
const MAX_SENDERS = 20;
const MAX_RECEIVERS = 8;

/** Packets of one connection that may wait for the next turn of the event loop. */
const MAX_WAITING = 1024;

const OPUS = { type: 111, profile: 'minptime=10;useinbandfec=1' } as const;
const VP8 = 96;

/**
 * Tracks of a native connection, as packets. The library below makes a track of each section it is offered; what its
 * descriptions say of them is written here, so that they tell what is taken and sent and nothing else.
 */
export class NativeMedia implements RtpPort {
  readonly #addon: Addon;
  readonly #native: PeerConnection;
  readonly #receivers = new Map<string, NativeReceiver>();
  /** The same, in the order in which they came; and those that are sending, as it was told last. */
  #known: readonly NativeReceiver[] = [];
  #sending: readonly NativeReceiver[] = [];
  readonly #senders = new Map<string, NativeSender>();
  /** This side, in what it tells senders. */
  readonly #own = randomInt(1, 2 ** 32 - 1);
  #remote = '';
  #isOpen = true;
  #waiting: { readonly message: Uint8Array; readonly take: (message: Uint8Array) => void }[] = [];
  onDropped: (() => void) | null = null;

  constructor(addon: Addon, native: PeerConnection, remote: string) {
    this.#addon = addon;
    this.#native = native;
    this.#remote = remote;
    // Also for those that came before.
    native.onTrack((track) => void attempt(() => this.#onTrack(track)));
  }

  get receivers(): readonly RtpReceiver[] {
    let sending = 0;
    let isSame = true;
    // PERF: frames ask, and mostly nothing has changed.
    for (let at = 0; at < this.#known.length; at += 1) {
      const receiver = this.#known[at]!;
      if (!receiver.isSending) continue;
      if (this.#sending[sending] !== receiver) isSame = false;
      sending += 1;
    }
    if (!isSame || sending !== this.#sending.length) this.#sending = this.#known.filter(({ isSending }) => isSending);
    return this.#sending;
  }

  get senders(): readonly RtpSender[] {
    return [...this.#senders.values()];
  }

  get isOfferDue(): boolean {
    return [...this.#senders.values()].some((sender) => sender.isOfferDue);
  }

  addSender(kind: TrackType): RtpSender | null {
    if (!this.#isOpen || this.#senders.size === MAX_SENDERS) return null;
    const ssrc = randomInt(1, 2 ** 32 - 1);
    // Two servers may do so on one connection.
    const mid = forwardMid(ssrc);
    const track = attempt(() => this.#native.addTrack(this.#describe(kind, mid, ssrc)));
    if (track === undefined) return null;
    const payloadType = kind === TrackType.TRACK_AUDIO ? OPUS.type : VP8;
    const sender = new NativeSender(track, { kind, payloadType, ssrc }, (message, take) => this.#wait(message, take));
    this.#senders.set(mid, sender);
    return sender;
  }

  /** What this side writes, as the other side is to read it. */
  written(sdp: string, type: 'offer' | 'answer'): string {
    const remote = new Map(readMediaSections(this.#remote).map((section) => [section.mid, section]));
    return withPlans(sdp, (mid) => {
      const sender = this.#senders.get(mid);
      if (sender === undefined) return this.#planReceiver(mid, remote.get(mid)?.sends ?? false);
      const isWelcome = type === 'offer' || takes(sectionOf(this.#remote, mid));
      return sender.plan(isWelcome);
    });
  }

  /** The other side's description was accepted; with an answer of it, or one of ours, a round is over. */
  accepted(sdp: string, type: string): void {
    this.#remote = sdp;
    for (const receiver of this.#receivers.values()) receiver.read(sdp);
    if (type === 'answer') this.settled();
  }

  settled(): void {
    for (const [mid, sender] of this.#senders) sender.settle(takes(sectionOf(this.#remote, mid)));
  }

  /** Before the connection. */
  close(): void {
    this.#isOpen = false;
    for (const receiver of this.#receivers.values()) receiver.close();
    for (const sender of this.#senders.values()) sender.close();
  }

  #describe(kind: TrackType, mid: string, ssrc: number): InstanceType<Addon['Audio'] | Addon['Video']> {
    if (kind === TrackType.TRACK_AUDIO) {
      const audio = new this.#addon.Audio(mid, 'SendOnly');
      audio.addOpusCodec(OPUS.type, OPUS.profile);
      audio.addSSRC(ssrc, 'scenewire');
      return audio;
    }
    const video = new this.#addon.Video(mid, 'SendOnly');
    video.addVP8Codec(VP8);
    video.addSSRC(ssrc, 'scenewire');
    return video;
  }

  #onTrack(given: Track): void {
    const receiver = new NativeReceiver(given, this.#own, (message, take) => this.#wait(message, take));
    if (!this.#isOpen || this.#receivers.size === MAX_RECEIVERS) {
      setImmediate(() => receiver.close());
      return;
    }
    this.#receivers.set(receiver.section, receiver);
    this.#known = [...this.#receivers.values()];
    receiver.read(this.#remote);
  }

  /** For a turn of our own, since the addon is called from it; that is within a millisecond, where a frame would be many. */
  #wait(message: Uint8Array, take: (message: Uint8Array) => void): void {
    if (this.#waiting.length === MAX_WAITING) this.onDropped?.();
    else if (this.#waiting.push({ message, take }) === 1) setImmediate(() => this.#passOn());
  }

  #passOn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { message, take } of waiting) if (this.#isOpen) take(message);
  }

  #planReceiver(mid: string, sends: boolean): SectionPlan {
    // A track is told of after the description it comes with, so most are not known yet when the answer is written.
    const isTaken = this.#receivers.has(mid) || this.#receivers.size < MAX_RECEIVERS;
    return { direction: sends && isTaken ? 'recvonly' : 'inactive' };
  }
}

/** Whether a section of the other side takes what is sent. */
function takes(section: string): boolean {
  return section !== '' && !isRefused(section) && !/^a=(?:sendonly|inactive)\r?$/m.test(section);
}
