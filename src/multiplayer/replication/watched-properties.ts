import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import type { SceneHost } from '../scene/scene-host.js';
import { copyVariant } from '../variant/copy-variant.js';
import { sameVariant } from '../variant/same-variant.js';
import type { Variant } from '../variant/variant.js';
import type { ReplicatedProperty } from './replicated-property.js';

/** Bits of the mask that says which properties a packet holds. Godot gives property 64 the bit of property 0 again. */
export const MASK_BITS = 64;
const WORD_BITS = 32;

/** Whether the mask says that the n-th watched property is in the packet. */
export function isMarked(low: number, high: number, n: number): boolean {
  const bit = n % MASK_BITS;
  return bit < WORD_BITS ? (low & (1 << bit)) !== 0 : (high & (1 << (bit - WORD_BITS))) !== 0;
}

/** A property that travels when it has changed. Frames are numbers of polls. */
export class WatchedProperty {
  readonly property: ReplicatedProperty;
  /** As it was when it was last looked at. */
  value: Variant = null;
  /** The frame in which it was found different; 0 while it could never be read. */
  changedIn = 0;
  /** Where its bytes are, in the frame in which they were written. */
  encodedIn = 0;
  at = 0;
  length = 0;

  constructor(property: ReplicatedProperty) {
    this.property = property;
  }

  examine(host: SceneHost, frame: number): boolean {
    const value = this.property.read(host);
    if (value === undefined) return false;
    if (this.changedIn > 0 && sameVariant(this.value, value)) return false;
    this.value = copyVariant(value, this.value);
    this.changedIn = frame;
    return true;
  }
}

/** The on-change properties of one synchronizer: examined once per frame, whoever many peers want to know. */
export class WatchedProperties {
  #list: readonly WatchedProperty[] = [];
  /** The frame of the last examination. */
  examinedIn = 0;
  /** The last frame in which anything was different. */
  changedIn = 0;
  /** Changes that were too large were reported. */
  wasTooLarge = false;

  get list(): readonly WatchedProperty[] {
    return this.#list;
  }

  /** A property that stays in its place keeps its memory. */
  replace(properties: readonly ReplicatedProperty[]): void {
    const before = this.#list;
    if (properties.length > MASK_BITS && before.length <= MASK_BITS) {
      pushError(`Only ${MASK_BITS} properties of a synchronizer can be sent on change`, Err.ERR_PARAMETER_RANGE_ERROR);
    }
    this.#list = properties.map((property, at) => {
      const old = before[at];
      return old !== undefined && old.property === property ? old : new WatchedProperty(property);
    });
  }

  forget(): void {
    this.#list = this.#list.map((watched) => new WatchedProperty(watched.property));
    this.examinedIn = this.changedIn = 0;
  }

  examine(host: SceneHost, frame: number): void {
    this.examinedIn = frame;
    const list = this.#list;
    for (let at = 0; at < list.length; at += 1) {
      if ((list[at] as WatchedProperty).examine(host, frame)) this.changedIn = frame;
    }
  }
}
