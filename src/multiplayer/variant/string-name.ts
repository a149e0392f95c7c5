import { TYPE, VariantType } from './variant-type.js';

/** Godot's `&"text"`. */
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
