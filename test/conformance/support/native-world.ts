import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { Lab } from './lab.js';
import { LocalWorld } from './world.js';

/** node-datachannel in this process: the default extension in Node. */
export function nativeWorld(): LocalWorld {
  const onLoopback = process.env.SCENEWIRE_LOOPBACK_ONLY === '1';
  const configuration = onLoopback ? { libdatachannel: { bindAddress: '127.0.0.1' } } : {};
  return new LocalWorld('native', () => new Lab({ scenewire, testing, configuration }));
}
