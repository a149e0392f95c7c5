import { ManualClock } from '../../src/core/clock.js';
import { Random } from '../../src/extension/loopback/random.js';
import type { TrackType } from '../../src/extension/media/media-types.js';
import type { RtpPort, RtpReceiver, RtpSender } from '../../src/extension/media/rtp-port.js';
import { Reception } from '../../src/extension/native/reception.js';
import { asksForKeyframe, isControl, lostOf, reportedTimeOf } from '../../src/extension/native/rtcp.js';
import { noCounters } from '../../src/multiplayer/media/forwarding/forwarder-counters.js';
import { Listener } from '../../src/multiplayer/media/forwarding/listener.js';
import { SpeakerTrack } from '../../src/multiplayer/media/forwarding/speaker-track.js';
import type { MediaPeer } from '../../src/multiplayer/media/media-peer.js';
import { readWord, writeWord } from '../../src/multiplayer/media/media-word.js';

export interface MediaFuzzOutcome {
  /** What should not have happened, with the number of the case. */
  readonly problems: readonly string[];
  /** Packets that were sent on, once more, and that were none. */
  readonly sent: number;
  readonly sentAgain: number;
  readonly malformed: number;
}

const MOST_PROBLEMS = 20;
const MOST_BYTES = 60;
const OWN = 77;
const SOURCES = [9, 9, 9, 9, 9, 9, 0, 0xffffffff];
const TYPE = { 0: 111, 1: 96 } as const;

/** Shows a forwarder what no honest sender and no honest listener sends, mostly nearly right. Same seed, same bytes. */
export function fuzzMedia(seed: number, cases: number): MediaFuzzOutcome {
  return new MediaFuzz(seed).run(cases);
}

class MediaFuzz {
  readonly #random: Random;
  readonly #clock = new ManualClock();
  readonly #counters = noCounters();
  readonly #problems: string[] = [];
  readonly #senders: RtpSender[] = [];
  readonly #receptions = [new Reception(1, 48_000), new Reception(1, 90_000)] as const;
  #case = 0;
  #sent = 0;
  #sequence = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  run(cases: number): MediaFuzzOutcome {
    const speakers = ([0, 1] as const).map((kind) => this.#speaker(kind));
    const port: RtpPort = {
      receivers: [],
      senders: this.#senders,
      isOfferDue: false,
      onDropped: null,
      addSender: (kind) => this.#sender(kind),
    };
    const listener = new Listener({ negotiate: () => {} } as unknown as MediaPeer, port);
    for (this.#case = 0; this.#case < cases && this.#problems.length < MOST_PROBLEMS; this.#case += 1) {
      this.#clock.advance(this.#below(20));
      if (this.#case % 50 === 0) {
        const heard = speakers.filter(() => this.#below(5) > 0);
        listener.hear(heard, new Set(speakers), this.#clock.now());
      }
      this.#guarded(() => this.#show(speakers));
    }
    const { sentAgain, malformed } = this.#counters;
    return { problems: this.#problems, sent: this.#sent, sentAgain, malformed };
  }

  #show(speakers: readonly SpeakerTrack[]): void {
    const what = this.#below(8);
    if (what === 0) this.#showControl();
    else if (what === 1) this.#showWord();
    else {
      const kind = this.#below(3) === 0 ? 0 : 1;
      const bytes = this.#packet(TYPE[kind]);
      if (bytes.length >= 12) this.#receptions[kind].takes(bytes, this.#clock.now());
      if (this.#receptions[kind].report(0).length !== 32) this.#problem('a report of another size');
      speakers[kind]?.pass(bytes);
    }
  }

  /** A listener's words: kept apart from a sender's, they are read by the same functions. */
  #showControl(): void {
    const bytes = this.#control();
    isControl(bytes);
    asksForKeyframe(bytes, OWN);
    reportedTimeOf(bytes, 9);
    const lost = lostOf(bytes, OWN);
    if (lost.length > 256) this.#problem(`${lost.length} lost packets are believed`);
    for (const sender of this.#senders) {
      sender.onLost?.(lost);
      // Those that it can really miss.
      const last = sender.last?.sequence ?? 0;
      sender.onLost?.(Array.from({ length: this.#below(10) }, () => (last - this.#below(30)) & 0xffff));
      if (this.#below(4) === 0) sender.onKeyframeRequest?.();
    }
  }

  #showWord(): void {
    const word = readWord(this.#noise(this.#below(60)));
    if (word === null) return;
    if (readWord(writeWord(word))?.type !== word.type) this.#problem(`a word that is not read again: ${word.type}`);
  }

  #packet(type: number): Uint8Array {
    const bytes = this.#noise(this.#below(MOST_BYTES));
    if (bytes.length < 12 || this.#below(10) === 0) return bytes;
    this.#sequence = (this.#sequence + (this.#below(20) === 0 ? this.#below(0x10000) : this.#below(4))) & 0xffff;
    // With few contributors, and with or without padding and extensions.
    bytes[0] = 0x80 | (this.#below(4) << 4) | (this.#below(5) === 0 ? this.#below(16) : 0);
    bytes[1] = type | (this.#below(2) << 7);
    const view = new DataView(bytes.buffer);
    view.setUint16(2, this.#sequence);
    view.setUint32(8, SOURCES[this.#below(SOURCES.length)] as number);
    if (bytes.length > 16 && this.#below(2) === 0) {
      view.setUint16(12, this.#below(2) === 0 ? 0xbede : 0x1000);
      if (bytes.length >= 16) view.setUint16(14, this.#below(6));
    }
    return bytes;
  }

  #control(): Uint8Array {
    const bytes = this.#noise(4 * this.#below(40));
    for (let at = 0; at + 12 <= bytes.length; at += 4 * (2 + this.#below(5))) {
      const size = this.#below(8) === 0 ? this.#below(0x10000) : 2 + this.#below(4);
      bytes.set([0x80 | this.#below(32), 200 + this.#below(8), size >> 8, size & 0xff], at);
      new DataView(bytes.buffer).setUint32(at + 8, this.#below(2) === 0 ? OWN : 9);
    }
    return bytes;
  }

  #speaker(kind: TrackType): SpeakerTrack {
    const receiver: RtpReceiver = {
      section: '1',
      kind,
      streams: [],
      levelExtension: 1,
      onPacket: null,
      requestKeyframe: () => {},
      requestPackets: (sequences) => {
        if (sequences.length > 200) this.#problem(`${sequences.length} packets are asked for`);
      },
    };
    return new SpeakerTrack({ id: 2 } as MediaPeer, receiver, this.#counters, this.#clock);
  }

  #sender(kind: TrackType): RtpSender {
    const sender: RtpSender = {
      kind,
      payloadType: TYPE[kind],
      ssrc: OWN,
      streams: null,
      isLive: true,
      last: null,
      onKeyframeRequest: null,
      onLost: null,
      send: (packet) => this.#check(packet, kind),
    };
    this.#senders.push(sender);
    return sender;
  }

  /** What goes to a listener is a packet of this side's, whatever came. */
  #check(packet: Uint8Array, kind: TrackType): boolean {
    this.#sent += 1;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const isRight =
      packet.length > 12 &&
      packet.length <= MOST_BYTES &&
      (packet[0]! & 0xdf) === 0x80 &&
      (packet[1]! & 0x7f) === TYPE[kind] &&
      view.getUint32(8) === OWN;
    if (!isRight) this.#problem('a packet that is none of this side');
    return true;
  }

  #guarded(show: () => void): void {
    try {
      show();
    } catch (thrown) {
      this.#problem(`thrown: ${thrown}`);
    }
  }

  #problem(what: string): void {
    this.#problems.push(`case ${this.#case}: ${what}`);
  }

  #noise(size: number): Uint8Array {
    return new Uint8Array(size).map(() => this.#below(256));
  }

  #below(limit: number): number {
    return Math.floor(this.#random.float() * limit);
  }
}
