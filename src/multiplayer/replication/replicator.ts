import type { Signal } from '../../core/signal.js';
import type { PropertyBinding, SceneNode } from '../scene/scene-host.js';
import type { Variant, VariantInput } from '../variant/variant.js';
import type { SceneReplicationConfig } from './scene-replication-config.js';

/** How a spawner and a synchronizer are told from other objects. */
export const ROLE: unique symbol = Symbol('scenewire.replicator');

/** The scene number of nodes that a spawn function made. */
export const CUSTOM_SPAWN = 255;

/** What replication needs of a MultiplayerSpawner. */
export interface Spawner {
  readonly [ROLE]: 'spawner';
  readonly authority: number;
  /** Nodes that may be there at once; 0 for any number. */
  readonly spawnLimit: number;
  /** The node whose children are spawned. */
  getSpawnNode(): SceneNode | null;
  /** Which of its scenes a node of ours was made from, CUSTOM_SPAWN for none. */
  sceneIndexOf(node: SceneNode): number;
  /** What a node of ours was spawned with. */
  spawnDataOf(node: SceneNode): VariantInput;
  /** Why this side can make no node of this scene (CUSTOM_SPAWN: by the function), in words; null when it can. */
  absenceOf(scene: number): string | null;
  /** A new node, in no tree yet. Null, reported, when there is no such scene or its factory fails. */
  makeFromScene(index: number): SceneNode | null;
  /** The same by the spawn function. */
  makeCustom(data: VariantInput): SceneNode | null;
  /** A node from afar is in the tree, or has left it. */
  emitSpawned(node: SceneNode): void;
  emitDespawned(node: SceneNode): void;
}

/** How a state came. PERF: one object is handed on for all of them; times as arguments would each be allocated. */
export interface Arrival {
  /** The sender's counter of polls: 16 bits. */
  readonly counter: number;
  /** When it was sent, by a clock of the sender's; NaN when that is not told. */
  readonly sentMs: number;
  /** What time it is here. */
  readonly timeMs: number;
}

/** Shows what arrives for a synchronizer by and by, rather than at once. */
export interface Smoother {
  /** A state has arrived. The object is good for this call alone. */
  arrived(arrival: Arrival): void;
  /** A property of that state. False: it is to be set at once. */
  take(path: string, value: Variant, binding: PropertyBinding): boolean;
}

/** What replication needs of a MultiplayerSynchronizer. */
export interface Synchronizer {
  readonly [ROLE]: 'synchronizer';
  readonly authority: number;
  readonly replicationConfig: SceneReplicationConfig | null;
  /** Milliseconds between states, and between changes. */
  readonly replicationIntervalMs: number;
  readonly deltaIntervalMs: number;
  readonly smoothing: Smoother | null;
  readonly visibility_changed: Signal<[forPeer: number]>;
  isVisibleTo(peer: number): boolean;
  emitSynchronized(): void;
  emitDeltaSynchronized(): void;
}

export function isSpawner(thing: unknown): thing is Spawner {
  return roleOf(thing) === 'spawner';
}

export function isSynchronizer(thing: unknown): thing is Synchronizer {
  return roleOf(thing) === 'synchronizer';
}

function roleOf(thing: unknown): unknown {
  return typeof thing === 'object' && thing !== null ? (thing as { [ROLE]?: unknown })[ROLE] : undefined;
}
