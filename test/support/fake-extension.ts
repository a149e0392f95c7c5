import { Err } from '../../src/core/err.js';
import { WebRTCDataChannel } from '../../src/extension/webrtc-data-channel.js';
import { type DataChannelSink, WebRTCDataChannelExtension } from '../../src/extension/webrtc-data-channel-extension.js';
import type { ChannelConfig, ConnectionConfig } from '../../src/extension/webrtc-options.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import {
  type ExtensionClass,
  NO_CAPABILITIES,
  type PeerConnectionSink,
  type ReceivedChannel,
  WebRTCPeerConnectionExtension,
} from '../../src/extension/webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  type RtcCapabilities,
  type RtcConfiguration,
  type SelectedCandidatePair,
  type WebRTCStats,
} from '../../src/extension/webrtc-types.js';

/** A description with one section, mid "data". */
export const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data\r\n';
export const OFFER = `${SDP}a=setup:actpass\r\n`;
export const ANSWER = `${SDP}a=setup:active\r\n`;

export const candidateNo = (n: number): string => `candidate:${n} 1 UDP 1 127.0.0.1 ${n} typ host`;

/** A channel that does nothing but write down what it is told; `report` is where a test plays the network. */
export class FakeChannel extends WebRTCDataChannelExtension {
  /** Method names, with the text or the bytes of what is sent. */
  readonly calls: string[] = [];
  buffered = 0;
  answer: Err = Err.OK;

  get report(): DataChannelSink {
    return this.sink;
  }

  /** A packet of one byte, or of `size` bytes, arrives. */
  receive(first: number, size = 1): void {
    this.report.received(new Uint8Array(size).fill(first), false);
  }

  override _putPacket(packet: Uint8Array): Err {
    this.calls.push(`_putPacket ${packet.join()}`);
    return this.answer;
  }

  override _putText(text: string): Err {
    this.calls.push(`_putText ${text}`);
    return this.answer;
  }

  override _close(): void {
    this.calls.push('_close');
  }

  override _getBufferedAmount(): number {
    this.calls.push('_getBufferedAmount');
    return this.buffered;
  }

  override _poll(): void {
    this.calls.push('_poll');
  }
}

/** A connection that does nothing but write down what it is told; `report` is where a test plays the platform. */
export class FakeConnection extends WebRTCPeerConnectionExtension {
  override readonly capabilities: RtcCapabilities;
  /** Method names, with their arguments that are texts or numbers. `_poll` is left out. */
  readonly calls: string[] = [];
  readonly channels: FakeChannel[] = [];
  readonly configs: ConnectionConfig[] = [];
  polls = 0;
  readonly #backEnd: FakeBackEnd;

  constructor(backEnd: FakeBackEnd) {
    super();
    this.#backEnd = backEnd;
    this.capabilities = { ...NO_CAPABILITIES, ...backEnd.capabilities };
    backEnd.made.push(this);
  }

  get report(): PeerConnectionSink {
    return this.sink;
  }

  /** The other side opens a channel. Null when it was refused. */
  receiveChannel(info: Partial<ReceivedChannel> = {}): FakeChannel | null {
    const channel = new FakeChannel();
    const preset = { label: 'theirs', protocol: '', id: 1, ordered: true, maxRetransmits: null };
    const all = { ...preset, maxPacketLifeTime: null, maxPacketSize: 262144, ...info };
    return this.report.dataChannelReceived(channel, all) ? channel : null;
  }

  override _initialize(config: ConnectionConfig): Err {
    this.configs.push(config);
    return this.#call('_initialize');
  }

  override _createDataChannel(label: string, _config: ChannelConfig): FakeChannel | null {
    if (this.#call('_createDataChannel', label) !== Err.OK) return null;
    const channel = new FakeChannel();
    this.channels.push(channel);
    return channel;
  }

  override _createOffer(): Err {
    return this.#call('_createOffer');
  }

  override _createAnswer(): Err {
    return this.#call('_createAnswer');
  }

  override _setLocalDescription(type: string, sdp: string): Err {
    return this.#call('_setLocalDescription', type, sdp);
  }

  override _setRemoteDescription(type: string, sdp: string): Err {
    return this.#call('_setRemoteDescription', type, sdp);
  }

  override _addIceCandidate(media: string, index: number, name: string): Err {
    return this.#call('_addIceCandidate', media, index, name);
  }

  override _poll(): void {
    this.polls += 1;
    this.#backEnd.during._poll?.(this);
  }

  override _close(): void {
    this.#call('_close');
  }

  override _restartIce(): Err {
    return this.#call('_restartIce');
  }

  override _updateIce(config: ConnectionConfig): Err {
    this.configs.push(config);
    return this.#call('_updateIce');
  }

  override _getSelectedCandidatePair(): SelectedCandidatePair | null {
    this.#call('_getSelectedCandidatePair');
    return null;
  }

  override _getStats(): Promise<WebRTCStats> {
    this.#call('_getStats');
    return super._getStats();
  }

  #call(method: string, ...args: readonly (string | number)[]): Err {
    this.calls.push([method, ...args].join(' '));
    this.#backEnd.during[method]?.(this);
    return this.#backEnd.answers[method] ?? Err.OK;
  }
}

/** The back end of one test. */
export class FakeBackEnd {
  readonly Extension: ExtensionClass;
  /** One for each `initialize`, oldest first. */
  readonly made: FakeConnection[] = [];
  /** What methods answer from now on, by name; OK when left out. */
  readonly answers: Record<string, Err> = {};
  /** What happens inside methods, by name: for back ends that report before their call returns. */
  readonly during: Record<string, (connection: FakeConnection) => void> = {};
  readonly capabilities: Partial<RtcCapabilities>;

  constructor(capabilities: Partial<RtcCapabilities> = {}) {
    this.capabilities = capabilities;
    const backEnd = this;
    this.Extension = class extends FakeConnection {
      constructor() {
        super(backEnd);
      }
    };
  }

  /** The connection of the current life. */
  get last(): FakeConnection {
    const last = this.made.at(-1);
    if (last === undefined) throw new Error('No connection was made');
    return last;
  }
}

/** Every signal of a connection in order, with its arguments. */
export function recordSignals(connection: WebRTCPeerConnection): string[] {
  const signals: string[] = [];
  const text = (arg: unknown): string => (arg instanceof WebRTCDataChannel ? arg.getLabel() : String(arg));
  const record =
    (name: string) =>
    (...args: readonly unknown[]): unknown =>
      signals.push([name, ...args.map(text)].join(' '));
  for (const name of connection.getSignalList()) connection.connect(name as 'connected', record(name));
  return signals;
}

/** A connection on a fake back end, and the steps that most tests begin with. */
export class Stand {
  readonly backEnd: FakeBackEnd;
  readonly connection: WebRTCPeerConnection;
  readonly signals: string[];

  constructor(configuration: RtcConfiguration = {}, capabilities: Partial<RtcCapabilities> = {}) {
    this.backEnd = new FakeBackEnd(capabilities);
    this.connection = new WebRTCPeerConnection({ extension: this.backEnd.Extension, configuration });
    this.signals = recordSignals(this.connection);
  }

  get fake(): FakeConnection {
    return this.backEnd.last;
  }

  get states(): readonly number[] {
    const { connection } = this;
    return [connection.getConnectionState(), connection.getGatheringState(), connection.getSignalingState()];
  }

  /** What polls deliver, as texts. */
  poll(times = 1): string[] {
    const before = this.signals.length;
    for (let i = 0; i < times; i += 1) this.connection.poll();
    return this.signals.slice(before);
  }

  /** What a call tells the back end. */
  callsOf(action: () => unknown): string[] {
    const before = this.fake.calls.length;
    action();
    return this.fake.calls.slice(before);
  }

  open(label = 'game', options = {}): { channel: WebRTCDataChannel; fake: FakeChannel } {
    const channel = this.connection.createDataChannel(label, options);
    const fake = this.fake.channels.at(-1);
    if (channel === null || fake === undefined) throw new Error('No channel was made');
    return { channel, fake };
  }

  /** An offer was made and delivered: it waits for `setLocalDescription`. */
  created(): this {
    if (this.connection.getDataChannels().length === 0) this.open();
    this.connection.createOffer();
    this.fake.report.sessionDescriptionCreated('offer', OFFER);
    this.connection.poll();
    return this;
  }

  offered(): this {
    this.created().connection.setLocalDescription('offer', OFFER);
    this.connection.poll();
    return this;
  }

  /** Established as the offerer, with nothing left to deliver. */
  connected(): this {
    this.offered().connection.setRemoteDescription('answer', ANSWER);
    this.fake.report.connectionStateChanged(ConnectionState.STATE_CONNECTED);
    this.connection.poll();
    return this;
  }

  /** A remote offer was accepted and its answer delivered: it waits for `setLocalDescription`. */
  answering(): this {
    this.connection.setRemoteDescription('offer', OFFER);
    this.fake.report.sessionDescriptionCreated('answer', ANSWER);
    this.connection.poll();
    return this;
  }
}
