import { TYPE, VariantType } from './variant-type.js';

/**
 * Godot's `&"text"`.
 * @example
 * ```ts run
 * import { sameVariant, StringName } from 'scenewire';
 *
 * console.log(sameVariant(new StringName('run'), new StringName('run'))); // → true
 * console.log(sameVariant(new StringName('run'), 'run')); // → false
 * ```
 */
export class StringName {
  readonly text: string;

  constructor(text = '') {
    this.text = text;
  }

  get [TYPE](): typeof VariantType.STRING_NAME {
    return VariantType.STRING_NAME;
  }

  toString(): string {
    return this.text;
  }
}
