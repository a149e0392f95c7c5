import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type * as NodeDatachannel from 'node-datachannel';
import { Err } from '../../core/err.js';
import { messageOf } from '../../core/fail.js';
import { getLogger } from '../../core/log.js';

export type Addon = Pick<
  typeof NodeDatachannel,
  'PeerConnection' | 'Audio' | 'Video' | 'RtcpReceivingSession' | 'cleanup'
>;

const log = getLogger('native');

// One per process, as the addon's own state is.
let loaded: Addon | Exclude<Err, 0> | null = null;

/** The addon, or why there is none. Loaded when the first connection is made, and synchronously, since a constructor asks. */
export function loadAddon(): Addon | Exclude<Err, 0> {
  loaded ??= isMainThread ? requireAddon() : refuseWorker();
  return loaded;
}

function requireAddon(): Addon | Exclude<Err, 0> {
  try {
    return createRequire(import.meta.url)('node-datachannel') as Addon;
  } catch (thrown) {
    // Further lines tell who asked for it, which is always this file.
    const [reason = ''] = messageOf(thrown).split('\n');
    log.warnOnce(`WebRTC needs the package node-datachannel (npm install node-datachannel): ${reason}`);
    const forbidden = (thrown as { code?: unknown }).code === 'ERR_DLOPEN_DISABLED';
    return forbidden ? Err.ERR_UNAUTHORIZED : Err.ERR_UNCONFIGURED;
  }
}

/** Even loading it claims its one-per-process state; a second thread then ends the process with a signal. */
function refuseWorker(): Exclude<Err, 0> {
  log.warnOnce("node-datachannel works on the main thread only; in vitest, use pool: 'forks'");
  return Err.ERR_UNCONFIGURED;
}
