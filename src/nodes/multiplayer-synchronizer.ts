import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import { ROLE, type Synchronizer } from '../multiplayer/replication/replicator.js';
import type { SceneReplicationConfig } from '../multiplayer/replication/scene-replication-config.js';
import { isInterval, toMilliseconds } from './interval.js';
import type { Smoothing } from './motion/smoothing.js';
import { SmoothingDriver } from './motion/smoothing-driver.js';
import { MultiplayerNode, type TreeNode } from './multiplayer-node.js';
import { EVERYBODY, type VisibilityFilter, VisibilityRules } from './visibility-rules.js';
import { VisibilityUpdateMode, VisibilityUpdates } from './visibility-updates.js';

export type MultiplayerSynchronizerSignals = {
  /** A state has arrived and is set. */
  synchronized: [];
  /** Changes have arrived and are set. */
  delta_synchronized: [];
  /** Who sees it may have changed, for one peer or, with 0, for all. */
  visibility_changed: [forPeer: number];
};

const { VISIBILITY_PROCESS_IDLE, VISIBILITY_PROCESS_PHYSICS, VISIBILITY_PROCESS_NONE } = VisibilityUpdateMode;

/**
 * Keeps properties of a node the same at all peers that may see it. Its authority sends them; everybody else receives.
 * @example
 * ```ts run
 * import { MemoryNode, replicate } from 'scenewire';
 *
 * class Ship extends MemoryNode {
 *   speed = 0;
 * }
 *
 * const synchronizer = replicate(new Ship('Ship'), { speed: 'onChange' }, { visibility: 'private' });
 * synchronizer.setVisibilityFor(7, true); // peer 7 gets it, and nobody else
 * synchronizer.addVisibilityFilter((peer) => peer !== 9);
 * console.log(synchronizer.getVisibilityFor(7)); // → true
 * ```
 */
export class MultiplayerSynchronizer<N extends object = object>
  extends MultiplayerNode<N, MultiplayerSynchronizerSignals>
  implements Synchronizer
{
  static readonly VISIBILITY_PROCESS_IDLE: 0 = VISIBILITY_PROCESS_IDLE;
  static readonly VISIBILITY_PROCESS_PHYSICS: 1 = VISIBILITY_PROCESS_PHYSICS;
  static readonly VISIBILITY_PROCESS_NONE: 2 = VISIBILITY_PROCESS_NONE;

  readonly [ROLE] = 'synchronizer';
  readonly synchronized = this.signal('synchronized');
  readonly delta_synchronized = this.signal('delta_synchronized');
  readonly visibility_changed = this.signal('visibility_changed');

  /** Which properties, and how. May be shared by several synchronizers, and changed while it runs. */
  replicationConfig: SceneReplicationConfig | null = null;

  #rootPath = '..';
  #replicationIntervalMs = 0;
  #deltaIntervalMs = 0;
  readonly #visibility = new VisibilityRules(this);
  readonly #smoothing = new SmoothingDriver(() => this.#isShownAsItIs);
  readonly #updates = new VisibilityUpdates(() => this.updateVisibility(0));
  /** The API it has started with, and the node it looks after there. */
  #started: { readonly api: MultiplayerAPICore<N>; readonly root: TreeNode<N> } | null = null;

  override getKind(): string {
    return 'MultiplayerSynchronizer';
  }

  // Settings.

  getReplicationConfig(): SceneReplicationConfig | null {
    return this.replicationConfig;
  }

  setReplicationConfig(config: SceneReplicationConfig | null): void {
    this.replicationConfig = config;
  }

  /** The node that property paths are seen from, seen from here. */
  get rootPath(): string {
    return this.#rootPath;
  }

  set rootPath(path: string) {
    if (path === this.#rootPath) return;
    this.#stop();
    this.#rootPath = path;
    this.#start();
  }

  getRootPath(): string {
    return this.rootPath;
  }

  setRootPath(path: string): void {
    this.rootPath = path;
  }

  /** Seconds between states, of properties that are sent always; 0: every frame. */
  get replicationInterval(): number {
    return this.#replicationIntervalMs / 1000;
  }

  set replicationInterval(seconds: number) {
    if (isInterval(seconds)) this.#replicationIntervalMs = toMilliseconds(seconds);
  }

  getReplicationInterval(): number {
    return this.replicationInterval;
  }

  setReplicationInterval(seconds: number): void {
    this.replicationInterval = seconds;
  }

  /** Seconds between looks at properties that are sent when they have changed; 0: every frame. */
  get deltaInterval(): number {
    return this.#deltaIntervalMs / 1000;
  }

  set deltaInterval(seconds: number) {
    if (isInterval(seconds)) this.#deltaIntervalMs = toMilliseconds(seconds);
  }

  getDeltaInterval(): number {
    return this.deltaInterval;
  }

  setDeltaInterval(seconds: number): void {
    this.deltaInterval = seconds;
  }

  get replicationIntervalMs(): number {
    return this.#replicationIntervalMs;
  }

  get deltaIntervalMs(): number {
    return this.#deltaIntervalMs;
  }

  /** Shows what arrives a little late and evenly, rather than at once; null, the default, does not. */
  get smoothing(): Smoothing | null {
    return this.#smoothing.smoothing;
  }

  set smoothing(smoothing: Smoothing | null) {
    this.#smoothing.smoothing = smoothing;
  }

  // Visibility.

  /** Whether everybody sees it whom no filter excludes. */
  get publicVisibility(): boolean {
    return this.#visibility.isSetFor(EVERYBODY);
  }

  set publicVisibility(visible: boolean) {
    this.setVisibilityFor(EVERYBODY, visible);
  }

  isVisibilityPublic(): boolean {
    return this.publicVisibility;
  }

  setVisibilityPublic(visible: boolean): void {
    this.publicVisibility = visible;
  }

  /** The entry of this peer alone: false as long as it has none, also when it sees what everybody sees. */
  getVisibilityFor(peer: number): boolean {
    return this.#visibility.isSetFor(peer);
  }

  /** Peer 0 sets `publicVisibility`. */
  setVisibilityFor(peer: number, visible: boolean): void {
    if (this.#visibility.setFor(peer, visible)) this.updateVisibility(peer);
  }

  /** All filters have to answer true for a peer to see it. */
  addVisibilityFilter(filter: VisibilityFilter): void {
    this.#visibility.addFilter(filter);
    this.#updateTicking();
  }

  removeVisibilityFilter(filter: VisibilityFilter): void {
    this.#visibility.removeFilter(filter);
    this.#updateTicking();
  }

  get visibilityUpdateMode(): VisibilityUpdateMode {
    return this.#updates.mode;
  }

  set visibilityUpdateMode(mode: VisibilityUpdateMode) {
    this.#updates.mode = mode;
  }

  getVisibilityUpdateMode(): VisibilityUpdateMode {
    return this.visibilityUpdateMode;
  }

  setVisibilityUpdateMode(mode: VisibilityUpdateMode): void {
    this.visibilityUpdateMode = mode;
  }

  /** Asks anew who sees it: one peer, or all. */
  updateVisibility(forPeer = 0): void {
    const { api } = this.#started ?? { api: null };
    if (api?.hasMultiplayerPeer() && this.isMultiplayerAuthority()) this.visibility_changed.emit(forPeer);
  }

  // For replication.

  isVisibleTo(peer: number): boolean {
    return this.#visibility.isVisibleTo(peer);
  }

  emitSynchronized(): void {
    // PERF: emitting makes a list of the arguments, also when there are none; this runs for each state.
    if (this.synchronized.hasConnections()) this.synchronized.emit();
  }

  emitDeltaSynchronized(): void {
    if (this.delta_synchronized.hasConnections()) this.delta_synchronized.emit();
  }

  // Its life.

  override _enterTree(): void {
    if (this.home !== null) this.#smoothing.start(this.home);
    this.#start();
  }

  override _exitTree(): void {
    this.#smoothing.stop();
    this.#stop();
  }

  /** Another authority: it begins anew, without an id. */
  override _setAuthority(id: number): void {
    if (id === this.authority) return;
    this.#stop();
    super._setAuthority(id);
    this.#start();
  }

  override _multiplayerChanged(): void {
    if (this.#started === null || this.#started.api === this.multiplayer) return;
    this.#stop();
    this.#start();
  }

  /** Nobody else has the say over it, or there is nobody else. */
  get #isShownAsItIs(): boolean {
    return this.multiplayer?.hasMultiplayerPeer() !== true || this.isMultiplayerAuthority();
  }

  #start(): void {
    const api = this.multiplayer;
    if (api === null || this.#rootPath === '') return;
    const root = this.home?.resolve(this, this.#rootPath) as TreeNode<N> | null;
    if (root === null) {
      pushError(`The synchronizer ${this.name} has no root node ${this.#rootPath}`, Err.ERR_DOES_NOT_EXIST);
      return;
    }
    this.#started = { api, root };
    this.#updateTicking();
    api.objectConfigurationAdd(root, this);
  }

  #stop(): void {
    const started = this.#started;
    if (started === null) return;
    this.#started = null;
    this.#updateTicking();
    started.api.objectConfigurationRemove(started.root, this);
  }

  /** Without filters there is nothing to ask. */
  #updateTicking(): void {
    this.#updates.follow(this.#started !== null && this.#visibility.hasFilters ? this.home : null);
  }
}
