import type { Err } from '../core/err.js';

export const ConnectionState = {
  STATE_NEW: 0,
  STATE_CONNECTING: 1,
  STATE_CONNECTED: 2,
  STATE_DISCONNECTED: 3,
  STATE_FAILED: 4,
  STATE_CLOSED: 5,
} as const;
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

export const GatheringState = {
  GATHERING_STATE_NEW: 0,
  GATHERING_STATE_GATHERING: 1,
  GATHERING_STATE_COMPLETE: 2,
} as const;
export type GatheringState = (typeof GatheringState)[keyof typeof GatheringState];

export const SignalingState = {
  SIGNALING_STATE_STABLE: 0,
  SIGNALING_STATE_HAVE_LOCAL_OFFER: 1,
  SIGNALING_STATE_HAVE_REMOTE_OFFER: 2,
  SIGNALING_STATE_HAVE_LOCAL_PRANSWER: 3,
  SIGNALING_STATE_HAVE_REMOTE_PRANSWER: 4,
  SIGNALING_STATE_CLOSED: 5,
} as const;
export type SignalingState = (typeof SignalingState)[keyof typeof SignalingState];

export const IceConnectionState = {
  ICE_STATE_NEW: 0,
  ICE_STATE_CHECKING: 1,
  ICE_STATE_CONNECTED: 2,
  ICE_STATE_COMPLETED: 3,
  ICE_STATE_FAILED: 4,
  ICE_STATE_DISCONNECTED: 5,
  ICE_STATE_CLOSED: 6,
} as const;
export type IceConnectionState = (typeof IceConnectionState)[keyof typeof IceConnectionState];

/** States of a data channel. */
export const ChannelState = { STATE_CONNECTING: 0, STATE_OPEN: 1, STATE_CLOSING: 2, STATE_CLOSED: 3 } as const;
export type ChannelState = (typeof ChannelState)[keyof typeof ChannelState];

export const WriteMode = { WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 } as const;
export type WriteMode = (typeof WriteMode)[keyof typeof WriteMode];

export const ProxyType = { PROXY_TYPE_NONE: 0, PROXY_TYPE_HTTP: 1, PROXY_TYPE_SOCKS5: 2 } as const;
export type ProxyType = (typeof ProxyType)[keyof typeof ProxyType];

/** How `getId`, `getMaxRetransmits` and `getMaxPacketLifeTime` read when there is no value. */
export const UNSET = 65535;

export type SessionDescriptionType = 'offer' | 'answer' | 'pranswer' | 'rollback';

export interface SessionDescription {
  type: SessionDescriptionType;
  sdp: string;
}

export interface IceServer {
  urls: string | readonly string[];
  username?: string | undefined;
  credential?: string | undefined;
}

/** MagicLeap's shape of an ICE server, accepted wherever an `IceServer` is. */
export interface LegacyIceServer {
  uri: string;
  userName?: string | undefined;
  password?: string | undefined;
}

export interface IceCandidate {
  candidate: string;
  sdpMid: string;
  sdpMLineIndex: number;
  usernameFragment?: string | undefined;
}

export interface CandidateInfo {
  address: string;
  port: number;
  type: 'host' | 'srflx' | 'prflx' | 'relay' | 'unknown';
  protocol: 'udp' | 'tcp';
}

export interface SelectedCandidatePair {
  local: IceCandidate & CandidateInfo;
  remote: IceCandidate & CandidateInfo;
}

export interface ProxyConfig {
  type: ProxyType;
  hostAddress: string;
  hostPort: number;
  username?: string | undefined;
  password?: string | undefined;
  autoDetect?: boolean | undefined;
  autoConfigUrl?: string | undefined;
  bypassList?: string | undefined;
}

/** Keys of Godot's own native extension, with two of ours. Node back end only. */
export interface NativeOptions {
  enableIceTcp?: boolean | undefined;
  /** Lets many connections share one UDP port; give `portRangeBegin` and `portRangeEnd` the same value. */
  enableIceUdpMux?: boolean | undefined;
  portRangeBegin?: number | undefined;
  portRangeEnd?: number | undefined;
  mtu?: number | undefined;
  bindAddress?: string | undefined;
  maxMessageSize?: number | undefined;
}

/** What `initialize` takes. Unknown keys are ignored, as in Godot. */
export interface RtcConfiguration {
  iceServers?: readonly (IceServer | LegacyIceServer)[] | undefined;
  iceTransportPolicy?: 'all' | 'relay' | undefined;
  proxyConfig?: ProxyConfig | null | undefined;
  /** Answer a remote offer without being asked to. Default true. */
  autoAnswer?: boolean | undefined;
  /** Unread packets that one channel may hold. Default 65,536. */
  maxInboundPackets?: number | undefined;
  /** Unread bytes that one channel may hold. Default 32 MiB. */
  maxInboundBytes?: number | undefined;
  /** Unsent bytes that one channel may hold before `putPacket` gives ERR_OUT_OF_MEMORY. Default 16 MiB. */
  maxOutboundBytes?: number | undefined;
  libdatachannel?: NativeOptions | undefined;
  /** Further members of the browser's RTCConfiguration. Browser back end only. */
  browser?: object | undefined;
  [unknownKey: string]: unknown;
}

export interface DataChannelOptions {
  negotiated?: boolean | undefined;
  id?: number | undefined;
  maxRetransmits?: number | undefined;
  /** Milliseconds. */
  maxPacketLifeTime?: number | undefined;
  /** Godot spells it both ways. */
  maxPacketLifetime?: number | undefined;
  ordered?: boolean | undefined;
  protocol?: string | undefined;
}

export interface OfferOptions {
  /** Restart ICE with this offer. Implies `renegotiate`. */
  iceRestart?: boolean | undefined;
  /** Allow an offer on a connection that is past STATE_NEW. */
  renegotiate?: boolean | undefined;
}

/** Of a connection, or of one track of it. */
export interface WebRTCStats {
  error: Err;
  bytesSent: number;
  bytesReceived: number;
  /** -1 when unknown. */
  roundTripTimeMs: number;
  selectedPair: SelectedCandidatePair | null;
  /** The browser's RTCStatsReport. */
  raw?: unknown;
}

/** What a back end can do beyond the contract. A call that needs a missing capability gives ERR_UNAVAILABLE. */
export interface RtcCapabilities {
  readonly media: boolean;
  readonly iceRestart: boolean;
  /** New ICE servers on a connection that has begun. */
  readonly reconfigure: boolean;
  /** A second offer and answer on an established connection. */
  readonly renegotiation: boolean;
  readonly provisionalAnswers: boolean;
  /** `setLocalDescription` with another text than the created one. */
  readonly editableDescriptions: boolean;
  readonly proxy: boolean;
  readonly proxyAutoDetect: boolean;
  readonly proxyAutoConfig: boolean;
  readonly proxyBypass: boolean;
  /** A received channel tells its ordering and reliability. */
  readonly receivedChannelReliability: boolean;
  readonly maxDataChannelId: number;
  /** Bytes; a channel tells the real one once it is open. */
  readonly maxMessageSize: number;
}
