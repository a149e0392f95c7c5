import type { ByteWriter } from '../../core/byte-writer.js';
import type { SceneHost, SceneNode } from '../scene/scene-host.js';
import type { Frame } from './frame.js';
import { ReplicatedProperty } from './replicated-property.js';
import type { Synchronizer } from './replicator.js';
import { ReplicationMode, type SceneReplicationConfig } from './scene-replication-config.js';
import { WatchedProperties } from './watched-properties.js';

/** Newer by less than this is newer; older by at least this is a counter that began anew. */
const TIME_WINDOW = 32767;
const NO_BYTES = new Uint8Array(0);

/** What replication keeps of a synchronizer, from its start in the tree to its end. */
export class SynchronizerState {
  readonly synchronizer: Synchronizer;
  /** The node whose properties it looks after. */
  readonly root: SceneNode;
  readonly watched = new WatchedProperties();
  /** Given with the spawn of its root; 0 for one that goes by its path. */
  netId = 0;
  /** Where its state is among the bytes of a frame, in the frame in which it was written. -1: it can't be sent. */
  encodedIn = 0;
  at = 0;
  length = -1;
  /** The frame in which its state was last another one than before, and how often it was due since. */
  changedIn = 0;
  stillFor = 0;
  /** A state that was too large was reported. */
  wasTooLarge = false;

  spawnProperties: readonly ReplicatedProperty[] = [];
  syncProperties: readonly ReplicatedProperty[] = [];
  #all = new Map<string, ReplicatedProperty>();
  #config: SceneReplicationConfig | null = null;
  #configVersion = -1;
  #sentIn = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #lastTime = -1;
  /** The state before, `#beforeLength` bytes of it. */
  #before: Uint8Array = NO_BYTES;
  #beforeLength = -1;

  constructor(synchronizer: Synchronizer, root: SceneNode) {
    this.synchronizer = synchronizer;
    this.root = root;
  }

  /** Follows its configuration. False when there is none. */
  refresh(): boolean {
    const config = this.synchronizer.replicationConfig;
    if (config === this.#config && (config === null || config.version === this.#configVersion)) return config !== null;
    this.#config = config;
    this.#configVersion = config?.version ?? -1;
    this.#readConfig(config);
    return config !== null;
  }

  /** Whether its state is due in this frame, which it then is for all peers alike. */
  isDue(frame: Frame): boolean {
    if (this.#sentIn === frame.number) return true;
    const interval = this.synchronizer.replicationIntervalMs;
    if (interval > 0) {
      if (frame.now < this.#sentAt + interval) return false;
      this.#sentAt = frame.now;
    }
    this.#sentIn = frame.number;
    return true;
  }

  /** Its state was written: finds out whether it is another one than before. */
  compare(bytes: ByteWriter, frame: number): void {
    const { at, length } = this;
    const { data } = bytes;
    let isSame = length === this.#beforeLength;
    for (let i = 0; isSame && i < length; i += 1) isSame = data.getUint8(at + i) === this.#before[i];
    this.stillFor += 1;
    if (isSame) return;
    this.changedIn = frame;
    this.stillFor = 0;
    if (length > this.#before.length) this.#before = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) this.#before[i] = data.getUint8(at + i);
    this.#beforeLength = length;
  }

  /**
   * Whether a state with this time is newer than the last one. Godot's rule: not modular, so that after the counter's
   * turn at 65535 any small number is new again.
   */
  takeTime(time: number): boolean {
    if (this.#lastTime >= 0 && time <= this.#lastTime && this.#lastTime - time < TIME_WINDOW) return false;
    this.#lastTime = time;
    return true;
  }

  /** The network began anew. */
  reset(): void {
    this.netId = 0;
    this.#sentIn = 0;
    this.#sentAt = Number.NEGATIVE_INFINITY;
    this.#lastTime = -1;
    this.watched.forget();
  }

  release(): void {
    for (const property of this.#all.values()) property.release();
  }

  /** Whether its root is where it can be read and written. */
  isAlive(host: SceneHost): boolean {
    return host.isInsideTree(this.root);
  }

  #readConfig(config: SceneReplicationConfig | null): void {
    const before = this.#all;
    const paths = config?.getProperties() ?? [];
    this.#all = new Map(paths.map((path) => [path, before.get(path) ?? new ReplicatedProperty(this.root, path)]));
    for (const [path, property] of before) if (!this.#all.has(path)) property.release();
    const ofMode = (mode: ReplicationMode): ReplicatedProperty[] =>
      paths.filter((path) => config?.propertyGetReplicationMode(path) === mode).map((path) => this.#property(path));
    this.spawnProperties = paths.filter((path) => config?.propertyGetSpawn(path)).map((path) => this.#property(path));
    this.syncProperties = ofMode(ReplicationMode.REPLICATION_MODE_ALWAYS);
    this.watched.replace(ofMode(ReplicationMode.REPLICATION_MODE_ON_CHANGE));
  }

  #property(path: string): ReplicatedProperty {
    return this.#all.get(path) as ReplicatedProperty;
  }
}
