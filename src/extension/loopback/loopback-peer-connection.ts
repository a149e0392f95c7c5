import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import type { WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig } from '../webrtc-options.js';
import { NO_CAPABILITIES, WebRTCPeerConnectionExtension } from '../webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  GatheringState,
  IceConnectionState,
  type RtcCapabilities,
  type SelectedCandidatePair,
  type SessionDescriptionType,
  type WebRTCStats,
} from '../webrtc-types.js';
import type { AssociationReceiver, End, LoopbackAssociation } from './loopback-association.js';
import { LoopbackChannels } from './loopback-channels.js';
import { addressOf, LOOPBACK_MID, readSdp, writeCandidate, writeSdp } from './loopback-sdp.js';

/** When real connections give a silent path up, roughly: browsers say so after 5 s and 15 s more. */
const DISCONNECTED_AFTER_MS = 5_000;
const FAILED_AFTER_MS = 20_000;

/** The network as its connections see it. */
export interface LoopbackHost {
  readonly clock: Clock;
  /** Returns the id under which others find the connection. */
  register(connection: LoopbackPeerConnection): number;
  unregister(connection: LoopbackPeerConnection): void;
  /** Joins the connection with the one it points to, once both point to each other. */
  tryConnect(connection: LoopbackPeerConnection): void;
}

/** The back end inside one process; made by `LoopbackNetwork.Extension`. */
export class LoopbackPeerConnection extends WebRTCPeerConnectionExtension implements AssociationReceiver {
  override readonly capabilities: RtcCapabilities = { ...NO_CAPABILITIES, renegotiation: true };
  readonly #network: LoopbackHost;
  #channels!: LoopbackChannels;
  #id = 0;
  #version = 0;
  #hasOffered = false;
  #hasLocal = false;
  #gathered = false;
  #association: LoopbackAssociation | null = null;
  #end: End = 0;
  #cutSince: number | null = null;
  #state: ConnectionState = ConnectionState.STATE_NEW;
  /** Who the remote description points to. */
  remoteId: number | null = null;
  knowsCandidate = false;

  constructor(network: LoopbackHost) {
    super();
    this.#network = network;
  }

  /** Who this is on its network. */
  get id(): number {
    return this.#id;
  }

  /** Whether both descriptions are set. */
  get isReady(): boolean {
    return this.#hasLocal && this.remoteId !== null;
  }

  get isJoined(): boolean {
    return this.#association !== null;
  }

  override _initialize(): Err {
    this.#id = this.#network.register(this);
    this.#channels = new LoopbackChannels(this.sink, this.capabilities.maxMessageSize);
    return Err.OK;
  }

  override _createDataChannel(label: string, config: ChannelConfig): WebRTCDataChannelExtension {
    return this.#channels.add(label, config);
  }

  override _createOffer(): Err {
    this.#hasOffered ||= !this.isJoined;
    return this.#create('offer');
  }

  override _createAnswer(): Err {
    return this.#create('answer');
  }

  override _setLocalDescription(type: SessionDescriptionType): Err {
    this.#hasLocal = type !== 'rollback';
    if (type === 'rollback') this.#hasOffered = false;
    else if (!this.#gathered) this.#gather();
    this.#network.tryConnect(this);
    return Err.OK;
  }

  override _setRemoteDescription(type: SessionDescriptionType, sdp: string): Err {
    const id = readSdp(sdp);
    if (id === null) return fail(Err.FAILED, 'The description is not one of a loopback connection');
    // An own offer that was made before lost against this one.
    if (type === 'offer' && !this.isJoined) this.#hasOffered = false;
    this.remoteId = id;
    this.#network.tryConnect(this);
    return Err.OK;
  }

  override _addIceCandidate(): Err {
    this.knowsCandidate = true;
    this.#network.tryConnect(this);
    return Err.OK;
  }

  override _poll(): void {
    if (this.#association === null) return;
    this.#association.paths[this.#end === 0 ? 1 : 0].pump();
    this.#watchPath(this.#association);
  }

  override _close(): void {
    this.#network.unregister(this);
    this.#channels.sayGoodbye();
    this.#association?.detach(this.#end);
  }

  override _getSelectedCandidatePair(): SelectedCandidatePair | null {
    if (this.remoteId === null || this.#state < ConnectionState.STATE_CONNECTED) return null;
    const side = (id: number): SelectedCandidatePair['local'] => ({
      candidate: writeCandidate(id),
      sdpMid: LOOPBACK_MID,
      sdpMLineIndex: 0,
      ...addressOf(id),
    });
    return { local: side(this.id), remote: side(this.remoteId) };
  }

  override _getStats(): Promise<WebRTCStats> {
    return Promise.resolve({
      error: Err.OK,
      bytesSent: this.#channels.bytesSent,
      bytesReceived: this.#channels.bytesReceived,
      roundTripTimeMs: this.#association?.roundTripMs ?? -1,
      selectedPair: this._getSelectedCandidatePair(),
    });
  }

  /** The network found the other side: the handshake begins. */
  join(association: LoopbackAssociation, end: End): void {
    this.#association = association;
    this.#end = end;
    association.attach(end, this);
    this.sink.iceConnectionStateChanged(IceConnectionState.ICE_STATE_CHECKING);
    this.#channels.join(association.paths[end], association.paths[end === 0 ? 1 : 0], this.#hasOffered);
  }

  onMessage(stream: number, payload: Uint8Array, isText: boolean): void {
    // Whatever comes first from the other side shows that the path stands.
    if (this.#state === ConnectionState.STATE_NEW) this.#stand();
    if (this.#channels.receive(stream, payload, isText) === 'goodbye') this.#set(ConnectionState.STATE_CLOSED);
  }

  onStreamClosed(stream: number): void {
    this.#channels.closeStream(stream);
  }

  #stand(): void {
    this.sink.iceConnectionStateChanged(IceConnectionState.ICE_STATE_CONNECTED);
    this.#set(ConnectionState.STATE_CONNECTED);
    this.#channels.openAll();
  }

  #create(type: 'offer' | 'answer'): Err {
    this.#version += 1;
    this.sink.sessionDescriptionCreated(type, writeSdp(this.id, type, this.#version));
    return Err.OK;
  }

  #gather(): void {
    this.#gathered = true;
    this.sink.gatheringStateChanged(GatheringState.GATHERING_STATE_GATHERING);
    this.sink.iceCandidateCreated(LOOPBACK_MID, 0, writeCandidate(this.id));
    this.sink.gatheringStateChanged(GatheringState.GATHERING_STATE_COMPLETE);
  }

  /** A path that stays cut reads DISCONNECTED, then FAILED, and recovers in between, as in browsers. */
  #watchPath(association: LoopbackAssociation): void {
    if (this.#state !== ConnectionState.STATE_CONNECTED && this.#state !== ConnectionState.STATE_DISCONNECTED) return;
    const now = this.#network.clock.now();
    this.#cutSince = association.isCut ? (this.#cutSince ?? now) : null;
    const cutFor = this.#cutSince === null ? 0 : now - this.#cutSince;
    if (cutFor >= FAILED_AFTER_MS) this.#set(ConnectionState.STATE_FAILED);
    else if (cutFor >= DISCONNECTED_AFTER_MS) this.#set(ConnectionState.STATE_DISCONNECTED);
    else this.#set(ConnectionState.STATE_CONNECTED);
  }

  #set(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.sink.connectionStateChanged(state);
  }
}
