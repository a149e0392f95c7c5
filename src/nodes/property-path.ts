import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { PropertyBinding } from '../multiplayer/scene/scene-host.js';
import { assignVariant } from '../multiplayer/variant/assign-variant.js';
import { componentCount, hasIntegers } from '../multiplayer/variant/components.js';
import { copyVariant } from '../multiplayer/variant/copy-variant.js';
import { Float } from '../multiplayer/variant/float.js';
import { Kind, kindOf } from '../multiplayer/variant/kinds.js';
import type { Variant, VariantInput } from '../multiplayer/variant/variant.js';

type Owner = { [member: string]: VariantInput };

/** Names that lead out of a value, into what all values share. */
const CLOSED = new Set(['__proto__', 'constructor', 'prototype']);

/** `position`, `position:x` of an object; null when it has no such property. */
export function bindPropertyPath(object: object | null, path: string): PropertyBinding | null {
  const names = path.split(':');
  if (object === null || names.some((name) => name === '' || CLOSED.has(name))) return null;
  const binding = new PathBinding(object, names);
  return binding.exists ? binding : null;
}

/** Whether its numbers are floats: a vector, a color, and what is made of them. */
function hasReals(owner: object | null): boolean {
  const kind = owner === null ? Kind.NONE : kindOf(owner);
  return componentCount(kind) > 0 && !hasIntegers(kind);
}

class PathBinding implements PropertyBinding {
  readonly #object: object;
  readonly #way: readonly string[];
  readonly #last: string;
  readonly #component = new Float();

  constructor(object: object, names: readonly string[]) {
    this.#object = object;
    this.#way = names.slice(0, -1);
    this.#last = names[names.length - 1] as string;
  }

  get exists(): boolean {
    const owner = this.#owner();
    return owner !== null && this.#last in owner && typeof owner[this.#last] !== 'function';
  }

  get(): VariantInput | undefined {
    const owner = this.#owner();
    const value = owner?.[this.#last];
    if (typeof value !== 'number' || this.#way.length === 0 || !hasReals(owner)) return value;
    // A component of a vector is a float, also when it is whole.
    this.#component.value = value;
    return this.#component;
  }

  set(value: Variant): boolean {
    const owner = this.#owner();
    if (owner === null) return false;
    try {
      // PERF: what is no object needs no copy. An engine's own vectors cannot be replaced, as a rule, only filled.
      if (typeof value !== 'object' || value === null) owner[this.#last] = value;
      else if (!assignVariant(owner[this.#last], value))
        owner[this.#last] = copyVariant(value, owner[this.#last] as Variant);
      return true;
    } catch (thrown) {
      pushError(`The property ${this.#last} could not be set`, Err.ERR_SCRIPT_FAILED, thrown);
      return false;
    }
  }

  /** Walked each time: on the way, one object may take the place of another. */
  #owner(): Owner | null {
    let owner: unknown = this.#object;
    const way = this.#way;
    // PERF: by number, without an iterator. For each property in each frame.
    for (let at = 0; at < way.length; at += 1) {
      if (typeof owner !== 'object' || owner === null) return null;
      owner = (owner as Owner)[way[at] as string];
    }
    return typeof owner === 'object' && owner !== null ? (owner as Owner) : null;
  }
}
