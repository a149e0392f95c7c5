import type { BrowserName } from '../../support/browsers.js';
import type { Arrangement } from './arrangement.js';
import { BrowserWorld } from './browser-world.js';
import { nativeWorld } from './native-world.js';
import type { World } from './world.js';

/** Two connections in one page. */
export function inPage(name: BrowserName): Arrangement {
  return {
    name,
    alone: true,
    tracks: ['full', 'full'],
    async open() {
      const world = await BrowserWorld.open(name);
      return [world, world];
    },
  };
}

/** Two programs: what each is called, and the two worlds. */
export function between(one: BrowserName | 'native', other: BrowserName): Arrangement {
  const open = (name: BrowserName | 'native'): Promise<World> =>
    name === 'native' ? Promise.resolve(nativeWorld()) : BrowserWorld.open(name);
  return {
    name: `${one}-${other}`,
    alone: false,
    tracks: [one === 'native' ? 'packets' : 'full', 'full'],
    open: () => Promise.all([open(one), open(other)]),
  };
}
