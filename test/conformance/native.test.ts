import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { nativeWorld } from './support/native-world.js';

conformance(
  {
    name: 'native',
    alone: true,
    tracks: ['packets', 'packets'],
    async open() {
      const world = nativeWorld();
      return [world, world];
    },
  },
  everything,
);
