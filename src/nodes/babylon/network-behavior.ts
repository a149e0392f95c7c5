import type { MultiplayerSynchronizer } from '../multiplayer-synchronizer.js';
import { type ReplicateOptions, replicate } from '../replicate.js';
import type { ReplicatedProperties } from '../replicate-types.js';
import type { BabylonNetwork } from './attach.js';
import type { BabylonNode, BabylonSpatialNode } from './babylon-types.js';

export interface NetworkBehaviorOptions<S extends object> extends ReplicateOptions {
  /** What is bound to the node: its listed methods can be called from afar. */
  script?: S;
  /** What is kept the same at all peers: of the script, or without one of the node. */
  properties?: ReplicatedProperties<S>;
}

/**
 * A Babylon behavior that puts a node into the game, and takes it out again when it is removed:
 * `mesh.addBehavior(new NetworkBehavior(net, { script: new Player(), properties: { position: 'always' } }))`.
 * One behavior is for one node.
 * @example
 * ```ts
 * import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
 * import { type BabylonNetwork, NetworkBehavior } from 'scenewire/babylon';
 *
 * declare const net: BabylonNetwork; // what attach(scene) gave
 * declare const box: TransformNode;
 *
 * box.addBehavior(new NetworkBehavior(net, { properties: { position: 'always' }, authority: 7 }));
 * ```
 */
export class NetworkBehavior<S extends object = BabylonSpatialNode> {
  /** What `getBehaviorByName` finds it by. */
  name = 'scenewire';
  #node: BabylonNode | null = null;
  readonly #network: BabylonNetwork;
  readonly #options: NetworkBehaviorOptions<S>;
  #synchronizer: MultiplayerSynchronizer | null = null;

  constructor(network: BabylonNetwork, options: NetworkBehaviorOptions<S>) {
    this.#network = network;
    this.#options = options;
  }

  get node(): BabylonNode | null {
    return this.#node;
  }

  /** The same for Babylon, whose own type for it cannot be named here. */
  get attachedNode(): never {
    return this.#node as never;
  }

  /** Null without properties, and while it is on no node. */
  get synchronizer(): MultiplayerSynchronizer | null {
    return this.#synchronizer;
  }

  init(): void {}

  attach(target: BabylonNode): void {
    const { script, properties, ...options } = this.#options;
    this.#node = target;
    if (script !== undefined) this.#network.bind(target, script);
    if (properties === undefined) return;
    this.#synchronizer = replicate<object>(script ?? target, properties, options);
  }

  detach(): void {
    const [node, synchronizer] = [this.#node, this.#synchronizer];
    this.#node = this.#synchronizer = null;
    // What becomes of a node that was disposed of is for the tree to tell its script, in its next frame.
    if (node === null || node.isDisposed()) return;
    const { tree } = this.#network;
    if (synchronizer !== null) tree.detach(synchronizer as MultiplayerSynchronizer<never>);
    const { script } = this.#options;
    if (script !== undefined && tree.scriptOf(node) === script) tree.bind(node, null);
  }
}
