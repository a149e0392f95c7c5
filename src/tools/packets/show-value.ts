import { Float } from '../../multiplayer/variant/float.js';
import { NodePath } from '../../multiplayer/variant/node-path.js';
import { EncodedObjectAsID, GodotCallable, GodotSignal, RID } from '../../multiplayer/variant/references.js';
import { StringName } from '../../multiplayer/variant/string-name.js';
import type { Variant } from '../../multiplayer/variant/variant.js';
import { variantTypeOf } from '../../multiplayer/variant/variant-type-of.js';
import { Unreadable } from './packet-content.js';
import { VARIANT_TYPE_NAMES } from './variant-names.js';

const MOST_TEXT = 37;
const MOST_ELEMENTS = 16;
const MOST_DEPTH = 6;

/** A value in about the form Godot writes it, cut where it gets long: `Vector3(1, 2.5, 0)`, `PackedByteArray[120]`. */
export function showValue(value: Variant | Unreadable, depth = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return typeof value === 'number' ? showNumber(value) : String(value);
  if (value instanceof Float) return showFloat(value.value);
  if (value instanceof Unreadable) return value.className === '' ? '<unreadable>' : `Object<${value.className}>`;
  if (value instanceof StringName) return `&${quote(value.text)}`;
  if (value instanceof NodePath) return `^${quote(value.path)}`;
  if (value instanceof RID) return value.id === 0n ? 'RID' : `RID(${value.id})`;
  if (value instanceof EncodedObjectAsID) return `Object(#${value.objectId})`;
  if (value instanceof GodotCallable) return 'Callable';
  if (value instanceof GodotSignal) return value.name === '' ? 'Signal' : `Signal(${quote(value.name)})`;
  if (depth >= MOST_DEPTH) return '…';
  return showMany(value, depth);
}

/** Containers and what has components. */
function showMany(value: object, depth: number): string {
  const name = VARIANT_TYPE_NAMES[variantTypeOf(value) ?? -1] ?? 'Object';
  if (name.startsWith('Packed')) return `${name}[${(value as { readonly length: number }).length}]`;
  if (value instanceof Map) {
    const entries = [...take(value, MOST_ELEMENTS)].map(
      ([key, held]) => `${showValue(key as Variant, depth + 1)}: ${showValue(held as Variant, depth + 1)}`,
    );
    return `{${entries.join(', ')}${value.size > MOST_ELEMENTS ? ', …' : ''}}`;
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_ELEMENTS).map((element: Variant) => showValue(element, depth + 1));
    return `[${shown.join(', ')}${value.length > MOST_ELEMENTS ? ', …' : ''}]`;
  }
  return `${name}(${numbersIn(value).map(showNumber).join(', ')})`;
}

function* take<T>(items: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const item of items) {
    if (left === 0) return;
    left -= 1;
    yield item;
  }
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function quote(text: string): string {
  const short = text.length > MOST_TEXT + 1 ? `${text.slice(0, MOST_TEXT)}...` : text;
  return JSON.stringify(short);
}

/** Single precision has some seven digits; more would be noise. */
const showNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));

const showFloat = (value: number): string => {
  const text = Number.isNaN(value) ? 'nan' : showNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};
