import { randomInt } from 'node:crypto';
import type { PeerConnection, Track } from 'node-datachannel';
import { forwardMid, isRefused, readMediaSections } from '../media/media-sdp.js';
import { TrackType } from '../media/media-types.js';
import type { RtpPort, RtpReceiver, RtpSender } from '../media/rtp-port.js';
import type { Addon } from './native-addon.js';
import { attempt } from './native-lifetime.js';
import { levelExtensionOf, payloadTypeOf, type SectionPlan, sectionOf, withPlans } from './native-sdp.js';
import { NativeTrack } from './native-track.js';

/** Sections that one connection may have for tracks in each direction: descriptions grow with each. */
const MAX_SENDERS = 20;
const MAX_RECEIVERS = 8;

/** Packets of one connection that may wait for the next turn of the event loop. */
const MAX_WAITING = 1024;

const OPUS = { type: 111, profile: 'minptime=10;useinbandfec=1' } as const;
const VP8 = 96;

interface Receiver extends RtpReceiver {
  readonly track: NativeTrack;
  /** The one that is passed on. */
  payloadType: number;
  streams: readonly (string | null)[];
  levelExtension: number;
  isSending: boolean;
}

/**
 * Tracks of a native connection, as packets. The library below makes a track of each section it is offered; what its
 * descriptions say of them is written here, so that they tell what is taken and sent and nothing else.
 */
export class NativeMedia implements RtpPort {
  readonly #addon: Addon;
  readonly #native: PeerConnection;
  readonly #receivers = new Map<string, Receiver>();
  readonly #senders = new Map<string, NativeSender>();
  #remote = '';
  #isOpen = true;
  #waiting: { readonly packet: Uint8Array; readonly receiver: Receiver }[] = [];
  /** Packets that came faster than they could be passed on. */
  overflowed = 0;

  constructor(addon: Addon, native: PeerConnection, remote: string) {
    this.#addon = addon;
    this.#native = native;
    this.#remote = remote;
    // Also for those that came before.
    native.onTrack((track) => void attempt(() => this.#onTrack(track)));
  }

  get receivers(): readonly RtpReceiver[] {
    return [...this.#receivers.values()].filter(({ isSending, track }) => isSending && track.isOpen);
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
    const sender = new NativeSender(track, kind, ssrc);
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
    for (const [mid, receiver] of this.#receivers) this.#readSection(mid, receiver);
    if (type === 'answer') this.settled();
  }

  settled(): void {
    for (const [mid, sender] of this.#senders) sender.settle(takes(sectionOf(this.#remote, mid)));
  }

  /** Before the connection. */
  close(): void {
    this.#isOpen = false;
    for (const { track } of this.#receivers.values()) track.close();
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
    const mid = given.mid();
    const kind = given.type() === 'video' ? TrackType.TRACK_VIDEO : TrackType.TRACK_AUDIO;
    const track: NativeTrack = new NativeTrack(given, {
      onPacket: (packet) => this.#onPacket(receiver, packet),
      onKeyframeRequest: () => {},
    });
    const receiver: Receiver = {
      section: mid,
      kind,
      track,
      streams: [],
      levelExtension: 0,
      payloadType: -1,
      isSending: false,
      onPacket: null,
      requestKeyframe: () => track.requestKeyframe(),
    };
    if (!this.#isOpen || this.#receivers.size === MAX_RECEIVERS) {
      setImmediate(() => track.close());
      return;
    }
    track.answerWith(new this.#addon.RtcpReceivingSession());
    this.#receivers.set(mid, receiver);
    this.#readSection(mid, receiver);
  }

  #onPacket(receiver: Receiver, packet: Uint8Array): void {
    if ((packet[1]! & 0x7f) !== receiver.payloadType) return;
    if (receiver.onPacket === null) return;
    if (this.#waiting.length === MAX_WAITING) {
      this.overflowed += 1;
      return;
    }
    // In a turn of our own, since the addon is called from it; that is within a millisecond, where a frame would be many.
    if (this.#waiting.push({ packet, receiver }) === 1) setImmediate(() => this.#passOn());
  }

  #passOn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { packet, receiver } of waiting) if (this.#isOpen) receiver.onPacket?.(packet, receiver);
  }

  #readSection(mid: string, receiver: Receiver): void {
    const section = sectionOf(this.#remote, mid);
    const described = readMediaSections(this.#remote).find((other) => other.mid === mid);
    receiver.isSending = described?.sends === true;
    receiver.streams = described?.streams ?? [];
    receiver.payloadType = payloadTypeOf(section, receiver.kind === TrackType.TRACK_VIDEO ? 'video' : 'audio');
    receiver.levelExtension = levelExtensionOf(section);
  }

  #planReceiver(mid: string, sends: boolean): SectionPlan {
    // A track is told of after the description it comes with, so most are not known yet when the answer is written.
    const isTaken = this.#receivers.has(mid) || this.#receivers.size < MAX_RECEIVERS;
    return { direction: sends && isTaken ? 'recvonly' : 'inactive' };
  }
}

/** One way to send. */
class NativeSender implements RtpSender {
  readonly kind: TrackType;
  readonly payloadType: number;
  readonly ssrc: number;
  streams: readonly string[] | null = null;
  onKeyframeRequest: (() => void) | null = null;
  readonly #track: NativeTrack;
  /** What the description says that was written last, and what the other side has agreed to. */
  #written: readonly string[] | null = null;
  #settled: readonly string[] | null = null;
  #isWelcome = false;

  constructor(track: Track, kind: TrackType, ssrc: number) {
    this.kind = kind;
    this.payloadType = kind === TrackType.TRACK_AUDIO ? OPUS.type : VP8;
    this.ssrc = ssrc;
    this.#track = new NativeTrack(track, {
      onPacket: () => {},
      onKeyframeRequest: () => this.onKeyframeRequest?.(),
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
    if (this.#written === null) return { direction: 'inactive' };
    return { direction: 'sendonly', streams: this.#written, track: `t${this.ssrc}` };
  }

  settle(isWelcome: boolean): void {
    this.#settled = this.#written;
    this.#isWelcome = isWelcome;
  }

  send(packet: Uint8Array): boolean {
    return this.#track.send(packet);
  }

  close(): void {
    this.#track.close();
  }
}

/** Whether a section of the other side takes what is sent. */
function takes(section: string): boolean {
  return section !== '' && !isRefused(section) && !/^a=(?:sendonly|inactive)\r?$/m.test(section);
}

function areSame(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
