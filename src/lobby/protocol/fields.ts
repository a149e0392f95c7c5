import { MAX_FILTER_CHOICES, MAX_FILTERS } from './limits.js';
import { type Filter, isMetadata, isMetadataKey, isMetadataValue } from './metadata.js';

/** What a member of a message has to be. The tables of shapes are made of these; so is the JSON schema. */
export type Field =
  | { readonly kind: 'int'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly maxLength: number; readonly minLength?: number; readonly pattern?: RegExp }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'list'; readonly of: Field; readonly maxItems: number }
  | { readonly kind: 'shape'; readonly shape: AnyShape }
  | { readonly kind: 'metadata'; readonly maxLength: number }
  | { readonly kind: 'filters' };

export interface Member {
  readonly field: Field;
  readonly optional: boolean;
}

/** The members of an object. */
export type AnyShape = { readonly [name: string]: Member };

/** A table with every member of T, and whether T can do without it. */
export type Shape<T> = {
  readonly [K in keyof T]-?: { readonly field: Field; readonly optional: undefined extends T[K] ? true : false };
};

export const needed = <F extends Field>(field: F): { field: F; optional: false } => ({ field, optional: false });
export const maybe = <F extends Field>(field: F): { field: F; optional: true } => ({ field, optional: true });

export const int = (min: number, max: number): Field => ({ kind: 'int', min, max });
export const text = (maxLength: number, minLength = 0): Field => ({ kind: 'text', maxLength, minLength });
export const flag: Field = { kind: 'flag' };
export const choice = (...of: readonly string[]): Field => ({ kind: 'choice', of });
export const list = (of: Field, maxItems: number): Field => ({ kind: 'list', of, maxItems });
export const shape = (members: AnyShape): Field => ({ kind: 'shape', shape: members });
export const metadata = (maxLength: number): Field => ({ kind: 'metadata', maxLength });

/** What was parsed is data of strangers until it has passed here. */
export function isValid(value: unknown, field: Field): boolean {
  switch (field.kind) {
    case 'int':
      return Number.isInteger(value) && (value as number) >= field.min && (value as number) <= field.max;
    case 'text':
      return typeof value === 'string' && isValidText(value, field.minLength ?? 0, field.maxLength, field.pattern);
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && field.of.includes(value);
    case 'list':
      return Array.isArray(value) && value.length <= field.maxItems && value.every((item) => isValid(item, field.of));
    case 'shape':
      return isRecord(value) && firstInvalid(value, field.shape) === null;
    case 'metadata':
      return isMetadata(value, field.maxLength);
    case 'filters':
      return isRecord(value) && isFilters(value);
  }
}

const isValidText = (value: string, min: number, max: number, pattern?: RegExp): boolean =>
  value.length >= min && value.length <= max && (pattern === undefined || pattern.test(value));

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of the first member that is not what it has to be; null when all are. */
export function firstInvalid(value: Record<string, unknown>, members: AnyShape): string | null {
  for (const name of Object.keys(members)) {
    const { field, optional } = members[name]!;
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined ? !optional : !isValid(given, field)) return name;
  }
  return null;
}

/** The members of the table and nothing else, deeply, so that nothing unchecked is carried along. */
export function pick(value: Record<string, unknown>, members: AnyShape): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(value, name)) picked[name] = pickField(value[name], members[name]!.field);
  }
  return picked;
}

function pickField(value: unknown, field: Field): unknown {
  if (field.kind === 'shape') return pick(value as Record<string, unknown>, field.shape);
  if (field.kind === 'list') return (value as unknown[]).map((item) => pickField(item, field.of));
  return value;
}

function isFilters(value: Record<string, unknown>): boolean {
  const entries = Object.entries(value);
  return entries.length <= MAX_FILTERS && entries.every(([key, filter]) => isMetadataKey(key) && isFilter(filter));
}

function isFilter(value: unknown): value is Filter {
  if (Array.isArray(value)) return value.length <= MAX_FILTER_CHOICES && value.every(isMetadataValue);
  if (!isRecord(value)) return isMetadataValue(value);
  const { min, max, ...others } = value;
  return [min, max].every((end) => end === undefined || Number.isFinite(end)) && Object.keys(others).length === 0;
}
