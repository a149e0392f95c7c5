import { Err } from '../core/err.js';
import { fail, pushError } from '../core/fail.js';
import { CUSTOM_SPAWN, ROLE, type Spawner } from '../multiplayer/replication/replicator.js';
import { isValidNodeName } from '../multiplayer/scene/node-name.js';
import type { SceneNode } from '../multiplayer/scene/scene-host.js';
import { copyVariant } from '../multiplayer/variant/copy-variant.js';
import type { Variant, VariantInput } from '../multiplayer/variant/variant.js';
import { MultiplayerNode } from './multiplayer-node.js';
import { SpawnPlace } from './spawn-place.js';
import { SpawnableScenes } from './spawnable-scenes.js';
import { ToldNodes } from './told-nodes.js';

export type MultiplayerSpawnerSignals<N extends object> = {
  /** Another peer's spawner made this node here. */
  spawned: [node: N];
  /** Another peer's spawner took it away. */
  despawned: [node: N];
};

const OUTSIDE = 'The spawner is not in a tree: add the node it belongs to first';

/**
 * Makes nodes appear at all peers: children of `spawnPath` made from one of its scenes, by themselves when they enter the
 * tree, and what `spawn` makes with the spawn function. Whoever joins later gets those that are there.
 * @example
 * ```ts run
 * import { MemoryNode, MultiplayerSpawner } from 'scenewire';
 * import { createHeadless } from 'scenewire/headless';
 *
 * const net = createHeadless();
 * const players = new MemoryNode('Players');
 * net.tree.addChild(net.tree.getRoot(), players);
 *
 * const spawner = new MultiplayerSpawner<MemoryNode>('Spawner');
 * spawner.spawnPath = '..'; // children of the node it is attached to
 * spawner.spawnFunction = (data) => new MemoryNode(String(data));
 * net.tree.attach(players, spawner); // `spawnInto` does all of this
 *
 * console.log(spawner.spawn('Ann')?.name); // → Ann
 * net.close();
 * ```
 */
export class MultiplayerSpawner<N extends object = object>
  extends MultiplayerNode<N, MultiplayerSpawnerSignals<N>>
  implements Spawner
{
  readonly [ROLE] = 'spawner';
  readonly spawned = this.signal('spawned');
  readonly despawned = this.signal('despawned');

  /** Makes the node for `spawn`, here and at every peer. It does not add it. */
  spawnFunction: ((data: Variant) => N | null) | null = null;

  readonly #scenes = new SpawnableScenes<N>();
  readonly #told = new ToldNodes<N>(this);
  readonly #place = new SpawnPlace<N>(this, (child) => this.#childEntered(child));
  #spawnLimit = 0;

  override getKind(): string {
    return 'MultiplayerSpawner';
  }

  // Settings.

  getSpawnFunction(): ((data: Variant) => N | null) | null {
    return this.spawnFunction;
  }

  setSpawnFunction(fn: ((data: Variant) => N | null) | null): void {
    this.spawnFunction = fn;
  }

  /** Nodes that it may have in the tree at once; 0: any number. */
  get spawnLimit(): number {
    return this.#spawnLimit;
  }

  set spawnLimit(limit: number) {
    if (Number.isInteger(limit) && limit >= 0) this.#spawnLimit = limit;
    else fail(Err.ERR_INVALID_PARAMETER, `${String(limit)} is no limit of nodes`);
  }

  getSpawnLimit(): number {
    return this.spawnLimit;
  }

  setSpawnLimit(limit: number): void {
    this.spawnLimit = limit;
  }

  /** The parent of what is spawned, seen from here: `..`, `../World`. */
  get spawnPath(): string {
    return this.#place.path;
  }

  set spawnPath(path: string) {
    this.#place.path = path;
  }

  getSpawnPath(): string {
    return this.spawnPath;
  }

  setSpawnPath(path: string): void {
    this.spawnPath = path;
  }

  // Scenes.

  /** Lists a scene by its name. Both sides need the same list in the same order. */
  addSpawnableScene(path: string): void {
    this.#scenes.add(path);
  }

  /** What was spawned stays. */
  clearSpawnableScenes(): void {
    this.#scenes.clear();
  }

  /** Empty beyond the end. */
  getSpawnableScene(index: number): string {
    return this.#scenes.at(index) ?? '';
  }

  getSpawnableSceneCount(): number {
    return this.#scenes.count;
  }

  /** Says how nodes of a scene are made, and lists it if it is not listed yet. */
  registerScene(path: string, factory: () => N): void {
    this.#scenes.register(path, factory);
  }

  /** A node of this scene, in no tree yet: added below `spawnPath`, it appears at all peers. Null when there is none. */
  instantiateScene(path: string): N | null {
    const factory = this.#scenes.factoryOf(path);
    if (factory === undefined) {
      const known = this.#scenes.count === 0 ? 'no scenes' : this.#scenes.names.join(', ');
      const text = `The spawner ${this.#where} has no factory for the scene ${path}; it has ${known}`;
      return nothing(Err.ERR_DOES_NOT_EXIST, text);
    }
    if (this.home === null) return nothing(Err.ERR_UNCONFIGURED, OUTSIDE);
    const node = attempt(factory, `The scene ${path}`);
    if (node !== null) this.home.noteScene(node, path);
    return node;
  }

  /** Makes a node of this scene and adds it: it appears at all peers, with what `prepare` has set. */
  add(path: string, prepare?: (node: N) => void): N | null {
    if (!this.isInsideTree()) return nothing(Err.ERR_UNCONFIGURED, OUTSIDE);
    const parent = this.getSpawnNode();
    if (parent === null) return this.#nowhere();
    const node = this.instantiateScene(path);
    if (node === null) return null;
    prepare?.(node);
    this.home?.addChild(parent, node);
    return node;
  }

  /** Makes a node with the spawn function and adds it, here and at all peers. The data is copied. */
  spawn(data: VariantInput = null): N | null {
    const { multiplayer } = this;
    if (multiplayer === null) return nothing(Err.ERR_UNCONFIGURED, OUTSIDE);
    if (!multiplayer.hasMultiplayerPeer()) return nothing(Err.ERR_UNCONFIGURED, 'There is no multiplayer peer');
    if (!this.isMultiplayerAuthority()) {
      return nothing(Err.ERR_UNAUTHORIZED, `Only its authority, peer ${this.authority}, spawns with ${this.#where}`);
    }
    if (this.#isFull) return nothing(Err.ERR_UNAVAILABLE, `The spawn limit of ${this.#spawnLimit} is reached`);
    if (this.spawnFunction === null) return nothing(Err.ERR_UNCONFIGURED, 'spawn() needs a spawn function');
    const parent = this.getSpawnNode();
    if (parent === null) return this.#nowhere();
    const copy = copyVariant(data);
    const node = this.#make(copy);
    if (node === null) return nothing(Err.ERR_SCRIPT_FAILED, 'The spawn function gave no node');
    this.#told.tell(node, CUSTOM_SPAWN, copy);
    this.home?.addChild(parent, node);
    return node;
  }

  // For replication.

  /** The node at `spawnPath`; looked up again when it has gone. */
  getSpawnNode(): SceneNode | null {
    return this.#place.node;
  }

  sceneIndexOf(node: SceneNode): number {
    return this.#told.get(node)?.scene ?? CUSTOM_SPAWN;
  }

  spawnDataOf(node: SceneNode): VariantInput {
    return this.#told.get(node)?.data ?? null;
  }

  absenceOf(scene: number): string | null {
    if (scene === CUSTOM_SPAWN) {
      return this.spawnFunction === null ? `the spawner ${this.#where} has no spawn function here` : null;
    }
    const path = this.#scenes.at(scene);
    if (path === undefined) {
      const list = this.#scenes.count === 0 ? 'none' : this.#scenes.names.join(', ');
      return `the spawner ${this.#where} has no scene number ${scene} here, but ${list}. All sides need the same list`;
    }
    if (this.#scenes.factoryOf(path) !== undefined) return null;
    return `the spawner ${this.#where} has no factory for the scene ${path} here. Register it before you join`;
  }

  makeFromScene(index: number): SceneNode | null {
    const path = this.#scenes.at(index);
    return path === undefined ? null : this.instantiateScene(path);
  }

  makeCustom(data: VariantInput): SceneNode | null {
    return this.spawnFunction === null ? null : this.#make(data as Variant);
  }

  emitSpawned(node: SceneNode): void {
    this.spawned.emit(node as N);
  }

  emitDespawned(node: SceneNode): void {
    this.despawned.emit(node as N);
  }

  // Its life.

  /** What stands next to it is in the tree by now. */
  override _ready(): void {
    this.#place.find();
  }

  override _exitTree(): void {
    this.#place.leave();
    this.#told.untellAll();
  }

  override _multiplayerChanged(): void {
    this.#told.tellAgain();
  }

  get #where(): string {
    return this.home?.pathOf('/root', this) ?? this.name;
  }

  get #isFull(): boolean {
    return this.#spawnLimit > 0 && this.#told.count >= this.#spawnLimit;
  }

  #nowhere(): null {
    const path = this.spawnPath === '' ? 'no spawn path' : `no spawn node ${this.spawnPath}`;
    return nothing(Err.ERR_DOES_NOT_EXIST, `The spawner ${this.#where} has ${path}`);
  }

  #make(data: Variant): N | null {
    const { spawnFunction } = this;
    return spawnFunction === null ? null : attempt(() => spawnFunction(data), 'The spawn function');
  }

  #childEntered(node: N): void {
    if (this.#told.has(node) || !this.multiplayer?.hasMultiplayerPeer() || !this.isMultiplayerAuthority()) return;
    const scene = this.#scenes.indexOf(this.home?.scenePathOf(node) ?? '');
    if (scene < 0) return;
    const name = this.home?.getName(node) ?? '';
    if (isValidNodeName(name)) this.#told.tell(node, scene, null);
    else pushError(`${name} is no name for a node that is to be spawned`, Err.ERR_INVALID_PARAMETER);
  }
}

/** What makes nodes is the game's: what it throws is reported, and nothing is made. */
function attempt<N>(make: () => N | null, what: string): N | null {
  try {
    return make() ?? null;
  } catch (thrown) {
    pushError(`${what} threw`, Err.ERR_SCRIPT_FAILED, thrown);
    return null;
  }
}

function nothing(err: Err, text: string): null {
  fail(err, text);
  return null;
}
