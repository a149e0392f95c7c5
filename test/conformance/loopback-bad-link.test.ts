import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { Lab } from './support/lab.js';
import { LocalWorld } from './support/world.js';

/** Any back end behind `badLink` still is one: the suite holds with every packet late, and some sent again. */
conformance(
  {
    name: 'bad-link',
    alone: true,
    async open() {
      const world = new LocalWorld('bad-link', () => {
        const clock = new testing.ManualClock();
        const network = new testing.LoopbackNetwork({ clock, conditions: { latencyMs: 5 } });
        const conditions = { latencyMs: 20, jitterMs: 10, lossRate: 0.1 };
        const link = testing.badLink(network.Extension, { clock, outbound: conditions, inbound: conditions });
        return new Lab({ scenewire, testing, extension: link.Extension, onFrame: () => clock.advance(5) });
      });
      return [world, world];
    },
  },
  everything,
);
