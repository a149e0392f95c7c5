import { TYPE, VariantType } from './variant-type.js';

// What points at something inside the other program. It has no meaning here, but comes through unchanged.

/**
 * The number of an object of the other side. Objects themselves never travel.
 * @example
 * ```ts run
 * import { EncodedObjectAsID } from 'scenewire';
 *
 * const theirs = new EncodedObjectAsID(9_223_372_036_854_775_807n);
 * console.log(theirs.objectId); // → 9223372036854775807n
 * ```
 */
export class EncodedObjectAsID {
  readonly objectId: bigint;

  constructor(objectId = 0n) {
    this.objectId = objectId;
  }

  get [TYPE](): typeof VariantType.OBJECT {
    return VariantType.OBJECT;
  }
}

/**
 * The number of a resource of the other side's servers.
 * @example
 * ```ts run
 * import { RID } from 'scenewire';
 *
 * console.log(new RID(7n).id); // → 7n
 * ```
 */
export class RID {
  readonly id: bigint;

  constructor(id = 0n) {
    this.id = id;
  }

  get [TYPE](): typeof VariantType.RID {
    return VariantType.RID;
  }
}

/**
 * Godot's Callable as it travels: empty.
 * @example
 * ```ts run
 * import { copyVariant, GodotCallable } from 'scenewire';
 *
 * console.log(copyVariant(new GodotCallable()) instanceof GodotCallable); // → true
 * ```
 */
export class GodotCallable {
  get [TYPE](): typeof VariantType.CALLABLE {
    return VariantType.CALLABLE;
  }
}

/**
 * Godot's Signal as it travels: a name and the number of the other side's object.
 * @example
 * ```ts run
 * import { GodotSignal } from 'scenewire';
 *
 * const signal = new GodotSignal('health_changed', 42n);
 * console.log(signal.name, signal.objectId); // → health_changed 42n
 * ```
 */
export class GodotSignal {
  readonly name: string;
  readonly objectId: bigint;

  constructor(name = '', objectId = 0n) {
    this.name = name;
    this.objectId = objectId;
  }

  get [TYPE](): typeof VariantType.SIGNAL {
    return VariantType.SIGNAL;
  }
}
