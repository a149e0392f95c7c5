/**
 * The core: connections and channels, multiplayer peers, the scene, calls, spawning and synchronizing, values.
 * @module scenewire
 */

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
export { makeTrackInfo } from './extension/bindings-sources.js';
export * from './extension/bindings-types.js';
export { BrowserPeerConnection } from './extension/browser/browser-peer-connection.js';
export { followPage, type PageFollower } from './extension/browser/page-lifecycle.js';
export type { WebRTCPeerConnectionSignals } from './extension/connection-object.js';
export { type Handle, INVALID_HANDLE, isHandleValid } from './extension/handles.js';
export { IdentityError, type IdentityErrorReason } from './extension/identity-error.js';
export type {
  AssertionOptions,
  AssertionPurpose,
  IdentityOptions,
  IdentityProvider,
  PeerIdentity,
  ValidatedIdentity,
} from './extension/identity-types.js';
export type { MediaDriver, ReceivedTrack, W3CMediaMaker } from './extension/media/media-driver.js';
export type { PlatformTrack, StreamSource, TrackOwner, TrackSource, TrackType } from './extension/media/media-types.js';
export type { RtpPort, RtpReceiver, RtpSender } from './extension/media/rtp-port.js';
export type { WebRTCMediaStream } from './extension/media/webrtc-media-stream.js';
export type { WebRTCMediaTrack } from './extension/media/webrtc-media-track.js';
export { PacketPeerExtension } from './extension/packet-peer-extension.js';
export type { PageListener } from './extension/page-listener.js';
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
export type { ClientAttempt, FallbackOptions } from './multiplayer/client-attempts.js';
export { CompositeMultiplayerPeer } from './multiplayer/composite-multiplayer-peer.js';
export type { WebRTCPeerEntry } from './multiplayer/connected-peer.js';
export type {
  DropReason as PeerDropReason,
  FlowStats as PeerFlowStats,
} from './multiplayer/link/link-counters.js';
export type { LinkOptions as PeerLinkOptions } from './multiplayer/link/link-limits.js';
export type { LinkLaneStats as PeerLaneStats, LinkStats as PeerStats } from './multiplayer/link/link-stats.js';
export type { ClockEstimate } from './multiplayer/link/peer-clock.js';
export { MultiplayerAPI, type MultiplayerAPIClass } from './multiplayer/multiplayer-api.js';
export { MultiplayerAPICore, type MultiplayerAPISignals } from './multiplayer/multiplayer-api-core.js';
export { MultiplayerAPIExtension } from './multiplayer/multiplayer-api-extension.js';
export { MultiplayerPeer, type MultiplayerPeerSignals } from './multiplayer/multiplayer-peer.js';
export { MultiplayerPeerExtension } from './multiplayer/multiplayer-peer-extension.js';
export { ConnectionStatus, DisconnectReason, TransferMode } from './multiplayer/multiplayer-types.js';
export { OfflineMultiplayerPeer } from './multiplayer/offline-multiplayer-peer.js';
export type { ReplicationCounters } from './multiplayer/replication/replication-counters.js';
export { DEFAULT_REPLICATION_LIMITS, type ReplicationLimits } from './multiplayer/replication/replication-limits.js';
export { ReplicationMode, SceneReplicationConfig } from './multiplayer/replication/scene-replication-config.js';
export type { ArgumentCheck, ArgumentGuard, ArgumentType } from './multiplayer/rpc/argument-check.js';
export type { AskOptions } from './multiplayer/rpc/ask-options.js';
export { type RpcConfig, RpcMode } from './multiplayer/rpc/rpc-config.js';
export type { RpcContext } from './multiplayer/rpc/rpc-context.js';
export { RpcError, type RpcErrorReason, RpcRefusal } from './multiplayer/rpc/rpc-error.js';
export type { AuthCallback } from './multiplayer/scene/authentication.js';
export type { SceneMultiplayerOptions } from './multiplayer/scene/configured-scene-multiplayer.js';
export type { DropCounts } from './multiplayer/scene/drop-counts.js';
export type { DropReason } from './multiplayer/scene/scene-context.js';
export type { PropertyBinding, SceneHost, SceneNode, SceneRoot, Unsubscribe } from './multiplayer/scene/scene-host.js';
export { SceneMultiplayer } from './multiplayer/scene/scene-multiplayer.js';
export { AABB, Rect2, Rect2i } from './multiplayer/variant/boxes.js';
export { Color } from './multiplayer/variant/color.js';
export { copyVariant } from './multiplayer/variant/copy-variant.js';
export type { EngineValue } from './multiplayer/variant/engine-types.js';
export { Float, float } from './multiplayer/variant/float.js';
export { Vector2i, Vector3i, Vector4i } from './multiplayer/variant/integer-vectors.js';
export { NodePath } from './multiplayer/variant/node-path.js';
export {
  PackedColorArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
} from './multiplayer/variant/packed-arrays.js';
export { PackedStringArray } from './multiplayer/variant/packed-string-array.js';
export { Plane } from './multiplayer/variant/plane.js';
export { readArgument, readVariant } from './multiplayer/variant/read-variant.js';
export { EncodedObjectAsID, GodotCallable, GodotSignal, RID } from './multiplayer/variant/references.js';
export { sameVariant } from './multiplayer/variant/same-variant.js';
export { StringName } from './multiplayer/variant/string-name.js';
export { Basis, Projection, Transform2D, Transform3D } from './multiplayer/variant/transforms.js';
export { ArrayOf, DictionaryOf } from './multiplayer/variant/typed-containers.js';
export type { Variant, VariantInput } from './multiplayer/variant/variant.js';
export { type VariantCodec, variantCodec } from './multiplayer/variant/variant-codec.js';
export { DEFAULT_READ_LIMITS, type ReadLimits } from './multiplayer/variant/variant-limits.js';
export { VariantType } from './multiplayer/variant/variant-type.js';
export { variantTypeOf } from './multiplayer/variant/variant-type-of.js';
export { Quaternion, Vector2, Vector3, Vector4 } from './multiplayer/variant/vectors.js';
export { writeArgument, writeVariant } from './multiplayer/variant/write-variant.js';
export { WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions } from './multiplayer/webrtc-multiplayer-peer.js';
export {
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
} from './multiplayer/websocket/websocket-multiplayer-peer.js';
export { type WebSocketInit, WebSocketPeer } from './multiplayer/websocket/websocket-peer.js';
export type {
  ListenOptions,
  Newcomer as WebSocketNewcomer,
  OpenedWebSocket,
  RawWebSocket,
  RawWebSocketOptions,
  RawWebSocketSink,
  WebSocketListener,
  WebSocketTransport,
} from './multiplayer/websocket/websocket-transport.js';
export {
  type AttachOptions,
  type TLSOptions,
  type UpgradeSource,
  WebSocketState,
} from './multiplayer/websocket/websocket-types.js';
export { defineRpcs, type RpcList, type RpcsOf } from './nodes/define-rpcs.js';
export { type FrameClient, FrameLoop, type FrameLoopOptions } from './nodes/frame-loop.js';
export { type Heartbeat, TimerHeartbeat } from './nodes/heartbeat.js';
export { MemoryNode } from './nodes/memory/memory-node.js';
export { MemorySceneAdapter } from './nodes/memory/memory-scene-adapter.js';
export { MultiplayerNode, type NodeHome, type TreeNode } from './nodes/multiplayer-node.js';
export { MultiplayerSpawner, type MultiplayerSpawnerSignals } from './nodes/multiplayer-spawner.js';
export { MultiplayerSynchronizer, type MultiplayerSynchronizerSignals } from './nodes/multiplayer-synchronizer.js';
export { NodeScript } from './nodes/node-script.js';
export { pageSurroundings } from './nodes/page/page-surroundings.js';
export { type ReplicateOptions, replicate, type SpawnOptions, spawnInto } from './nodes/replicate.js';
export type { Replicable, ReplicatedProperties, Replication } from './nodes/replicate-types.js';
export { type RpcDecorator, rpc } from './nodes/rpc-decorator.js';
export type { RpcOptions } from './nodes/rpc-options.js';
export type { Answer, RpcCalls, RpcMap, RpcName, RpcQuestions } from './nodes/rpc-types.js';
export type { SceneAdapter, TreeWatcher } from './nodes/scene-adapter.js';
export {
  SceneNetwork,
  type SceneNetworkOptions,
  type SceneNetworkSignals,
  type Surroundings,
} from './nodes/scene-network.js';
export { SceneTree, type SceneTreeOptions } from './nodes/scene-tree.js';
export { bindSpatialProperty, type SpatialAccess, type XYZ, type XYZW } from './nodes/spatial-property.js';
export { TreeDiff, type TreeShape } from './nodes/tree-diff.js';
export type { VisibilityFilter } from './nodes/visibility-rules.js';
export { VisibilityUpdateMode } from './nodes/visibility-updates.js';
