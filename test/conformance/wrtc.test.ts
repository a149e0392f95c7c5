import { createRequire } from 'node:module';
import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { Lab } from './support/lab.js';
import { LocalWorld } from './support/world.js';

/** The browser's back end on another W3C-shaped implementation, in Node. */
conformance(
  {
    name: 'wrtc',
    alone: true,
    async open() {
      const { RTCPeerConnection } = createRequire(import.meta.url)('@roamhq/wrtc') as {
        RTCPeerConnection: new () => object;
      };
      const extension = scenewire.BrowserPeerConnection.using(RTCPeerConnection);
      const world = new LocalWorld('wrtc', () => new Lab({ scenewire, testing, extension }));
      return [world, world];
    },
  },
  everything,
);
