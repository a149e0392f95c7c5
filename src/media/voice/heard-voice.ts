import { playMuted } from '../../extension/media/play-muted.js';
import { type EnginePlace, newPlace, readPlace, type WorldPlace } from '../engine-places.js';
import type { Carrying, Hearing } from './hearing.js';
import { LevelMeter } from './level-meter.js';

/** Behind a wall nothing above this frequency is left, in Hz. */
const MUFFLED_HZ = 500;
const CLEAR_HZ = 20_000;
/** And this much of its volume. */
const MUFFLED_GAIN = 0.3;

/** One voice as it is heard: how loud, from where, and through what. */
export class HeardVoice {
  readonly meter: LevelMeter;
  readonly #hearing: Hearing;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #gain: GainNode;
  readonly #wall: BiquadFilterNode;
  readonly #panner: PannerNode;
  /** Chromium keeps remote sound silent in Web Audio unless an element plays it, too. */
  readonly #stopElement: () => void;
  #place: EnginePlace | null = null;
  readonly #at = newPlace();
  #volume = 1;
  #occlusion = 0;

  constructor(hearing: Hearing, track: MediaStreamTrack, carrying: Carrying, speakingLevel: number) {
    const { context } = hearing;
    this.#hearing = hearing;
    this.#stopElement = playMuted(new Audio(), track);
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#gain = new GainNode(context);
    this.#wall = new BiquadFilterNode(context, { type: 'lowpass', frequency: CLEAR_HZ });
    this.#panner = new PannerNode(context, {
      panningModel: carrying.panning,
      distanceModel: carrying.model,
      refDistance: carrying.near,
      maxDistance: carrying.far,
      rolloffFactor: carrying.rolloff,
    });
    this.#source.connect(this.#gain).connect(this.#wall).connect(hearing.out);
    this.meter = new LevelMeter(context, this.#source, speakingLevel);
  }

  get place(): EnginePlace | null {
    return this.#place;
  }

  /** From somewhere, or from everywhere. */
  set place(place: EnginePlace | null) {
    if ((place === null) !== (this.#place === null)) {
      this.#wall.disconnect();
      if (place === null) this.#wall.connect(this.#hearing.out);
      else this.#wall.connect(this.#panner).connect(this.#hearing.out);
    }
    this.#place = place;
  }

  /** Where it is; null for a voice without a place. */
  locate(): WorldPlace | null {
    if (this.#place === null) return null;
    readPlace(this.#place, this.#at);
    return this.#at;
  }

  /** 0 for a voice that is not to be heard, 1 as it is, more for louder. */
  set volume(volume: number) {
    this.#volume = volume;
    this.#setGain();
  }

  /** From 0, nothing in between, to 1, behind a wall. */
  set occlusion(occlusion: number) {
    if (occlusion === this.#occlusion) return;
    this.#occlusion = occlusion;
    // Pitch is heard by ratios.
    this.#wall.frequency.setTargetAtTime(CLEAR_HZ * (MUFFLED_HZ / CLEAR_HZ) ** occlusion, this.#now, 0.05);
    this.#setGain();
  }

  /** Once per frame. */
  follow(): void {
    const at = this.locate();
    if (at === null) return;
    this.#panner.positionX.value = at.x;
    this.#panner.positionY.value = at.y;
    this.#panner.positionZ.value = at.z;
  }

  dispose(): void {
    this.meter.dispose();
    for (const node of [this.#source, this.#gain, this.#wall, this.#panner]) node.disconnect();
    this.#stopElement();
  }

  get #now(): number {
    return this.#hearing.context.currentTime;
  }

  /** Not from one sample to the next, which clicks. */
  #setGain(): void {
    const gain = this.#volume * (1 - this.#occlusion * (1 - MUFFLED_GAIN));
    this.#gain.gain.setTargetAtTime(gain, this.#now, 0.02);
  }
}
