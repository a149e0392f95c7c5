import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { type Arrangement, conformance } from '../../conformance/support/arrangement.js';
import { inPage } from '../../conformance/support/browser-arrangement.js';
import { Lab } from '../../conformance/support/lab.js';
import { nativeWorld } from '../../conformance/support/native-world.js';
import { LocalWorld } from '../../conformance/support/world.js';
import { listeners } from '../suite/listeners.js';
import { packets } from '../suite/packets.js';
import { enter } from './enter.js';

const FRAME_MS = 5;

function loopbackWorld(): LocalWorld {
  return new LocalWorld('loopback', () => {
    const clock = new testing.ManualClock();
    const network = new testing.LoopbackNetwork({ clock, conditions: { latencyMs: 10, jitterMs: 3 } });
    return new Lab({ scenewire, testing, extension: network.Extension, onFrame: () => clock.advance(FRAME_MS) });
  });
}

const arrangements: Readonly<Record<string, Arrangement>> = {
  loopback: { name: 'loopback', alone: true, open: async () => twice(loopbackWorld()) },
  native: { name: 'native', alone: true, open: async () => twice(nativeWorld()) },
  chromium: inPage('chromium'),
  firefox: inPage('firefox'),
};

const twice = (world: LocalWorld) => [world, world] as const;

/** The hostile suite with both connections on one back end. */
export function hostileOn(name: keyof typeof arrangements): void {
  const arrangement = arrangements[name] as Arrangement;
  const open: Arrangement['open'] = async () => {
    const worlds = await arrangement.open();
    for (const world of new Set(worlds)) await enter(world);
    return worlds;
  };
  conformance({ ...arrangement, open }, [listeners, packets]);
}
