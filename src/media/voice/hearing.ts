import { onGestures } from '../../extension/media/gestures.js';
import type { WorldPlace } from '../engine-places.js';

/** How far a voice carries. */
export interface Carrying {
  /** Full volume up to here. Default: 2. */
  readonly near: number;
  /** Nothing is heard, and nothing is sent, from here on. Default: 30. */
  readonly far: number;
  /** How the volume falls in between, as Web Audio names it. Default: "linear", which is silent at `far`. */
  readonly model: 'linear' | 'inverse' | 'exponential';
  /** How fast it falls. Default: 1. */
  readonly rolloff: number;
  /** "HRTF" sounds like a head, "equalpower" costs less. Default: "HRTF". */
  readonly panning: 'HRTF' | 'equalpower';
}

export const DEFAULT_CARRYING: Carrying = { near: 2, far: 30, model: 'linear', rolloff: 1, panning: 'HRTF' };

/** The place where everything is heard: the page's sound, its volume, and the ears. */
export class Hearing {
  readonly context: AudioContext;
  /** Everything goes through it. */
  readonly out: GainNode;
  readonly #ownsContext: boolean;
  #stopWaiting: (() => void) | null = null;

  /** With a context of the engine, both share one. */
  constructor(context?: AudioContext) {
    this.context = context ?? new AudioContext({ latencyHint: 'interactive' });
    this.#ownsContext = context === undefined;
    this.out = new GainNode(this.context);
    this.out.connect(this.context.destination);
    this.wake();
  }

  /** Whether the browser waits for the player to touch something. */
  get isBlocked(): boolean {
    return this.context.state !== 'running';
  }

  /** Tries at once, which works inside a gesture, and again with the player's next one. */
  wake(): void {
    if (!this.isBlocked || this.context.state === 'closed') return;
    // A browser that refuses says so, or never answers.
    this.context.resume().catch(() => {});
    this.#stopWaiting ??= onGestures(this.#onGesture);
  }

  set volume(volume: number) {
    this.out.gain.value = volume;
  }

  /** Turns the ears. */
  listenFrom(place: WorldPlace): void {
    const { listener } = this.context;
    // Firefox has the older form alone.
    if (listener.positionX === undefined) {
      listener.setPosition(place.x, place.y, place.z);
      listener.setOrientation(place.forwardX, place.forwardY, place.forwardZ, place.upX, place.upY, place.upZ);
      return;
    }
    listener.positionX.value = place.x;
    listener.positionY.value = place.y;
    listener.positionZ.value = place.z;
    listener.forwardX.value = place.forwardX;
    listener.forwardY.value = place.forwardY;
    listener.forwardZ.value = place.forwardZ;
    listener.upX.value = place.upX;
    listener.upY.value = place.upY;
    listener.upZ.value = place.upZ;
  }

  close(): void {
    this.#stop();
    this.out.disconnect();
    if (this.#ownsContext) this.context.close().catch(() => {});
  }

  readonly #onGesture = (): void => {
    this.#stop();
    this.wake();
  };

  #stop(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
  }
}
