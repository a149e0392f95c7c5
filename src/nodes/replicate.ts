import { Err } from '../core/err.js';
import { fail, quoted } from '../core/fail.js';
import { ReplicationMode, SceneReplicationConfig } from '../multiplayer/replication/scene-replication-config.js';
import type { Variant } from '../multiplayer/variant/variant.js';
import { attachTo } from './attaching.js';
import type { PlayoutOptions } from './motion/playout-clock.js';
import { type Smooth, Smoothing } from './motion/smoothing.js';
import { MultiplayerSpawner } from './multiplayer-spawner.js';
import { MultiplayerSynchronizer } from './multiplayer-synchronizer.js';
import type { ReplicatedProperties, Replication } from './replicate-types.js';
import { placeOf } from './script-home.js';
import type { VisibilityFilter } from './visibility-rules.js';

const { REPLICATION_MODE_NEVER, REPLICATION_MODE_ALWAYS, REPLICATION_MODE_ON_CHANGE } = ReplicationMode;
const MODES = {
  always: REPLICATION_MODE_ALWAYS,
  onChange: REPLICATION_MODE_ON_CHANGE,
  spawn: REPLICATION_MODE_NEVER,
} as const;

export interface ReplicateOptions {
  /** Its name among the children of the node: needed by several of one node, and to match a Godot scene. */
  name?: string | undefined;
  /** Seconds between states; 0, the default: every frame. */
  interval?: number | undefined;
  /** Seconds between looks for changes; 0, the default: every frame. */
  deltaInterval?: number | undefined;
  /** Whose values count: 1, the server, unless it says otherwise. */
  authority?: number | undefined;
  /** How far behind smooth properties are shown. */
  playout?: PlayoutOptions | undefined;
  /** Who sees it: everybody (the default), nobody until `setVisibilityFor`, or whom the function says, asked every frame. */
  visibility?: 'public' | 'private' | VisibilityFilter | undefined;
}

/**
 * Keeps properties of a node, or of the script on it, the same at all peers:
 * `replicate(player, { position: 'always', health: 'onChange', name: 'spawn' })`. The order of the properties is part of
 * the protocol: both sides need the same. In the tree or not yet, the node gets a synchronizer, which is given back.
 */
export function replicate<T extends object>(
  target: T,
  properties: ReplicatedProperties<T>,
  options: ReplicateOptions = {},
): MultiplayerSynchronizer {
  const synchronizer = new MultiplayerSynchronizer(options.name);
  synchronizer.replicationConfig = toConfig(properties);
  synchronizer.smoothing = toSmoothing(properties, options.playout);
  synchronizer.replicationInterval = options.interval ?? 0;
  synchronizer.deltaInterval = options.deltaInterval ?? 0;
  if (options.authority !== undefined) synchronizer.setMultiplayerAuthority(options.authority);
  const { visibility = 'public' } = options;
  if (typeof visibility === 'function') synchronizer.addVisibilityFilter(visibility);
  else synchronizer.publicVisibility = visibility === 'public';
  attachTo(placeOf(target)?.node ?? target, synchronizer);
  return synchronizer;
}

export interface SpawnOptions<N extends object> {
  /** Its name among the children of the node; needed to match a Godot scene. */
  name?: string | undefined;
  /** Nodes that may be there at once. Default: any number. */
  limit?: number | undefined;
  /** Who spawns: 1, the server, unless it says otherwise. */
  authority?: number | undefined;
  /** Makes the nodes of `spawner.spawn(data)`. */
  spawn?: ((data: Variant) => N | null) | undefined;
}

/**
 * Lets nodes of these scenes appear at all peers, as children of `parent`:
 * `spawnInto(world, { crate: () => new Crate() })`, then `spawner.add('crate')`. The order of the scenes is part of the
 * protocol: both sides need the same.
 */
export function spawnInto<N extends object>(
  parent: object,
  scenes: { readonly [name: string]: () => N },
  options: SpawnOptions<N> = {},
): MultiplayerSpawner<N> {
  const spawner = new MultiplayerSpawner<N>(options.name);
  spawner.spawnPath = '..';
  spawner.spawnLimit = options.limit ?? 0;
  spawner.spawnFunction = options.spawn ?? null;
  if (options.authority !== undefined) spawner.setMultiplayerAuthority(options.authority);
  for (const [name, factory] of Object.entries(scenes)) spawner.registerScene(name, factory);
  attachTo(placeOf(parent)?.node ?? parent, spawner);
  return spawner;
}

function toConfig(properties: { readonly [path: string]: Replication | undefined }): SceneReplicationConfig {
  const config = new SceneReplicationConfig();
  for (const [name, replication] of Object.entries(properties)) {
    if (replication === undefined) continue;
    const { mode, spawn = true } = typeof replication === 'string' ? { mode: replication } : replication;
    const path = toPath(name);
    if (!Object.hasOwn(MODES, mode)) {
      fail(Err.ERR_INVALID_PARAMETER, `${name} can't be ${quoted(String(mode))}: say always, onChange or spawn`);
      continue;
    }
    config.addProperty(path);
    config.propertySetReplicationMode(path, MODES[mode]);
    config.propertySetSpawn(path, spawn);
  }
  return config;
}

function toSmoothing(
  properties: { readonly [path: string]: Replication | undefined },
  playout: PlayoutOptions | undefined,
): Smoothing | null {
  const motions: { [path: string]: Smooth } = {};
  for (const [name, replication] of Object.entries(properties)) {
    const smooth = typeof replication === 'object' && replication.mode === 'always' ? replication.smooth : undefined;
    if (smooth !== undefined) motions[toPath(name)] = smooth;
  }
  return Object.keys(motions).length === 0 ? null : new Smoothing(motions, playout);
}

/** As Godot writes it: `.:position`, `Gun:rotation`. */
function toPath(name: string): string {
  if (name.startsWith('./')) return name.slice(2);
  return name.startsWith('.') ? name : `.:${name}`;
}
