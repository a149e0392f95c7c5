import { Err } from '../../core/err.js';
import { quoted } from '../../core/fail.js';
import { asMap, isDictionary } from './dictionary.js';
import { Kind, kindOf } from './kinds.js';
import { VariantType } from './variant-type.js';
import { fitsInt64 } from './write-scalars.js';

/** Deeper ones are not looked for: the text would be no help. */
const DEEPEST = 16;
const MOST_NAME = 60;

/** Why a value could not be written, for a report: which part of it, and what that is. */
export function problemOf(value: unknown, err: Err): string {
  if (err === Err.ERR_OUT_OF_MEMORY) return 'A value is too large, nested too deep, or inside itself';
  const found = find(value, '', 0);
  return found === null ? 'A value cannot be sent' : `A value cannot be sent: ${found}`;
}

/** The first part that cannot travel, as `at .items[2].owner: a Player`; null if there is none. */
function find(value: unknown, path: string, depth: number): string | null {
  const name = nameOf(value);
  if (name !== null) return path === '' ? name : `at ${path}: ${name}`;
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return null;
  const kind = kindOf(value);
  if (kind === VariantType.ARRAY) {
    for (const [i, element] of (value as readonly unknown[]).entries()) {
      const found = find(element, `${path}[${i}]`, depth + 1);
      if (found !== null) return found;
    }
  }
  if (!isDictionary(kind)) return null;
  for (const [key, entry] of asMap(kind, value)) {
    const keyText = typeof key === 'string' ? key : typeof key;
    const found = find(key, `${path}.keys()`, depth + 1) ?? find(entry, `${path}.${keyText}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** What a value is that cannot travel; null for one that can, apart from what it holds. */
function nameOf(value: unknown): string | null {
  switch (typeof value) {
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'bigint':
      return fitsInt64(value) ? null : 'a bigint of more than 64 bits';
    case 'object':
      return value === null || kindOf(value) !== Kind.NONE ? null : `an instance of ${classOf(value)}`;
    default:
      return null;
  }
}

function classOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? quoted(name.slice(0, MOST_NAME)) : 'a class';
}
