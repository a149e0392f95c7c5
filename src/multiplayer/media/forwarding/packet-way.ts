import type { Clock } from '../../../core/clock.js';
import type { RtpPort, RtpReceiver } from '../../../extension/media/rtp-port.js';
import type { MediaPeer } from '../media-peer.js';
import type { ForwarderCounters } from './forwarder-counters.js';
import type { ForwardingWay } from './forwarding-way.js';
import { Listener } from './listener.js';
import type { Speaker } from './speaker.js';
import { SpeakerTrack } from './speaker-track.js';

/** Packets as they come, without decoding them: the native back end. */
export class PacketWay implements ForwardingWay {
  readonly name = 'packets';
  readonly #peer: MediaPeer;
  readonly #port: RtpPort;
  readonly #listener: Listener;
  readonly #counters: ForwarderCounters;
  readonly #clock: Clock;
  readonly #tracks = new Map<RtpReceiver, SpeakerTrack>();
  /** What was followed last, and what came of it. */
  #followed: readonly RtpReceiver[] | null = null;
  #speakers: ReadonlySet<Speaker> = new Set();

  constructor(peer: MediaPeer, port: RtpPort, counters: ForwarderCounters, clock: Clock) {
    this.#peer = peer;
    this.#port = port;
    this.#listener = new Listener(peer, port);
    this.#counters = counters;
    this.#clock = clock;
    port.onDropped = () => {
      counters.overflowed += 1;
    };
  }

  follow(): ReadonlySet<Speaker> {
    const { receivers } = this.#port;
    // PERF: what makes functions is another function, or frames in which nothing has changed would make some, too.
    if (receivers !== this.#followed) this.#speakers = this.#compare(receivers);
    this.#followed = receivers;
    return this.#speakers;
  }

  hear(heard: readonly Speaker[], present: ReadonlySet<Speaker>, now: number): void {
    const packets = heard.filter((speaker) => speaker instanceof SpeakerTrack);
    this.#listener.hear(packets, present, now);
  }

  get heard(): readonly Speaker[] {
    return this.#listener.slots.flatMap(({ isOn, speaker }) => (isOn && speaker !== null ? [speaker] : []));
  }

  close(): void {
    for (const receiver of this.#tracks.keys()) this.#forget(receiver);
    this.#listener.hear([], new Set(), this.#clock.now());
    this.#port.onDropped = null;
  }

  #compare(receivers: readonly RtpReceiver[]): ReadonlySet<Speaker> {
    // What a player sends beyond one of each kind goes nowhere.
    const taken = receivers.filter((one, at) => receivers.findIndex(({ kind }) => kind === one.kind) === at);
    for (const receiver of this.#tracks.keys()) if (!taken.includes(receiver)) this.#forget(receiver);
    for (const receiver of taken) if (!this.#tracks.has(receiver)) this.#take(receiver);
    return new Set(this.#tracks.values());
  }

  #take(receiver: RtpReceiver): void {
    const track = new SpeakerTrack(this.#peer, receiver, this.#counters, this.#clock);
    this.#tracks.set(receiver, track);
    receiver.onPacket = (packet) => track.pass(packet);
  }

  #forget(receiver: RtpReceiver): void {
    receiver.onPacket = null;
    this.#tracks.delete(receiver);
  }
}
