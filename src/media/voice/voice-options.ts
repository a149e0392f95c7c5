import type { Clock } from '../../core/clock.js';
import type { PeerMedia } from '../../multiplayer/media/peer-media.js';
import type { WorldPlace } from '../engine-places.js';
import type { Carrying } from './hearing.js';
import type { MicrophoneProblem } from './microphone.js';

export interface VoiceOptions {
  /** The game's tracks, where something else uses them, too, such as `Screens`. Made here when left out. */
  media?: PeerMedia;
  /** The engine's sound, so that both share one. A new one when left out. */
  context?: AudioContext;
  /** How far a voice carries. Values left out keep their defaults. */
  carrying?: Partial<Carrying>;
  /** Who hears this player, beside those who are too far away: a team, a room. Who does not costs no traffic. */
  hears?: (peerId: number) => boolean;
  /** What is in the way of a voice: 0 for nothing, 1 for a wall. Asked ten times a second for each voice with a place. */
  occlusion?: (peerId: number, from: Readonly<WorldPlace>, to: Readonly<WorldPlace>) => number;
  /** The microphone is open only while `talking` is set. Default: false. */
  pushToTalk?: boolean;
  /** What the microphone is asked for. Echo cancellation, noise suppression and gain control are on. */
  constraints?: MediaTrackConstraints;
  /** Who is louder than this speaks, from 0 to 1. Default: 0.02. */
  speakingLevel?: number;
  /** The stream that voices travel in. Default: "voice". */
  stream?: string;
  /** What the time between two looks at levels and walls is measured with. */
  clock?: Clock;
}

export type VoiceSignals = {
  /** The voice of a peer arrived, or left. */
  voice_added: [peerId: number];
  voice_removed: [peerId: number];
  /** Somebody began to speak or fell silent; this player, by their own id, too. */
  speaking_changed: [peerId: number, isSpeaking: boolean];
  /** The browser lets nothing be heard until the player touches something: show it, and it is over by itself. */
  blocked_changed: [isBlocked: boolean];
  /** There is no microphone. The player listens, and the game goes on. */
  microphone_failed: [problem: MicrophoneProblem];
  /** Another device is in use: the player chose it, or the one in use was pulled out. */
  microphone_changed: [label: string];
  /** Devices were plugged in or pulled out. */
  devices_changed: [];
};
