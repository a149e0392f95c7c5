export { ByteReader } from './core/byte-reader.js';
export { ByteWriter } from './core/byte-writer.js';
export { type Clock, ManualClock, realClock } from './core/clock.js';
export { Err, errorString } from './core/err.js';
export { type ErrorHandler, setErrorHandler } from './core/fail.js';
export { GodotObject, type SignalEvents, type SignalMap } from './core/godot-object.js';
export { getLogger, type Logger, LogLevel, type LogSink, setLogLevel, setLogSink } from './core/log.js';
export { PacketPeer } from './core/packet-peer.js';
export { type Callable, ConnectFlags, Signal } from './core/signal.js';
export { PeerConnectionBindings } from './extension/bindings.js';
export * from './extension/bindings-types.js';
export { BrowserPeerConnection } from './extension/browser/browser-peer-connection.js';
export { followPage, type PageFollower } from './extension/browser/page-lifecycle.js';
export type { WebRTCPeerConnectionSignals } from './extension/connection-object.js';
export { type Handle, INVALID_HANDLE, isHandleValid } from './extension/handles.js';
export { fromSignalingJson, toSignalingJson } from './extension/session-description.js';
export { WebRTCDataChannel, type WebRTCDataChannelSignals } from './extension/webrtc-data-channel.js';
export { type DataChannelSink, WebRTCDataChannelExtension } from './extension/webrtc-data-channel-extension.js';
export type { ChannelConfig, ConnectionConfig } from './extension/webrtc-options.js';
export { WebRTCPeerConnection, type WebRTCPeerConnectionInit } from './extension/webrtc-peer-connection.js';
export {
  type ExtensionClass,
  type FailedStep,
  NO_CAPABILITIES,
  type PeerConnectionSink,
  type ReceivedChannel,
  WebRTCPeerConnectionExtension,
} from './extension/webrtc-peer-connection-extension.js';
export * from './extension/webrtc-types.js';
export {
  type ClientAttempt,
  CompositeMultiplayerPeer,
  type FallbackOptions,
} from './multiplayer/composite-multiplayer-peer.js';
export type { WebRTCPeerEntry } from './multiplayer/connected-peer.js';
export { ByeReason } from './multiplayer/link/bye-message.js';
export type { LinkOptions as PeerLinkOptions } from './multiplayer/link/link-limits.js';
export type { LinkStats as PeerStats } from './multiplayer/link/link-stats.js';
export type { ClockEstimate } from './multiplayer/link/peer-clock.js';
export { MultiplayerPeer, type MultiplayerPeerSignals } from './multiplayer/multiplayer-peer.js';
export { MultiplayerPeerExtension } from './multiplayer/multiplayer-peer-extension.js';
export { ConnectionStatus, DisconnectReason, TransferMode } from './multiplayer/multiplayer-types.js';
export { OfflineMultiplayerPeer } from './multiplayer/offline-multiplayer-peer.js';
export { WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions } from './multiplayer/webrtc-multiplayer-peer.js';
export {
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
} from './multiplayer/websocket/websocket-multiplayer-peer.js';
export { type WebSocketInit, WebSocketPeer } from './multiplayer/websocket/websocket-peer.js';
export type {
  LinkOptions as WebSocketLinkOptions,
  LinkSink as WebSocketLinkSink,
  ListenOptions,
  OpenedLink,
  WebSocketLink,
  WebSocketListener,
  WebSocketTransport,
} from './multiplayer/websocket/websocket-transport.js';
export {
  type AttachOptions,
  type TLSOptions,
  type UpgradeSource,
  WebSocketState,
} from './multiplayer/websocket/websocket-types.js';
