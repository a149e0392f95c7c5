import { Err } from '../core/err.js';
import { leftOut } from './left-out.js';
import type { MediaDriver, W3CMediaMaker } from './media/media-driver.js';
import type { RtpPort } from './media/rtp-port.js';
import { noStats } from './no-stats.js';
import type { WebRTCDataChannelExtension } from './webrtc-data-channel-extension.js';
import type { ChannelConfig, ConnectionConfig } from './webrtc-options.js';
import {
  type ConnectionState,
  type GatheringState,
  type IceConnectionState,
  type OfferOptions,
  type RtcCapabilities,
  type SelectedCandidatePair,
  type SessionDescriptionType,
  UNSET,
  type WebRTCStats,
} from './webrtc-types.js';

/** A step that was accepted and failed afterwards. */
export type FailedStep = 'create' | 'local' | 'remote' | 'candidate';

/** A channel that the other side opened. Values the platform does not tell stay unset. */
export interface ReceivedChannel {
  readonly label: string;
  readonly protocol: string;
  readonly id: number;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime: number | null;
  readonly maxPacketSize: number;
}

/** Where a back end reports. Calls enqueue and return: no code of the user runs inside them. */
export interface PeerConnectionSink {
  /** The offer or answer that was asked for. */
  sessionDescriptionCreated(type: 'offer' | 'answer', sdp: string): void;
  iceCandidateCreated(media: string, index: number, name: string): void;
  connectionStateChanged(state: ConnectionState): void;
  gatheringStateChanged(state: GatheringState): void;
  iceConnectionStateChanged(state: IceConnectionState): void;
  /** The channel is open. False when it is one too many: then the back end closes it. */
  dataChannelReceived(channel: WebRTCDataChannelExtension, info: ReceivedChannel): boolean;
  /** A description with sections of sound or pictures was applied; its driver tells what they bring. */
  tracksChanged(): void;
  failed(step: FailedStep, message: string): void;
}

/** Before somebody listens, and once it is over. */
export const NOBODY: PeerConnectionSink = {
  sessionDescriptionCreated() {},
  iceCandidateCreated() {},
  connectionStateChanged() {},
  gatheringStateChanged() {},
  iceConnectionStateChanged() {},
  dataChannelReceived: () => false,
  tracksChanged() {},
  failed() {},
};

export const NO_CAPABILITIES: RtcCapabilities = {
  media: false,
  iceRestart: false,
  reconfigure: false,
  renegotiation: false,
  provisionalAnswers: false,
  editableDescriptions: false,
  proxy: false,
  proxyAutoDetect: false,
  proxyAutoConfig: false,
  proxyBypass: false,
  receivedChannelReliability: true,
  maxDataChannelId: UNSET - 1,
  maxMessageSize: 262144,
};

/**
 * A back end: the thin driver under a `WebRTCPeerConnection`. The resource above it checks every call, keeps the states
 * that the user reads, buffers what comes too early and delivers signals inside `poll()`. So an implementer
 * 1. overrides `_initialize`, `_createDataChannel`, `_createOffer`, `_createAnswer`, `_setLocalDescription`,
 *    `_setRemoteDescription`, `_addIceCandidate` and `_close`; the rest where the platform has it;
 * 2. may rely on: calls come in a legal order, with checked arguments, never after `_close`;
 * 3. reports through `this.sink`, from anywhere, at any time, and calls nothing else of the library;
 * 4. reports per accepted offer or answer one `sessionDescriptionCreated` or one `failed('create', …)`;
 * 5. need not hold candidates back: the resource does until the local description is set;
 * 6. reports CONNECTED, DISCONNECTED, FAILED, and CLOSED when the other side closed; NEW and CONNECTING are ignored;
 * 7. never throws, and never blocks.
 * @example
 * ```ts run
 * import { Err, NO_CAPABILITIES, WebRTCPeerConnection, WebRTCPeerConnectionExtension } from 'scenewire';
 *
 * class Nowhere extends WebRTCPeerConnectionExtension {
 *   override readonly capabilities = { ...NO_CAPABILITIES, maxMessageSize: 65536 };
 *
 *   override _initialize() { return Err.OK; }
 *   override _createOffer() { return Err.ERR_UNAVAILABLE; } // and so on: docs/extension.md goes through them
 *   override _close() {}
 * }
 *
 * const connection = new WebRTCPeerConnection({ extension: Nowhere });
 * console.log(connection.getCapabilities().maxMessageSize); // → 65536
 * connection.close();
 * ```
 */
export class WebRTCPeerConnectionExtension {
  readonly capabilities: RtcCapabilities = NO_CAPABILITIES;
  /** Features written into the descriptions of this back end, see announcement.ts. */
  readonly announces: readonly string[] = [];
  protected sink: PeerConnectionSink = NOBODY;

  /** Called once by the resource, before anything else. */
  _attach(sink: PeerConnectionSink): void {
    this.sink = sink;
  }

  /** ERR_UNCONFIGURED when the platform is missing. */
  _initialize(_config: ConnectionConfig): Err {
    return leftOut(this, '_initialize', Err.ERR_UNAVAILABLE);
  }

  _createDataChannel(_label: string, _config: ChannelConfig): WebRTCDataChannelExtension | null {
    leftOut(this, '_createDataChannel', Err.ERR_UNAVAILABLE);
    return null;
  }

  _createOffer(_options: OfferOptions): Err {
    return leftOut(this, '_createOffer', Err.ERR_UNAVAILABLE);
  }

  /** The remote offer was given to `_setRemoteDescription` before. */
  _createAnswer(): Err {
    return leftOut(this, '_createAnswer', Err.ERR_UNAVAILABLE);
  }

  /** Type "rollback" comes with an empty text and takes back a local offer. */
  _setLocalDescription(_type: SessionDescriptionType, _sdp: string): Err {
    return leftOut(this, '_setLocalDescription', Err.ERR_UNAVAILABLE);
  }

  _setRemoteDescription(_type: SessionDescriptionType, _sdp: string): Err {
    return leftOut(this, '_setRemoteDescription', Err.ERR_UNAVAILABLE);
  }

  /** Comes after the remote description; `name` starts with "candidate:". */
  _addIceCandidate(_media: string, _index: number, _name: string): Err {
    return leftOut(this, '_addIceCandidate', Err.ERR_UNAVAILABLE);
  }

  /** Called first in every poll, for a back end that has to be pumped. */
  _poll(): void {}

  /** Ends everything. What is reported afterwards reaches nobody. */
  _close(): void {
    leftOut(this, '_close', Err.ERR_UNAVAILABLE);
  }

  /** Needs the capability `iceRestart`. */
  _restartIce(): Err {
    return Err.ERR_UNAVAILABLE;
  }

  /** Needs the capability `reconfigure`, or a connection in STATE_NEW without channels. */
  _updateIce(_config: ConnectionConfig): Err {
    return Err.ERR_UNAVAILABLE;
  }

  _getSelectedCandidatePair(): SelectedCandidatePair | null {
    return null;
  }

  /** Tracks of this connection; with the capability `media` only. `maker` makes them for a connection as W3C has it. */
  _openMedia?(maker: W3CMediaMaker): MediaDriver | null;

  /** Sound and pictures as packets, for who passes them on; with a connection that stands. */
  _openRtp?(): RtpPort | null;

  /** Must not reject. */
  _getStats(): Promise<WebRTCStats> {
    return Promise.resolve(noStats(Err.ERR_UNAVAILABLE));
  }
}

export type ExtensionClass = new () => WebRTCPeerConnectionExtension;
