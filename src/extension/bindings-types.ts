import type { Err } from '../core/err.js';
import type { Handle } from './handles.js';
import type { TrackType } from './media/media-types.js';
import type {
  ChannelState,
  ConnectionState,
  GatheringState,
  IceCandidate,
  IceConnectionState,
  IceServer,
  LegacyIceServer,
  ProxyConfig,
  RtcConfiguration,
  SignalingState,
} from './webrtc-types.js';

export interface RtcConnectionConfig {
  version: 1;
  iceServers: readonly (IceServer | LegacyIceServer)[];
  proxyConfig?: ProxyConfig | null | undefined;
  iceTransportPolicy?: 'all' | 'relay' | undefined;
  /** Further members of `RtcConfiguration`. */
  backend?: RtcConfiguration | undefined;
}

export interface RtcStates {
  connection: ConnectionState;
  gathering: GatheringState;
  signaling: SignalingState;
  ice: IceConnectionState;
}

/** What a track is made of. A remote one has the handle of its track. */
export interface RtcSource {
  handle: Handle;
  kind: TrackType;
  trackId: string;
  /** The browser's own MediaStreamTrack. */
  native: unknown;
}

export interface RtcTrackInfo {
  version: 1;
  /** Names; none is the stream `unknown_remote` at the other side. */
  streams: readonly string[];
  trackId: string;
}

/** All but those about tracks are required; each gets the context of its connection as last argument. */
export interface RtcConnectionCallbacks<C> {
  version: 1;
  context: C;
  onError(message: string, context: C): void;
  onConnected(context: C): void;
  onDisconnected(context: C): void;
  onDataChannelReceived(channel: Handle, context: C): void;
  onLocalDescriptionCreated(type: 'offer' | 'answer', sdp: string, context: C): void;
  onLocalIceCandidateFound(candidate: IceCandidate, context: C): void;
  onIceGatheringCompleted(context: C): void;
  onStateChanged(states: RtcStates, context: C): void;
  onTrackAdded?(source: RtcSource, streamIds: readonly string[], context: C): void;
  /** The handle that `onTrackAdded` brought. */
  onTrackRemoved?(source: Handle, context: C): void;
}

export interface RtcDataChannelCallbacks<C> {
  version: 1;
  context: C;
  onOpened(context: C): void;
  onClosed(context: C): void;
  onMessage(data: Uint8Array<ArrayBuffer>, isText: boolean, context: C): void;
  /** The connection's `onError` tells it, too. */
  onError(message: string, context: C): void;
}

export interface RtcDataChannelInfo {
  id: number;
  ordered: boolean;
  maxPacketLifeTime: number;
  maxRetransmits: number;
  protocol: string;
  negotiated: boolean;
  readyState: ChannelState;
  bufferedAmount: number;
}

export interface RtcResult<T> {
  error: Err;
  value: T;
}

export interface RtcCreated {
  error: Err;
  handle: Handle;
}
