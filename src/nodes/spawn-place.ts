import type { SceneNode, Unsubscribe } from '../multiplayer/scene/scene-host.js';
import type { AttachedNode, NodeHome } from './multiplayer-node.js';

type Owner<N extends object> = AttachedNode<N> & { readonly home: NodeHome<N> | null };

/** The node that a spawner spawns into: found by its path, watched, and looked for again when it has gone. */
export class SpawnPlace<N extends object> {
  readonly #spawner: Owner<N>;
  readonly #childEntered: (child: N) => void;
  #path = '';
  #node: SceneNode | null = null;
  #unwatch: readonly Unsubscribe[] = [];

  constructor(spawner: Owner<N>, childEntered: (child: N) => void) {
    this.#spawner = spawner;
    this.#childEntered = childEntered;
  }

  get path(): string {
    return this.#path;
  }

  set path(path: string) {
    this.#path = path;
    if (this.#spawner.isInsideTree()) this.find();
  }

  get node(): SceneNode | null {
    if (this.#node === null && this.#spawner.isInsideTree()) this.find();
    return this.#node;
  }

  find(): void {
    this.#forget();
    const { home } = this.#spawner;
    const found = home?.resolve(this.#spawner, this.#path) ?? null;
    this.#setSeeking(found === null && this.#path !== '');
    if (home === null || found === null) return;
    this.#node = found;
    this.#unwatch = [
      home.onChildEntered(found, (child) => this.#childEntered(child as N)),
      home.onTreeExiting(found, () => {
        this.#forget();
        this.#setSeeking(true);
      }),
    ];
  }

  /** The spawner leaves the tree. */
  leave(): void {
    this.#forget();
    this.#setSeeking(false);
  }

  /** As long as there is none, it looks in every frame: levels are built in any order. */
  #setSeeking(seeks: boolean): void {
    const frames = this.#spawner.home?.process_frame;
    if (frames === undefined || frames.isConnected(this.#seek) === seeks) return;
    if (seeks) frames.connect(this.#seek);
    else frames.disconnect(this.#seek);
  }

  readonly #seek = (): void => this.find();

  #forget(): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#unwatch = [];
    this.#node = null;
  }
}
