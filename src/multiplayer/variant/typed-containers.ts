import type { VariantInput } from './variant.js';
import { TYPE, VariantType } from './variant-type.js';

// Godot's typed containers: `Array[int]` is an ArrayOf(VariantType.INT), `Dictionary[int, String]` a
// DictionaryOf(VariantType.INT, VariantType.STRING). NIL stands for no type. The types are told to the other side;
// what is put in here is not checked.

/**
 * Godot's typed array: an array that says what its elements are.
 * @example
 * ```ts run
 * import { ArrayOf, VariantType } from 'scenewire';
 *
 * const scores = new ArrayOf<number>(VariantType.INT, [3, 5]); // Array[int] in Godot
 * scores.push(8);
 * console.log(scores.length, scores.elementType === VariantType.INT); // → 3 true
 * ```
 */
export class ArrayOf<V extends VariantInput = VariantInput> extends Array<V> {
  readonly elementType: VariantType;

  constructor(elementType: VariantType, elements: Iterable<V> = []) {
    super();
    this.elementType = elementType;
    for (const element of elements) this.push(element);
  }

  /** What `map` and `filter` give is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  get [TYPE](): typeof VariantType.ARRAY {
    return VariantType.ARRAY;
  }
}

/**
 * Godot's typed dictionary: a Map that says what its keys and values are.
 * @example
 * ```ts run
 * import { DictionaryOf, VariantType } from 'scenewire';
 *
 * const names = new DictionaryOf<number, string>(VariantType.INT, VariantType.STRING, [[1, 'Ann']]);
 * names.set(7, 'Bob');
 * console.log(names.get(7), names.size); // → Bob 2
 * ```
 */
export class DictionaryOf<K extends VariantInput = VariantInput, V extends VariantInput = VariantInput> extends Map<
  K,
  V
> {
  readonly keyType: VariantType;
  readonly valueType: VariantType;

  constructor(keyType: VariantType, valueType: VariantType, entries: Iterable<readonly [K, V]> = []) {
    super(entries);
    this.keyType = keyType;
    this.valueType = valueType;
  }

  get [TYPE](): typeof VariantType.DICTIONARY {
    return VariantType.DICTIONARY;
  }
}
