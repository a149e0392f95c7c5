import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import type { PacketQueueLimits } from '../../core/packet-queue.js';
import type { MediaDriver, W3CMediaMaker } from '../media/media-driver.js';
import type { RtpPort } from '../media/rtp-port.js';
import type { WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig, ConnectionConfig } from '../webrtc-options.js';
import {
  type ExtensionClass,
  type PeerConnectionSink,
  type ReceivedChannel,
  WebRTCPeerConnectionExtension,
} from '../webrtc-peer-connection-extension.js';
import type {
  OfferOptions,
  RtcCapabilities,
  SelectedCandidatePair,
  SessionDescriptionType,
  WebRTCStats,
} from '../webrtc-types.js';
import { BadLinkDataChannel } from './bad-link-data-channel.js';
import { type LinkConditions, linkConditions } from './link-conditions.js';
import { SimulatedLink } from './simulated-link.js';
import { SimulatedPath } from './simulated-path.js';

export interface BadLinkOptions {
  clock?: Clock | undefined;
  seed?: number | undefined;
  /** What leaves the connections. */
  outbound?: Partial<LinkConditions> | undefined;
  /** What reaches them. */
  inbound?: Partial<LinkConditions> | undefined;
}

export interface BadLink {
  /** The back end to give to a connection. */
  readonly Extension: ExtensionClass;
  /** Changes the link of all its connections at once, while they run. */
  setConditions(direction: 'outbound' | 'inbound', change: Partial<LinkConditions>): void;
}

type Reliability = Pick<ChannelConfig, 'ordered' | 'maxRetransmits' | 'maxPacketLifeTime'>;

/** The two directions that the channels of one wrapped connection share. */
class BadLinkPaths {
  readonly links: Record<'outbound' | 'inbound', SimulatedLink>;
  readonly outbound: SimulatedPath;
  readonly inbound: SimulatedPath;
  readonly #channels = new Map<number, BadLinkDataChannel>();
  /** Those of the connection, known once it is initialized. */
  limits: PacketQueueLimits = { maxPackets: 0, maxBytes: 0 };

  constructor(clock: Clock, seed: number, outbound: LinkConditions, inbound: LinkConditions) {
    this.links = { outbound: new SimulatedLink(seed * 2, outbound), inbound: new SimulatedLink(seed * 2 + 1, inbound) };
    this.outbound = new SimulatedPath({
      clock,
      link: this.links.outbound,
      reverse: this.links.inbound,
      deliver: (stream, payload, isText) => this.#channels.get(stream)?.sendOn(payload, isText),
      onStreamClosed: (stream) => this.#channels.get(stream)?.closeOn(),
    });
    this.inbound = new SimulatedPath({
      clock,
      link: this.links.inbound,
      reverse: this.links.outbound,
      deliver: (stream, payload, isText) => this.#channels.get(stream)?.receiveOn(payload, isText),
      onStreamClosed: (stream) => this.#end(stream),
    });
  }

  wrap(inner: WebRTCDataChannelExtension, config: Reliability): BadLinkDataChannel {
    const id = this.outbound.openStream(config);
    this.inbound.openStream(config, id);
    const channel = new BadLinkDataChannel(inner, id, this, isUnreliable(config));
    this.#channels.set(id, channel);
    return channel;
  }

  pump(): void {
    this.outbound.pump();
    this.inbound.pump();
    for (const channel of this.#channels.values()) channel.noteDelivered();
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.shut();
    this.#channels.clear();
    this.outbound.close();
    this.inbound.close();
  }

  /** The other side can open and close channels for ever: nothing of one is kept beyond its end. */
  #end(stream: number): void {
    const channel = this.#channels.get(stream);
    this.forget(stream);
    channel?.reportClosed();
  }

  forget(stream: number): void {
    this.#channels.delete(stream);
    this.outbound.closeStream(stream);
  }
}

function isUnreliable({ maxRetransmits, maxPacketLifeTime }: Reliability): boolean {
  return maxRetransmits !== null || maxPacketLifeTime !== null;
}

/**
 * Puts the channels of any back end behind a simulated bad link, to play a real game over it. Signalling and the
 * connection's own states are left as they are; messages wait here, on both ways, and are moved by `poll`.
 */
export function badLink(Base: ExtensionClass, options: BadLinkOptions = {}): BadLink {
  const { clock = realClock, seed = 1 } = options;
  const conditions = {
    outbound: linkConditions(options.outbound ?? {}),
    inbound: linkConditions(options.inbound ?? {}),
  };
  const alive = new Set<BadLinkPaths>();
  let made = 0;
  class BadLinkPeerConnection extends WrappedPeerConnection {
    constructor() {
      made += 1;
      super(new Base(), new BadLinkPaths(clock, seed * 31 + made, conditions.outbound, conditions.inbound));
    }

    override _initialize(config: ConnectionConfig): Err {
      const err = super._initialize(config);
      if (err === Err.OK) alive.add(this.paths);
      return err;
    }

    override _close(): void {
      alive.delete(this.paths);
      super._close();
    }
  }
  return {
    Extension: BadLinkPeerConnection,
    setConditions(direction, change) {
      conditions[direction] = linkConditions(change, conditions[direction]);
      for (const paths of alive) paths.links[direction].setConditions(change);
    },
  };
}

/** Hands everything to the wrapped back end, but its channels. */
class WrappedPeerConnection extends WebRTCPeerConnectionExtension {
  override readonly capabilities: RtcCapabilities;
  override readonly announces: readonly string[];
  protected readonly paths: BadLinkPaths;
  readonly #inner: WebRTCPeerConnectionExtension;

  constructor(inner: WebRTCPeerConnectionExtension, paths: BadLinkPaths) {
    super();
    this.#inner = inner;
    this.capabilities = inner.capabilities;
    this.announces = inner.announces;
    this.paths = paths;
  }

  override _attach(sink: PeerConnectionSink): void {
    super._attach(sink);
    const { paths } = this;
    this.#inner._attach({
      sessionDescriptionCreated: (type, sdp) => sink.sessionDescriptionCreated(type, sdp),
      iceCandidateCreated: (media, index, name) => sink.iceCandidateCreated(media, index, name),
      connectionStateChanged: (state) => sink.connectionStateChanged(state),
      gatheringStateChanged: (state) => sink.gatheringStateChanged(state),
      iceConnectionStateChanged: (state) => sink.iceConnectionStateChanged(state),
      tracksChanged: () => sink.tracksChanged(),
      failed: (step, message) => sink.failed(step, message),
      dataChannelReceived(channel: WebRTCDataChannelExtension, info: ReceivedChannel) {
        const wrapped = paths.wrap(channel, info);
        const taken = sink.dataChannelReceived(wrapped, info);
        if (!taken) paths.forget(wrapped.stream);
        return taken;
      },
    });
  }

  override _createDataChannel(label: string, config: ChannelConfig): WebRTCDataChannelExtension | null {
    const inner = this.#inner._createDataChannel(label, config);
    return inner && this.paths.wrap(inner, config);
  }

  override _poll(): void {
    this.#inner._poll();
    this.paths.pump();
  }

  override _close(): void {
    this.paths.close();
    this.#inner._close();
  }

  override _initialize(config: ConnectionConfig): Err {
    this.paths.limits = { maxPackets: config.maxInboundPackets, maxBytes: config.maxInboundBytes };
    return this.#inner._initialize(config);
  }

  override _createOffer(options: OfferOptions): Err {
    return this.#inner._createOffer(options);
  }

  override _createAnswer(): Err {
    return this.#inner._createAnswer();
  }

  override _setLocalDescription(type: SessionDescriptionType, sdp: string): Err {
    return this.#inner._setLocalDescription(type, sdp);
  }

  override _setRemoteDescription(type: SessionDescriptionType, sdp: string): Err {
    return this.#inner._setRemoteDescription(type, sdp);
  }

  override _addIceCandidate(media: string, index: number, name: string): Err {
    return this.#inner._addIceCandidate(media, index, name);
  }

  override _restartIce(): Err {
    return this.#inner._restartIce();
  }

  override _updateIce(config: ConnectionConfig): Err {
    return this.#inner._updateIce(config);
  }

  override _openRtp(): RtpPort | null {
    return this.#inner._openRtp?.() ?? null;
  }

  override _openMedia(maker: W3CMediaMaker): MediaDriver | null {
    return this.#inner._openMedia?.(maker) ?? null;
  }

  override _getSelectedCandidatePair(): SelectedCandidatePair | null {
    return this.#inner._getSelectedCandidatePair();
  }

  override _getStats(): Promise<WebRTCStats> {
    return this.#inner._getStats();
  }
}
