import type { Arrival } from '../../multiplayer/replication/replicator.js';
import type { PropertyBinding } from '../../multiplayer/scene/scene-host.js';
import { componentCount, loadComponents, MOST_COMPONENTS } from '../../multiplayer/variant/components.js';
import { fillComponents, makeStruct } from '../../multiplayer/variant/fill-components.js';
import { Kind, kindOf } from '../../multiplayer/variant/kinds.js';
import type { Variant, VariantStruct } from '../../multiplayer/variant/variant.js';
import { VariantType } from '../../multiplayer/variant/variant-type.js';
import type { Moment } from './moment.js';
import { PlayoutClock, type PlayoutOptions } from './playout-clock.js';
import { SendClock } from './send-clock.js';
import { type Motion, SnapshotTrack, type TrackOptions } from './snapshot-track.js';

/** How a property is shown: its motion, with more where the default is not right. */
export type Smooth = Motion | ({ readonly motion: Motion } & TrackOptions);

/** Scratch: filled and read within one call. */
const components = new Float64Array(MOST_COMPONENTS);

/**
 * Shows what a synchronizer receives a little late, and evenly: between two states that have arrived, at each frame. A
 * property without a motion is set as it comes.
 */
export class Smoothing {
  readonly #motions: ReadonlyMap<string, Smooth>;
  readonly #clock: PlayoutClock;
  readonly #sendClock = new SendClock();
  readonly #moving = new Map<string, MovingProperty>();

  constructor(motions: { readonly [path: string]: Smooth }, options: PlayoutOptions = {}) {
    this.#motions = new Map(Object.entries(motions));
    this.#clock = new PlayoutClock(options);
  }

  /** How far behind the fastest arrival things are shown. NaN before the first state. */
  get delayMs(): number {
    return this.#clock.delayMs;
  }

  arrived(arrival: Arrival): void {
    const wasTold = this.#sendClock.isTold;
    this.#sendClock.arrived(arrival);
    if (this.#sendClock.isTold && !wasTold) {
      this.#clock.beginAnew();
      this.clear();
    }
    this.#clock.arrived(this.#sendClock, arrival);
  }

  /** A property of that state. False: it is not shown here, so set it. */
  take(path: string, value: Variant, binding: PropertyBinding): boolean {
    const motion = this.#motions.get(path);
    if (motion === undefined) return false;
    const type = load(value);
    if (type === Kind.NONE) return false;
    let moving = this.#moving.get(path);
    if (moving === undefined || moving.type !== type || moving.binding !== binding) {
      moving = new MovingProperty(motion, type, binding);
      this.#moving.set(path, moving);
    }
    moving.track.push(this.#sendClock, components);
    return true;
  }

  /** Once per frame. */
  show(now: Moment): void {
    if (this.#moving.size === 0) return;
    this.#clock.advance(now);
    this.#moving.forEach(this.#showOne);
  }

  /** Forgets everything: what comes next is shown as it is. */
  clear(): void {
    this.#moving.clear();
  }

  // PERF: bound once; what runs each frame makes no closures and no iterators.
  readonly #showOne = (moving: MovingProperty): void => moving.show(this.#clock);
}

class MovingProperty {
  readonly type: number;
  readonly binding: PropertyBinding;
  readonly track: SnapshotTrack;
  readonly #shown: Float64Array;
  readonly #now: Float64Array;
  /** What is handed to the binding; null for a number. */
  readonly #value: VariantStruct | null;
  #isFresh = true;

  constructor(motion: Smooth, type: number, binding: PropertyBinding) {
    this.type = type;
    this.binding = binding;
    const settings: TrackOptions & { motion: Motion } = typeof motion === 'string' ? { motion } : motion;
    this.track = new SnapshotTrack(fitting(settings.motion, type), widthOf(type), settings);
    this.#shown = new Float64Array(MOST_COMPONENTS);
    this.#now = new Float64Array(MOST_COMPONENTS);
    this.#value = type === VariantType.FLOAT ? null : makeStruct(type);
  }

  show(at: Moment): void {
    const now = this.#now;
    if (!this.track.sample(at, now) || !this.#hasMoved()) return;
    this.#isFresh = false;
    this.#shown.set(now);
    if (this.#value === null) this.binding.set(now[0] as number);
    else this.binding.set(fillComponents(this.type, this.type, this.#value, now));
  }

  /** What stands still is left alone: engines do work for each value that is set. */
  #hasMoved(): boolean {
    if (this.#isFresh) return true;
    for (let i = 0; i < MOST_COMPONENTS; i += 1) if (this.#shown[i] !== this.#now[i]) return true;
    return false;
  }
}

/** Rotations go on their arc, everything else does not. */
function fitting(motion: Motion, type: number): Motion {
  if (motion === 'none') return motion;
  if (type === VariantType.QUATERNION) return 'slerp';
  return motion === 'slerp' ? 'lerp' : motion;
}

/** Puts the components of what can move into the scratch, and tells their type; `Kind.NONE` for what can't. */
function load(value: Variant): number {
  if (typeof value === 'number') {
    components[0] = value;
    return VariantType.FLOAT;
  }
  if (typeof value !== 'object' || value === null) return Kind.NONE;
  const type = loadComponents(kindOf(value), value, components);
  return MOVING.has(type) ? type : Kind.NONE;
}

const MOVING: ReadonlySet<number> = new Set([
  VariantType.VECTOR2,
  VariantType.VECTOR3,
  VariantType.VECTOR4,
  VariantType.QUATERNION,
  VariantType.COLOR,
]);

const widthOf = (type: number): number => (type === VariantType.FLOAT ? 1 : componentCount(type));
