import {
  MAX_METADATA_KEY_LENGTH,
  MAX_METADATA_KEYS,
  MAX_METADATA_VALUE_LENGTH,
  MAX_ROOM_METADATA_LENGTH,
} from './limits.js';

export type MetadataValue = string | number | boolean;

/** What a room or a member says about itself: flat, so that it can be filtered, compared and bounded. */
export type Metadata = { readonly [key: string]: MetadataValue };

const KEY = /^[\w.-]+$/;

export const isMetadataKey = (key: string): boolean =>
  key.length <= MAX_METADATA_KEY_LENGTH && KEY.test(key) && key !== '__proto__';

export function isMetadataValue(value: unknown): value is MetadataValue {
  if (typeof value === 'string') return value.length <= MAX_METADATA_VALUE_LENGTH;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** Whether it is metadata whose JSON is no longer than this. */
export function isMetadata(value: unknown, maxLength = MAX_ROOM_METADATA_LENGTH): value is Metadata {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  if (entries.length > MAX_METADATA_KEYS) return false;
  return (
    entries.every(([key, item]) => isMetadataKey(key) && isMetadataValue(item)) &&
    JSON.stringify(value).length <= maxLength
  );
}

/** Of numbers; both ends belong to it. */
export interface FilterRange {
  readonly min?: number;
  readonly max?: number;
}

/** What the value under a key has to be: this one, one of these, or within this range. */
export type Filter = MetadataValue | readonly MetadataValue[] | FilterRange;
export type Filters = { readonly [key: string]: Filter };

export function matches(meta: Metadata, filters: Filters): boolean {
  return Object.entries(filters).every(([key, filter]) => {
    const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
    return value !== undefined && passes(value, filter);
  });
}

function passes(value: MetadataValue, filter: Filter): boolean {
  if (typeof filter !== 'object') return value === filter;
  if (isChoice(filter)) return filter.includes(value);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = filter;
  return typeof value === 'number' && value >= min && value <= max;
}

const isChoice = (filter: Filter): filter is readonly MetadataValue[] => Array.isArray(filter);
