import { followPageState } from '../../extension/browser/page-state.js';
import type { Surroundings } from '../scene-network.js';
import { WorkerHeartbeat } from './worker-heartbeat.js';

/** What every adapter for engines finds: a page with its worker, or, in Node, neither. */
export function pageSurroundings(step?: () => void): Surroundings {
  return {
    heartbeat: new WorkerHeartbeat(),
    followPage: followPageState,
    ...(step === undefined ? {} : { step }),
  };
}
