import type { NetworkFigures } from '../monitor/network-figures.js';

/** What the overlay shows, as it is written: numbers that nobody knows are null. */
export interface NetworkDump extends NetworkFigures {
  readonly format: 'scenewire network';
  readonly version: 1;
  /** When it was taken, and the clock of its events then. */
  readonly at: string;
  readonly atMs: number;
  /** The last packets as the tab Packets has them, the newest first; none while nobody looks there. */
  readonly packets: readonly string[];
}

/** So that `JSON.stringify` says null and no long fractions: a JSON text has no NaN. */
export function plain<T>(value: T): T {
  if (typeof value === 'number') return (Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null) as T;
  if (Array.isArray(value)) return value.map(plain) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)])) as T;
}
