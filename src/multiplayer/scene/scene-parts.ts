import { Err } from '../../core/err.js';
import type { ReplicationPart, SceneContext } from './scene-context.js';

export function makeReplication(_context: SceneContext): ReplicationPart {
  return {
    configurationAdd: () => Err.OK,
    configurationRemove: () => Err.OK,
    receive: () => {},
    send: () => {},
    isVisibleTo: () => true,
    peerJoined: () => {},
    peerLeft: () => {},
    reset: () => {},
  };
}
