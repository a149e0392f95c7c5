import { BareEnd } from './bare-end.js';
import type { MakeEnd } from './end.js';
import { ScenewireEnd } from './scenewire-end.js';

/** What is compared, in the order of each round. */
export const sides = {
  scenewire: (channels, post) => new ScenewireEnd(channels, post),
  bare: (channels, post) => new BareEnd(channels, post),
} satisfies Record<string, MakeEnd>;

export type Side = keyof typeof sides;
export const sideNames = Object.keys(sides) as Side[];

/** One value of each side. */
export function forEachSide<T>(make: (side: Side) => T): Record<Side, T> {
  return { scenewire: make('scenewire'), bare: make('bare') };
}
