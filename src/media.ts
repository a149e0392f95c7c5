/**
 * Sound and pictures: tracks between the peers of a game, voices and screens in its scene, and what a server needs.
 * @module scenewire/media
 */

export {
  DEFAULT_REMOTE_STREAM_ID,
  type PlatformTrack,
  type StreamSource,
  type TrackOwner,
  type TrackSource,
  TrackType,
} from './extension/media/media-types.js';
export {
  type NegotiationMessage,
  PerfectNegotiation,
  type PerfectNegotiationOptions,
} from './extension/media/perfect-negotiation.js';
export { WebRTCMediaStream } from './extension/media/webrtc-media-stream.js';
export { WebRTCMediaTrack } from './extension/media/webrtc-media-track.js';
export type { BabylonPlace, EnginePlace, ThreePlace, WorldPlace } from './media/engine-places.js';
export { RemoteScreen } from './media/screen/remote-screen.js';
export { Screens, type ScreensOptions, type ScreensSignals } from './media/screen/screens.js';
export {
  type BabylonScreenMesh,
  type BabylonVideoTexture,
  showOnBabylonMesh,
  showOnThreeMesh,
  type ThreeScreenMesh,
  type ThreeVideoTexture,
} from './media/screen/show-on-mesh.js';
export type { Carrying } from './media/voice/hearing.js';
export type { MicrophoneProblem } from './media/voice/microphone.js';
export { Voice } from './media/voice/voice.js';
export type { VoiceOptions, VoiceSignals } from './media/voice/voice-options.js';
export type { ForwarderCounters } from './multiplayer/media/forwarding/forwarder-counters.js';
export {
  MediaForwarder,
  type MediaForwarderOptions,
  type MediaForwarderSignals,
} from './multiplayer/media/forwarding/media-forwarder.js';
export {
  type LocalTrackOptions,
  PeerMedia,
  type PeerMediaOptions,
  type PeerMediaSignals,
} from './multiplayer/media/peer-media.js';
