/**
 * Voices and screens in a scene.
 * @module scenewire/media
 */

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
