import type { Arrangement } from './arrangement.js';
import { type BrowserName, BrowserWorld } from './browser-world.js';

/** Two connections in one page. */
export function inPage(name: BrowserName): Arrangement {
  return {
    name,
    alone: true,
    async open() {
      const world = await BrowserWorld.open(name);
      return [world, world];
    },
  };
}
