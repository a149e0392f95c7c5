import { Err } from '../../core/err.js';
import { fail, messageOf } from '../../core/fail.js';
import { getLogger } from '../../core/log.js';
import type { MediaDriver, W3CMediaMaker } from '../media/media-driver.js';
import { isNativeDescription } from '../session-description.js';
import { CONNECTION_STATES, GATHERING_STATES, ICE_STATES } from '../w3c-states.js';
import type { WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig, ConnectionConfig } from '../webrtc-options.js';
import {
  type FailedStep,
  NO_CAPABILITIES,
  NOBODY,
  WebRTCPeerConnectionExtension,
} from '../webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  GatheringState,
  type OfferOptions,
  type RtcCapabilities,
  type SelectedCandidatePair,
  type SessionDescriptionType,
  UNSET,
  type WebRTCStats,
} from '../webrtc-types.js';
import { BrowserDataChannel, maxMessageSize, toChannelInit } from './browser-data-channel.js';
import type { StatsReader } from './browser-stats.js';
import { HeaderExtensions } from './header-extensions.js';

type Constructor = new (configuration?: RTCConfiguration) => RTCPeerConnection;

/**
 * The back end on a browser's RTCPeerConnection, or on any implementation shaped like it (see `using`).
 * @example
 * ```ts
 * import wrtc from '@roamhq/wrtc';
 * import { BrowserPeerConnection, WebRTCPeerConnection } from 'scenewire';
 *
 * const extension = BrowserPeerConnection.using(wrtc.RTCPeerConnection); // instead of the page's own
 * const connection = new WebRTCPeerConnection({ extension });
 * ```
 */
export class BrowserPeerConnection extends WebRTCPeerConnectionExtension {
  override readonly capabilities: RtcCapabilities = {
    ...NO_CAPABILITIES,
    media: true,
    iceRestart: true,
    reconfigure: true,
    renegotiation: true,
    provisionalAnswers: true,
    editableDescriptions: true,
  };
  #Constructor = (globalThis as { RTCPeerConnection?: Constructor }).RTCPeerConnection;
  #connection!: RTCPeerConnection;
  #config: RTCConfiguration = {};
  /** What was created before the first negotiation was over, and how to do it again. */
  readonly #created = new Map<BrowserDataChannel, () => RTCDataChannel>();
  #selectedPair: SelectedCandidatePair | null = null;
  #stats: StatsReader | null = null;
  readonly #extensions = new HeaderExtensions();
  #received: readonly BrowserDataChannel[] = [];
  #remoteIsNative = false;
  #remoteRefused = false;
  #watched: RTCSctpTransport | null = null;
  #hasStood = false;
  #hasCandidate = false;

  /** Also after a channel opened or closed: some implementations tell of a transport's state only when asked for it. */
  readonly #onTransport = (): void => this.#noteTransport();

  /** An extension class on another W3C-shaped constructor, for example that of a WebRTC package for Node. */
  static using(implementation: new (...args: never[]) => object): typeof BrowserPeerConnection {
    return class extends BrowserPeerConnection {
      constructor() {
        super();
        this.#Constructor = implementation as unknown as Constructor;
      }
    };
  }

  override _initialize(config: ConnectionConfig): Err {
    if (this.#Constructor === undefined) {
      getLogger('browser').warnOnce('There is no RTCPeerConnection here');
      return Err.ERR_UNCONFIGURED;
    }
    return this.#configure(config, () => this.#open());
  }

  override _createDataChannel(label: string, config: ChannelConfig): WebRTCDataChannelExtension | null {
    try {
      const make = (): RTCDataChannel => this.#connection.createDataChannel(label, toChannelInit(config));
      const channel = new BrowserDataChannel(make(), this.#connection, this.#onTransport);
      this.#created.set(channel, make);
      return channel;
    } catch {
      return null;
    }
  }

  override _createOffer(options: OfferOptions): Err {
    const offer = this.#connection.createOffer({ iceRestart: options.iceRestart === true });
    return this.#expect(offer, 'create', ({ sdp = '' }) => {
      this.sink.sessionDescriptionCreated('offer', this.#extensions.settle(sdp));
    });
  }

  override _createAnswer(): Err {
    const connection = this.#connection;
    const answer = connection.createAnswer();
    // The offer that cannot be answered is given up on the platform, too.
    answer.catch(() => connection.setRemoteDescription({ type: 'rollback' })).catch(() => {});
    return this.#expect(answer, 'create', ({ sdp }) => this.sink.sessionDescriptionCreated('answer', sdp ?? ''));
  }

  override _setLocalDescription(type: SessionDescriptionType, sdp: string): Err {
    if (type === 'rollback' && this.#connection.currentRemoteDescription === null) return this.#beginAnew();
    this.#extensions.note(sdp);
    return this.#expect(this.#connection.setLocalDescription({ type, sdp }), 'local', () => this.#onApplied());
  }

  override _setRemoteDescription(type: SessionDescriptionType, sdp: string): Err {
    this.#remoteRefused = false;
    this.#remoteIsNative = isNativeDescription(sdp);
    const settled = type === 'offer' ? this.#extensions.settle(sdp) : sdp;
    this.#extensions.note(settled);
    const applied = this.#connection.setRemoteDescription({ type, sdp: settled });
    return this.#expect(applied, 'remote', () => this.#onApplied());
  }

  override _addIceCandidate(media: string, index: number, name: string): Err {
    const section = media === '' ? { sdpMLineIndex: index } : { sdpMid: media, sdpMLineIndex: index };
    return this.#expect(this.#connection.addIceCandidate({ candidate: name, ...section }), 'candidate');
  }

  /** Chromium keeps connections that are closed in the middle of their handshake: these must not keep what is above. */
  override _close(): void {
    this.#connection.close();
    this.sink = NOBODY;
    for (const channel of this.#channels) channel.letGo();
    this.#stats?.giveUp();
  }

  override _restartIce(): Err {
    this.#connection.restartIce();
    return Err.OK;
  }

  override _updateIce(config: ConnectionConfig): Err {
    return this.#configure(config, () => this.#connection.setConfiguration(this.#config));
  }

  override _openMedia(maker: W3CMediaMaker): MediaDriver {
    return maker(() => this.#connection);
  }

  override _getSelectedCandidatePair(): SelectedCandidatePair | null {
    return this.#selectedPair;
  }

  override async _getStats(): Promise<WebRTCStats> {
    try {
      // A chunk of its own: nobody waits for it before a connection stands.
      const { StatsReader } = await import('./browser-stats.js');
      this.#stats ??= new StatsReader();
      const stats = await this.#stats.read(this.#connection);
      this.#selectedPair = stats?.selectedPair ?? this.#selectedPair;
      return stats ?? super._getStats();
    } catch {
      return super._getStats();
    }
  }

  #configure(config: ConnectionConfig, apply: () => void): Err {
    try {
      const iceServers = config.iceServers.map((server) => ({ ...server })) as RTCIceServer[];
      this.#config = { ...config.browser, iceServers, iceTransportPolicy: config.iceTransportPolicy };
      apply();
      return Err.OK;
    } catch (thrown) {
      return fail(Err.ERR_INVALID_PARAMETER, `The browser refuses the configuration: ${messageOf(thrown)}`);
    }
  }

  #open(): void {
    this.#connection = new (this.#Constructor as Constructor)(this.#config);
    this.#listen(this.#connection);
  }

  #listen(connection: RTCPeerConnection): void {
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === '') return;
      this.#hasCandidate = true;
      this.sink.iceCandidateCreated(candidate.sdpMid ?? '', candidate.sdpMLineIndex ?? 0, candidate.candidate);
    };
    connection.onicegatheringstatechange = () => this.#onGatheringState(connection);
    connection.oniceconnectionstatechange = () => {
      this.sink.iceConnectionStateChanged(ICE_STATES[connection.iceConnectionState]);
    };
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'connected') void this._getStats();
      this.sink.connectionStateChanged(CONNECTION_STATES[connection.connectionState]);
    };
    connection.ondatachannel = ({ channel }) => this.#onDataChannel(channel, connection);
  }

  /**
   * libdatachannel, which Node and Godot use, closes a connection without a word: a browser sees its channels end and
   * nothing else for seconds. A connection that stands gets no new channels, so one that lost them all is over.
   */
  #wasLeftInSilence(): boolean {
    const all = this.#channels;
    return this.#remoteIsNative && all.every((channel) => channel.isOver) && all.some((channel) => !channel.endedHere);
  }

  get #channels(): readonly BrowserDataChannel[] {
    return [...this.#created.keys(), ...this.#received];
  }

  #onGatheringState(connection: RTCPeerConnection): void {
    const state = GATHERING_STATES[connection.iceGatheringState];
    const report = (): void => this.sink.gatheringStateChanged(state);
    // An implementation that is through at once may skip a state, and tell of its candidates afterwards.
    if (state !== GatheringState.GATHERING_STATE_COMPLETE || this.#hasCandidate) {
      report();
      return;
    }
    this.sink.gatheringStateChanged(GatheringState.GATHERING_STATE_GATHERING);
    setTimeout(report, 0);
  }

  /** Chromium makes no usable offer after the first one was rolled back, so a rolled back beginning starts over. */
  #beginAnew(): Err {
    const old = this.#connection;
    this.#extensions.forget();
    this.#open();
    for (const [channel, make] of this.#created) channel.bind(make(), this.#connection);
    this.#noteTracks(old);
    silence(old);
    return Err.OK;
  }

  #onApplied(): void {
    this.#watchTransport();
    this.#noteTracks(this.#connection);
  }

  #noteTracks(connection: RTCPeerConnection): void {
    if (connection.getTransceivers?.().length > 0) this.sink.tracksChanged();
  }

  /** The transports under the channels tell at once that the other side closed; the connection itself takes seconds. */
  #watchTransport(): void {
    const sctp = this.#connection.sctp ?? null;
    if (sctp === null || sctp === this.#watched) return;
    this.#watched = sctp;
    sctp.onstatechange = this.#onTransport;
    // Not every implementation shows the transport below.
    if (sctp.transport) sctp.transport.onstatechange = this.#onTransport;
  }

  #noteTransport(): void {
    const { state, transport } = this.#watched ?? {};
    this.#hasStood ||= state === 'connected' || transport?.state === 'connected';
    // A rollback ends the transports of the offer too, and that is no farewell.
    const ended = state === 'closed' || transport?.state === 'closed' || this.#wasLeftInSilence();
    if (ended && this.#hasStood) this.sink.connectionStateChanged(ConnectionState.STATE_CLOSED);
  }

  #onDataChannel(channel: RTCDataChannel, connection: RTCPeerConnection): void {
    // Its handlers are set at once: a browser drops messages that find none.
    const extension = new BrowserDataChannel(channel, connection, this.#onTransport);
    const report = (): void => {
      // Some browsers announce an open channel and then that it opened.
      channel.onopen = null;
      const taken = this.sink.dataChannelReceived(extension, {
        label: channel.label,
        protocol: channel.protocol,
        id: channel.id ?? UNSET,
        ordered: channel.ordered,
        maxRetransmits: channel.maxRetransmits,
        maxPacketLifeTime: channel.maxPacketLifeTime,
        maxPacketSize: maxMessageSize(connection),
      });
      if (taken) this.#received = [...this.#received.filter(({ isOver }) => !isOver), extension];
      else channel.close();
    };
    if (channel.readyState === 'open') report();
    else channel.onopen = report;
  }

  /** Every browser promise ends here: a rejection becomes one report, in order with the others. */
  #expect<T>(promise: Promise<T>, step: FailedStep, then: (value: T) => void = () => {}): Err {
    const connection = this.#connection;
    promise.then(then, (thrown: unknown) => {
      if (connection !== this.#connection) return;
      // What follows a refused remote description fails with it and is not worth a second report.
      if (step === 'remote') this.#remoteRefused = true;
      else if (this.#remoteRefused) return;
      this.sink.failed(step, messageOf(thrown));
    });
    return Err.OK;
  }
}

/** Closes a connection that nobody is interested in any more. */
function silence(connection: RTCPeerConnection): void {
  connection.onicecandidate = connection.onicegatheringstatechange = connection.oniceconnectionstatechange = null;
  connection.onconnectionstatechange = connection.ondatachannel = null;
  connection.close();
}
