import type { SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import { MethodTable } from './method-table.js';
import type { NodeRpcConfig, RpcConfig } from './rpc-config.js';

/**
 * The tables of all nodes of one API. That of a node is made when it is first used, and stays as it is. An empty one does
 * not count: the script of the node may still come.
 */
export class MethodTables {
  readonly #context: SceneContext;
  readonly #byNode = new WeakMap<SceneNode, MethodTable>();
  /** Nodes without methods of their own share the table of their script. */
  readonly #byScript = new WeakMap<ReadonlyMap<string, RpcConfig>, MethodTable>();

  constructor(context: SceneContext) {
    this.#context = context;
  }

  of(node: SceneNode): MethodTable {
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    const table = this.#make(this.#context.host?.getNodeRpcConfig(node) ?? NOTHING);
    if (!table.isEmpty) this.#byNode.set(node, table);
    return table;
  }

  #make({ script, node }: NodeRpcConfig): MethodTable {
    if (node.size > 0) return new MethodTable(script, node);
    const shared = this.#byScript.get(script) ?? new MethodTable(script, node);
    this.#byScript.set(script, shared);
    return shared;
  }
}

const NOTHING: NodeRpcConfig = { script: new Map(), node: new Map() };
