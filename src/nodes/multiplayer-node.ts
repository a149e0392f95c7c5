import type { Clock } from '../core/clock.js';
import { GodotObject, type SignalMap } from '../core/godot-object.js';
import type { Signal } from '../core/signal.js';
import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import type { SceneHost } from '../multiplayer/scene/scene-host.js';
import type { Moment } from './motion/moment.js';

/** A node of the engine, or one that is attached to such a node. */
export type TreeNode<N extends object> = N | AttachedNode<N>;

/** What a node in the tree can ask of it. */
export interface NodeHome<N extends object> extends SceneHost {
  readonly clock: Clock;
  /** When the frame that is running, or was the last, began. */
  readonly frameTime: Moment;
  readonly process_frame: Signal<[]>;
  readonly physics_frame: Signal<[]>;
  /** The API this node belongs to: that of the nearest branch which has one, else that of the tree. */
  multiplayerOf(node: TreeNode<N>): MultiplayerAPICore<N>;
  setMultiplayerAuthority(node: TreeNode<N>, id: number, recursive?: boolean): void;
  renameNode(node: TreeNode<N>, name: string): void;
  /** Remembers which scene a node was made from, for `scenePathOf`, and when, for `creationOrder`. */
  noteScene(node: N, path: string): void;
}

/** What the tree knows of a `MultiplayerNode`, whatever its signals are. */
export interface AttachedNode<N extends object> {
  name: string;
  readonly authority: number;
  getKind(): string;
  getParent(): TreeNode<N> | null;
  isInsideTree(): boolean;
  _enterTree(): void;
  _ready(): void;
  _exitTree(): void;
  _place(home: NodeHome<N> | null, parent: TreeNode<N> | null, isInside: boolean): void;
  _setName(name: string): void;
  _setAuthority(id: number): void;
  _multiplayerChanged(): void;
}

/**
 * A node of the library itself: it has a name and a place in the tree, as a child of an engine's node (`tree.attach`),
 * and nothing that could be seen. The engine never hears of it.
 * @example
 * ```ts run
 * import { MemoryNode, MultiplayerSpawner } from 'scenewire';
 * import { createHeadless } from 'scenewire/headless';
 *
 * const net = createHeadless();
 * const spawner = new MultiplayerSpawner<MemoryNode>('Spawner'); // one of the two kinds
 * net.tree.attach(net.tree.getRoot(), spawner);
 * console.log(spawner.isInsideTree(), spawner.isMultiplayerAuthority()); // → true true
 * net.close();
 * ```
 */
export abstract class MultiplayerNode<N extends object = object, S extends SignalMap = SignalMap>
  extends GodotObject<S>
  implements AttachedNode<N>
{
  #name: string;
  #parent: TreeNode<N> | null = null;
  #home: NodeHome<N> | null = null;
  #isInside = false;
  #authority = 1;

  constructor(name = '') {
    super();
    this.#name = name;
  }

  /** What an unnamed one is called. */
  abstract getKind(): string;

  get name(): string {
    return this.#name;
  }

  /** Made valid and unique among its siblings once it has some. */
  set name(name: string) {
    if (this.#home === null) this.#name = name;
    else this.#home.renameNode(this, name);
  }

  getParent(): TreeNode<N> | null {
    return this.#parent;
  }

  isInsideTree(): boolean {
    return this.#isInside;
  }

  /** The tree it was attached in, which it may not have entered yet; null when it was never attached. */
  get home(): NodeHome<N> | null {
    return this.#home;
  }

  /** The API it belongs to; null outside of the tree. */
  get multiplayer(): MultiplayerAPICore<N> | null {
    return this.#isInside && this.#home !== null ? this.#home.multiplayerOf(this) : null;
  }

  /** Who has the say over it: 1, the server, unless it was set. */
  get authority(): number {
    return this.#authority;
  }

  getMultiplayerAuthority(): number {
    return this.#authority;
  }

  setMultiplayerAuthority(id: number, recursive = true): void {
    if (this.#home === null) this._setAuthority(id);
    else this.#home.setMultiplayerAuthority(this, id, recursive);
  }

  isMultiplayerAuthority(): boolean {
    return this.multiplayer?.getUniqueId() === this.#authority;
  }

  /** It is in the tree, with its parent; what is below it comes next. */
  _enterTree(): void {}

  /** Everything below it is ready. */
  _ready(): void {}

  /** It leaves, after what is below it; its name and its path can still be asked for. */
  _exitTree(): void {}

  /** For the tree that holds it, and nobody else. */
  _place(home: NodeHome<N> | null, parent: TreeNode<N> | null, isInside: boolean): void {
    this.#home = home;
    this.#parent = parent;
    this.#isInside = isInside;
  }

  /** For the tree that holds it: the setter of `name` checks first. */
  _setName(name: string): void {
    this.#name = name;
  }

  /** The tree, or a part of it, has another API. Override it to move what was told to the one before. */
  _multiplayerChanged(): void {}

  /** For the tree that holds it, once per change. Override it to do what a new authority makes necessary. */
  _setAuthority(id: number): void {
    this.#authority = id;
  }
}
