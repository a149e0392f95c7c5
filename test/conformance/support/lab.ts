import type * as Scenewire from 'scenewire';
import * as media from 'scenewire/media';
import type * as Testing from 'scenewire/testing';
import { idleTracks, LabMedia, type Senses, type TrackMaker } from './lab-media.js';

type Connection = Scenewire.WebRTCPeerConnection;
type Channel = Scenewire.WebRTCDataChannel;

/** What one side would send to the other over a signalling server. */
export type Mail =
  | { to: string; kind: 'description'; type: 'offer' | 'answer'; sdp: string }
  | { to: string; kind: 'candidate'; media: string; index: number; name: string }
  | { to: string; kind: 'negotiation'; message: media.NegotiationMessage };

export interface MakeOptions {
  /** Where its mail goes: from then on descriptions and candidates travel by themselves. */
  to?: string;
  configuration?: Scenewire.RtcConfiguration;
  /** Channels to create at once, by label. */
  channels?: Record<string, Scenewire.DataChannelOptions>;
  /** With tracks, which are agreed on anew by themselves. */
  media?: boolean;
  /** Another one than the back end under test. */
  extension?: Scenewire.ExtensionClass;
}

/** One connection under test with everything it said. */
export class LabPeer {
  readonly name: string;
  readonly connection: Connection;
  /** All signals in order, with the arguments that are the same everywhere. */
  readonly signals: string[] = [];
  readonly candidates: { media: string; index: number; name: string }[] = [];
  readonly channels = new Map<string, Channel>();
  readonly mail: Mail[] = [];
  to: string | null;
  #media: LabMedia | null = null;

  constructor(name: string, connection: Connection, options: MakeOptions) {
    this.name = name;
    this.connection = connection;
    this.to = options.to ?? null;
    this.#record();
    for (const [label, channelOptions] of Object.entries(options.channels ?? {})) this.open(label, channelOptions);
  }

  open(label: string, options: Scenewire.DataChannelOptions = {}): Channel | null {
    const channel = this.connection.createDataChannel(label, options);
    if (channel !== null) this.#keep(channel);
    return channel;
  }

  channel(label: string): Channel {
    const channel = this.channels.get(label);
    if (channel === undefined) throw new Error(`${this.name} has no channel ${label}`);
    return channel;
  }

  /** Its tracks, where it was made with them. */
  get media(): LabMedia {
    if (this.#media === null) throw new Error(`${this.name} has no tracks`);
    return this.#media;
  }

  openMedia(maker: TrackMaker): void {
    this.#media = new LabMedia(this, maker);
  }

  receive(mail: Mail): void {
    const { connection } = this;
    if (mail.kind === 'negotiation') this.media.negotiation.receive(mail.message);
    else if (mail.kind === 'description') connection.setRemoteDescription(mail.type, mail.sdp);
    else connection.addIceCandidate(mail.media, mail.index, mail.name);
  }

  /** The signals of some names only. */
  heard(...names: string[]): string[] {
    return this.signals.filter((signal) => names.includes(signal.split(' ')[0] ?? ''));
  }

  #keep(channel: Channel): void {
    this.channels.set(channel.getLabel(), channel);
    channel.opened.connect(() => this.signals.push(`channel-opened ${channel.getLabel()}`));
    channel.closed.connect(() => this.signals.push(`channel-closed ${channel.getLabel()}`));
  }

  #record(): void {
    const { connection, signals } = this;
    const note = (text: string): number => signals.push(text);
    connection.connection_state_changed.connect((state) => note(`connection_state_changed ${state}`));
    connection.gathering_state_changed.connect((state) => note(`gathering_state_changed ${state}`));
    connection.signaling_state_changed.connect((state) => note(`signaling_state_changed ${state}`));
    connection.ice_connection_state_changed.connect((state) => note(`ice_connection_state_changed ${state}`));
    connection.ice_gathering_completed.connect(() => note('ice_gathering_completed'));
    connection.negotiation_needed.connect(() => note('negotiation_needed'));
    connection.connected.connect(() => note('connected'));
    connection.disconnected.connect(() => note('disconnected'));
    connection.error_occurred.connect((message) => note(`error_occurred ${message}`));
    connection.data_channel_received.connect((channel) => {
      note(`data_channel_received ${channel.getLabel()} ${channel.getReadyState()}`);
      this.#keep(channel);
    });
    connection.session_description_created.connect((type, sdp) => {
      note(`session_description_created ${type}`);
      if (this.to === null) return;
      connection.setLocalDescription(type, sdp);
      this.mail.push({ to: this.to, kind: 'description', type, sdp });
    });
    connection.ice_candidate_created.connect((media, index, name) => {
      note('ice_candidate_created');
      this.candidates.push({ media, index, name });
      if (this.to !== null) this.mail.push({ to: this.to, kind: 'candidate', media, index, name });
    });
  }
}

export interface LabOptions {
  scenewire: typeof Scenewire;
  testing: typeof Testing;
  /** What makes tracks, where the back end sends them. */
  maker?: TrackMaker;
  senses?: Senses;
  /** The back end under test; the default one when left out. */
  extension?: Scenewire.ExtensionClass;
  /** Part of every configuration. */
  configuration?: Scenewire.RtcConfiguration;
  /** What a frame does besides polling. */
  onFrame?: () => void;
}

/** The part of a test that lives where the back end lives: in this process or in a page. */
export class Lab {
  readonly sw: typeof Scenewire;
  readonly testing: typeof Testing;
  readonly media = media;
  readonly maker: TrackMaker;
  readonly #senses: Senses | undefined;
  readonly extension: Scenewire.ExtensionClass | undefined;
  readonly configuration: Scenewire.RtcConfiguration;
  readonly peers = new Map<string, LabPeer>();
  /** What a test wants polled in every frame, besides the connections. */
  readonly polled: { poll(): void }[] = [];
  /** What reached the error hook. */
  readonly errors: string[] = [];
  /** A place for a test to keep things between two steps. */
  readonly kept: Record<string, unknown> = {};
  readonly #onFrame: () => void;

  constructor(options: LabOptions) {
    this.sw = options.scenewire;
    this.testing = options.testing;
    this.maker = options.maker ?? idleTracks;
    this.#senses = options.senses;
    this.extension = options.extension;
    this.configuration = options.configuration ?? {};
    this.#onFrame = options.onFrame ?? (() => {});
    this.sw.setErrorHandler((text) => this.errors.push(text));
  }

  /** A connection on the back end under test, without a recorder. */
  bare(configuration: Scenewire.RtcConfiguration = {}, extension = this.extension): Connection {
    const init = { configuration: { ...this.configuration, ...configuration } };
    return new this.sw.WebRTCPeerConnection(extension ? { ...init, extension } : init);
  }

  make(name: string, options: MakeOptions = {}): LabPeer {
    const peer = new LabPeer(name, this.bare(options.configuration, options.extension), options);
    this.peers.set(name, peer);
    if (options.media) peer.openMedia(this.maker);
    return peer;
  }

  peer(name: string): LabPeer {
    const peer = this.peers.get(name);
    if (peer === undefined) throw new Error(`There is no peer ${name}`);
    return peer;
  }

  pc(name: string): Connection {
    return this.peer(name).connection;
  }

  get senses(): Senses {
    if (this.#senses === undefined) throw new Error('Nothing can be heard or seen here');
    return this.#senses;
  }

  /** What a frame does besides polling: time goes on. */
  tick(): void {
    this.#onFrame();
  }

  poll(): void {
    this.tick();
    for (const { connection } of this.peers.values()) connection.poll();
    for (const polled of this.polled) polled.poll();
  }

  /** Lets the event loop turn, so that what the platform has to say can arrive. */
  turn(ms = 2): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** One frame: mail in, poll, mail out. */
  async frame(inbox: readonly Mail[]): Promise<Mail[]> {
    await this.turn();
    for (const mail of inbox) this.peers.get(mail.to)?.receive(mail);
    this.poll();
    return [...this.peers.values()].flatMap((peer) => peer.mail.splice(0));
  }

  /** Bytes of a text. */
  bytes(text: string): Uint8Array {
    return new TextEncoder().encode(text);
  }

  text(packet: Uint8Array): string {
    return new TextDecoder().decode(packet);
  }

  /** Packets of a channel that can be read now, as texts. */
  take(channel: Channel): string[] {
    const texts: string[] = [];
    while (channel.getAvailablePacketCount() > 0) texts.push(this.text(channel.getPacket()));
    return texts;
  }

  /** Ends the test here. */
  dispose(): void {
    for (const { connection } of this.peers.values()) connection.close();
    this.sw.setErrorHandler(null);
  }
}
