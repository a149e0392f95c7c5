import type { WebRTCPeerConnection, WebRTCPeerConnectionExtension } from 'scenewire';
import { PerfectNegotiation, type StreamSource, type TrackSource, type WebRTCMediaTrack } from 'scenewire/media';
import type { LabPeer } from './lab.js';

export type TrackKind = 'audio' | 'video';
/** A browser's tracks, or packets of tracks that are passed on, or nothing. */
export type TrackSupport = 'full' | 'packets' | 'none';
type RtpPort = NonNullable<ReturnType<NonNullable<WebRTCPeerConnectionExtension['_openRtp']>>>;
type RtpSender = NonNullable<ReturnType<RtpPort['addSender']>>;

/** What tracks are made of where the back end lives. */
export interface TrackMaker {
  track(kind: TrackKind): TrackSource;
  stream(tracks: readonly TrackSource[]): StreamSource;
}

/** Ears and eyes, where what is sent can be looked at. */
export interface Senses {
  /** A track of a tone, of this frequency if it can be chosen. */
  say(hertz: number): Promise<{ track: TrackSource; hertz: number }>;
  /** The loudest frequency; 0 for silence. */
  hear(track: TrackSource): Promise<number>;
  draw(colour: string): TrackSource;
  /** Red, green and blue. */
  see(track: TrackSource): number[];
}

/** Where nothing can be sent: things that look like tracks. */
export const idleTracks: TrackMaker = {
  track: (kind) => ({ id: `idle ${kind}`, kind, enabled: true }),
  stream: (tracks) => ({ id: 'idle', getTracks: () => tracks }),
};

const KINDS = ['audio', 'video'] as const;
const namesOf = (streams: readonly { id: string }[]): string => streams.map(({ id }) => id).join();

/**
 * Tracks of one connection of a test, by names. They are sent as the back end does it: as tracks of a browser, or as packets
 * that a server passes on. What is to be agreed on anew goes by mail; "a" is the polite one.
 */
export class LabMedia {
  /** "+stream one", "+audio one,two", "-audio one,two", "-stream one". */
  readonly heard: string[] = [];
  /** For each track that was added, whether it was the active one of its kind when that was told. */
  readonly wasActive: boolean[] = [];
  /** How many streams there were, each time a stream came or a track went. */
  readonly counts: number[] = [];
  readonly negotiation: PerfectNegotiation;
  /** Offers and answers that were made anew. */
  readonly made = { offer: 0, answer: 0 };
  readonly #connection: WebRTCPeerConnection;
  readonly #maker: TrackMaker;
  readonly #tracks = new Map<string, TrackSource>();
  readonly #senders = new Map<string, RtpSender>();

  constructor(peer: LabPeer, maker: TrackMaker) {
    this.#connection = peer.connection;
    this.#maker = maker;
    this.negotiation = new PerfectNegotiation(peer.connection, {
      polite: peer.name === 'a',
      send: (message) => {
        if (message.type === 'offer' || message.type === 'answer') this.made[message.type] += 1;
        if (peer.to !== null) peer.mail.push({ to: peer.to, kind: 'negotiation', message });
      },
    });
    this.#record();
  }

  /** Sends a track; one of this name that was sent before is sent again. */
  send(name: string, kind: TrackKind, streams: readonly string[]): number {
    const port = this.#port;
    if (port === null) return this.#connection.addLocalTrack(this.track(name, kind), streams);
    const sender = this.#senders.get(name) ?? port.addSender(KINDS.indexOf(kind) as 0 | 1);
    if (sender === null) return -1;
    this.#senders.set(name, sender);
    sender.streams = streams;
    this.negotiation.request();
    return 0;
  }

  stop(name: string): number {
    const sender = this.#senders.get(name);
    if (sender === undefined) return this.#connection.removeLocalTrack(this.track(name));
    sender.streams = null;
    this.negotiation.request();
    return 0;
  }

  /** The track of a name; `given` becomes the one. */
  track(name: string, kind: TrackKind = 'audio', given?: TrackSource): TrackSource {
    const track = given ?? this.#tracks.get(name) ?? this.#maker.track(kind);
    this.#tracks.set(name, track);
    return track;
  }

  /** What the other side sends, as "audio one,two". */
  received(): string[] {
    const port = this.#port;
    if (port === null) return this.#tracksOfStreams();
    return port.receivers
      .map(({ kind, streams }) => `${KINDS[kind]} ${streams.map((name) => name ?? 'unknown_remote').join()}`)
      .sort();
  }

  /** Of who passes packets on; there is one when the connection stands. */
  get #port(): RtpPort | null {
    const { extension } = this.#connection;
    return extension?.capabilities.media === false ? (extension._openRtp?.() ?? null) : null;
  }

  #tracksOfStreams(): string[] {
    const names = new Map<WebRTCMediaTrack, string[]>();
    for (const stream of this.#connection.getRemoteStreams()) {
      for (const track of stream.getTracks()) names.set(track, [...(names.get(track) ?? []), stream.id]);
    }
    return [...names].map(([{ kind }, streams]) => `${KINDS[kind]} ${streams.join()}`).sort();
  }

  #record(): void {
    const { heard } = this;
    const connection = this.#connection;
    connection.stream_added.connect((stream) => {
      heard.push(`+stream ${stream.id}`);
      this.counts.push(connection.getRemoteStreams().length);
    });
    connection.track_added.connect((streams, track) => {
      heard.push(`+${KINDS[track.kind]} ${namesOf(streams)}`);
      const active = track.kind === 0 ? streams[0]?.activeAudioTrack : streams[0]?.activeVideoTrack;
      this.wasActive.push(active === track);
    });
    connection.track_removed.connect((streams, { kind }) => {
      heard.push(`-${KINDS[kind]} ${namesOf(streams)}`);
      this.counts.push(connection.getRemoteStreams().length);
    });
    connection.stream_removed.connect(({ id }) => heard.push(`-stream ${id}`));
  }
}
