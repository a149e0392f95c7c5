import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import type { SceneNode, Unsubscribe } from '../multiplayer/scene/scene-host.js';
import type { Variant } from '../multiplayer/variant/variant.js';
import type { NodeHome } from './multiplayer-node.js';

interface Owner<N extends object> {
  readonly home: NodeHome<N> | null;
  readonly multiplayer: MultiplayerAPICore<N> | null;
}

interface Told<N extends object> {
  readonly scene: number;
  readonly data: Variant;
  readonly api: MultiplayerAPICore<N>;
  readonly unwatch: Unsubscribe;
}

/** The nodes that a spawner has told others of, each until it leaves the tree. */
export class ToldNodes<N extends object> {
  readonly #spawner: Owner<N>;
  readonly #told = new Map<SceneNode, Told<N>>();

  constructor(spawner: Owner<N>) {
    this.#spawner = spawner;
  }

  get count(): number {
    return this.#told.size;
  }

  has(node: SceneNode): boolean {
    return this.#told.has(node);
  }

  /** What was told of a node. */
  get(node: SceneNode): { readonly scene: number; readonly data: Variant } | undefined {
    return this.#told.get(node);
  }

  tell(node: SceneNode, scene: number, data: Variant): void {
    const { home, multiplayer: api } = this.#spawner;
    const unwatch = home?.onTreeExiting(node, () => this.#untell(node));
    if (api === null || unwatch === undefined) return;
    this.#told.set(node, { scene, data, api, unwatch });
    api.objectConfigurationAdd(node as N, this.#spawner);
  }

  /** What the API before was told, the new one is told as well. */
  tellAgain(): void {
    for (const [node, { scene, data, api }] of [...this.#told]) {
      if (api === this.#spawner.multiplayer) continue;
      this.#untell(node);
      this.tell(node, scene, data);
    }
  }

  untellAll(): void {
    for (const node of [...this.#told.keys()]) this.#untell(node);
  }

  #untell(node: SceneNode): void {
    const told = this.#told.get(node);
    if (told === undefined) return;
    told.unwatch();
    told.api.objectConfigurationRemove(node as N, this.#spawner);
    this.#told.delete(node);
  }
}
