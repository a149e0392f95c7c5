import { TYPE, VariantType } from './variant-type.js';

// What points at something inside the other program. It has no meaning here, but comes through unchanged.

/** The number of an object of the other side. Objects themselves never travel. */
export class EncodedObjectAsID {
  readonly objectId: bigint;

  constructor(objectId = 0n) {
    this.objectId = objectId;
  }

  get [TYPE](): typeof VariantType.OBJECT {
    return VariantType.OBJECT;
  }
}

/** The number of a resource of the other side's servers. */
export class RID {
  readonly id: bigint;

  constructor(id = 0n) {
    this.id = id;
  }

  get [TYPE](): typeof VariantType.RID {
    return VariantType.RID;
  }
}

/** Godot's Callable as it travels: empty. */
export class GodotCallable {
  get [TYPE](): typeof VariantType.CALLABLE {
    return VariantType.CALLABLE;
  }
}

/** Godot's Signal as it travels: a name and the number of the other side's object. */
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
