import type { RpcConfig } from '../multiplayer/rpc/rpc-config.js';
import type { SceneNode, Unsubscribe } from '../multiplayer/scene/scene-host.js';
import type { AttachedNode } from './multiplayer-node.js';

/** A node that is attached, behind so many of the engine's own children. */
export interface Attachment<N extends object> {
  readonly node: AttachedNode<N>;
  after: number;
}

/** Functions that wait for something to happen to a node. */
export class Listeners {
  #functions: readonly ((node: SceneNode) => void)[] = [];

  get isEmpty(): boolean {
    return this.#functions.length === 0;
  }

  add(fn: (node: SceneNode) => void): Unsubscribe {
    const entry = (node: SceneNode): void => fn(node);
    this.#functions = [...this.#functions, entry];
    return () => {
      this.#functions = this.#functions.filter((other) => other !== entry);
    };
  }

  /** Those that are there now, and no longer afterwards. */
  takeAll(): readonly ((node: SceneNode) => void)[] {
    const taken = this.#functions;
    this.#functions = [];
    return taken;
  }

  get all(): readonly ((node: SceneNode) => void)[] {
    return this.#functions;
  }
}

/** What the tree keeps about one node, beside what the node knows itself. */
export class NodeState<N extends object> {
  /** Grows with every node the tree meets. */
  readonly order: number;

  // Its life.
  isInside = false;
  /** It is ready, or becoming so: what is added below it becomes ready at once. */
  isReadyNotified = false;
  /** It was never ready, or asked to be so anew. */
  isFresh = true;
  isQueuedForDeletion = false;

  // What belongs to it.
  script: object | null = null;
  authority = 1;
  scenePath = '';
  attachments: readonly Attachment<N>[] = [];
  rpcConfig: Map<string, Partial<RpcConfig>> | null = null;
  /** The name that was found valid and unique. */
  checkedName: string | null = null;

  // Who wants to know. PERF: most nodes have nobody.
  exitListeners: Listeners | null = null;
  readyListeners: Listeners | null = null;
  childListeners: Listeners | null = null;

  constructor(order: number) {
    this.order = order;
  }
}
