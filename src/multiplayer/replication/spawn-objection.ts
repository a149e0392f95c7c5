import { quoted } from '../../core/fail.js';
import { isValidNodeName } from '../scene/node-name.js';
import type { DropReason } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import type { PeerView } from './peer-view.js';
import type { ReplicatedWorld } from './replicated-world.js';
import { isSpawner, type Spawner } from './replicator.js';
import type { SpawnMessage } from './spawn-packet.js';

type Objection = [DropReason, string];

/** Why a peer may not spawn this, if it may not. `there` is how many nodes the spawner has here by now. */
export function spawnObjection(
  message: SpawnMessage,
  spawner: SceneNode,
  there: number,
  view: PeerView,
  world: ReplicatedWorld,
): Objection | null {
  if (!isSpawner(spawner)) return ['unknown-object', 'A spawn by what is no spawner'];
  if (spawner.authority !== view.id) return ['not-permitted', 'A spawn by a peer without authority'];
  const { name, netId, syncIds } = message;
  if (!isValidNodeName(name)) return ['malformed', `A spawn with the name ${quoted(name)}`];
  const parent = spawner.getSpawnNode();
  if (parent === null) return ['unknown-object', 'A spawn by a spawner without a spawn node'];
  const isTaken = world.host.getChildNamed(parent, name) !== null;
  if (isTaken) return ['not-permitted', `A spawn of ${quoted(name)}, which is there already`];
  if (view.received.has(netId)) return ['not-permitted', `A spawn with the number ${netId}, which is in use`];
  const isShared = syncIds.some((id) => view.receivedSyncs.has(id));
  return isShared
    ? ['not-permitted', 'A spawn with numbers that are in use']
    : beyondLimits(spawner, there, view, world);
}

function beyondLimits(spawner: Spawner, there: number, view: PeerView, world: ReplicatedWorld): Objection | null {
  const { maxSpawnedNodes } = world.limits;
  if (view.received.size >= maxSpawnedNodes) return ['limit', `A spawn beyond ${maxSpawnedNodes} nodes`];
  const isFull = spawner.spawnLimit > 0 && there >= spawner.spawnLimit;
  return isFull ? ['limit', 'A spawn beyond the spawn limit'] : null;
}
