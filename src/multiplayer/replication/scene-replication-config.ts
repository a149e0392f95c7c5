import { Err } from '../../core/err.js';
import { fail, pushError } from '../../core/fail.js';

/** How a property is kept up to date. Godot's numbers. */
export const ReplicationMode = {
  REPLICATION_MODE_NEVER: 0,
  /** Every frame, or every `replicationInterval`, unreliably. */
  REPLICATION_MODE_ALWAYS: 1,
  /** When it has changed, reliably. */
  REPLICATION_MODE_ON_CHANGE: 2,
} as const;
export type ReplicationMode = (typeof ReplicationMode)[keyof typeof ReplicationMode];

const { REPLICATION_MODE_NEVER, REPLICATION_MODE_ALWAYS, REPLICATION_MODE_ON_CHANGE } = ReplicationMode;

interface ReplicatedPath {
  readonly path: string;
  spawn: boolean;
  mode: ReplicationMode;
}

/**
 * Which properties of a node travel, and when: what a `MultiplayerSynchronizer` works from. Paths are Godot's, seen from
 * the synchronizer's root node: `.:position`, `.:position:x`, `Gun:rotation`. Both sides need the same list in the same
 * order, since only values travel.
 * @example
 * ```ts run
 * import { MultiplayerSynchronizer, SceneReplicationConfig } from 'scenewire';
 *
 * const config = new SceneReplicationConfig();
 * config.addProperty('.:position'); // always, and with the spawn
 * config.addProperty('.:health');
 * config.propertySetReplicationMode('.:health', SceneReplicationConfig.REPLICATION_MODE_ON_CHANGE);
 *
 * const synchronizer = new MultiplayerSynchronizer('Sync');
 * synchronizer.replicationConfig = config; // `replicate` makes both of them in one line
 * ```
 */
export class SceneReplicationConfig {
  static readonly REPLICATION_MODE_NEVER: 0 = REPLICATION_MODE_NEVER;
  static readonly REPLICATION_MODE_ALWAYS: 1 = REPLICATION_MODE_ALWAYS;
  static readonly REPLICATION_MODE_ON_CHANGE: 2 = REPLICATION_MODE_ON_CHANGE;

  readonly #paths: ReplicatedPath[] = [];
  #version = 0;

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** A new property travels with spawns, and always. Without an index it goes to the end. */
  addProperty(path: string, index = -1): void {
    const at = index < 0 ? this.#paths.length : index;
    if (path === '') refuse('A property needs a path');
    else if (this.hasProperty(path)) refuse(`${path} is replicated already`);
    else if (!Number.isInteger(at) || at > this.#paths.length) refuse(`There is no place ${index} for ${path}`);
    else {
      this.#paths.splice(at, 0, { path, spawn: true, mode: REPLICATION_MODE_ALWAYS });
      this.#version += 1;
    }
  }

  removeProperty(path: string): void {
    const at = this.#paths.findIndex((entry) => entry.path === path);
    if (at < 0) return;
    this.#paths.splice(at, 1);
    this.#version += 1;
  }

  hasProperty(path: string): boolean {
    return this.#paths.some((entry) => entry.path === path);
  }

  getProperties(): string[] {
    return this.#paths.map((entry) => entry.path);
  }

  /** -1 and an error report for one that is not there. */
  propertyGetIndex(path: string): number {
    const entry = this.#find(path);
    return entry === undefined ? -1 : this.#paths.indexOf(entry);
  }

  propertyGetSpawn(path: string): boolean {
    return this.#find(path)?.spawn ?? false;
  }

  /** Whether its value travels with the spawn of the node. */
  propertySetSpawn(path: string, enabled: boolean): void {
    const entry = this.#find(path);
    if (entry === undefined || entry.spawn === enabled) return;
    entry.spawn = enabled;
    this.#version += 1;
  }

  propertyGetReplicationMode(path: string): ReplicationMode {
    return this.#find(path)?.mode ?? REPLICATION_MODE_NEVER;
  }

  propertySetReplicationMode(path: string, mode: ReplicationMode): void {
    const entry = this.#find(path);
    if (entry === undefined || entry.mode === mode) return;
    if (!Object.values(ReplicationMode).includes(mode)) {
      fail(Err.ERR_INVALID_PARAMETER, `${String(mode)} is no replication mode`);
      return;
    }
    entry.mode = mode;
    this.#version += 1;
  }

  /** @deprecated Use `propertyGetReplicationMode`. */
  propertyGetSync(path: string): boolean {
    return this.propertyGetReplicationMode(path) === REPLICATION_MODE_ALWAYS;
  }

  /** @deprecated Use `propertySetReplicationMode`. */
  propertySetSync(path: string, enabled: boolean): void {
    this.#switch(path, REPLICATION_MODE_ALWAYS, enabled);
  }

  /** @deprecated Use `propertyGetReplicationMode`. */
  propertyGetWatch(path: string): boolean {
    return this.propertyGetReplicationMode(path) === REPLICATION_MODE_ON_CHANGE;
  }

  /** @deprecated Use `propertySetReplicationMode`. */
  propertySetWatch(path: string, enabled: boolean): void {
    this.#switch(path, REPLICATION_MODE_ON_CHANGE, enabled);
  }

  /** Switching off a mode that is not the present one changes nothing. */
  #switch(path: string, mode: ReplicationMode, enabled: boolean): void {
    const present = this.propertyGetReplicationMode(path);
    if (enabled) this.propertySetReplicationMode(path, mode);
    else if (present === mode) this.propertySetReplicationMode(path, REPLICATION_MODE_NEVER);
  }

  #find(path: string): ReplicatedPath | undefined {
    const entry = this.#paths.find((other) => other.path === path);
    if (entry === undefined) pushError(`${path} is not replicated`, Err.ERR_DOES_NOT_EXIST);
    return entry;
  }
}

function refuse(text: string): void {
  fail(Err.ERR_INVALID_PARAMETER, text);
}
