import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { Lab } from './support/lab.js';
import { LocalWorld } from './support/world.js';

const FRAME_MS = 5;

conformance(
  {
    name: 'loopback',
    alone: true,
    async open() {
      const world = new LocalWorld('loopback', () => {
        const clock = new testing.ManualClock();
        const network = new testing.LoopbackNetwork({ clock, seed: 1, conditions: { latencyMs: 10, jitterMs: 3 } });
        return new Lab({ scenewire, testing, extension: network.Extension, onFrame: () => clock.advance(FRAME_MS) });
      });
      return [world, world];
    },
  },
  everything,
);
