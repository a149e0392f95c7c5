import type { SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import type { Variant, VariantInput } from '../variant/variant.js';
import type { RpcMethod } from './method-table.js';
import type { CallContext } from './rpc-context.js';

/** Runs the methods that are called, and knows who called the one that runs. */
export class MethodRunner {
  readonly #context: SceneContext;
  #sender = 0;

  constructor(context: SceneContext) {
    this.#context = context;
  }

  /** 0 while nothing is called. A call inside of a call has its own, and afterwards it is the outer one's again. */
  get sender(): number {
    return this.#sender;
  }

  /** Gives what the method gives; what it throws comes through. */
  run(node: SceneNode, method: RpcMethod, args: readonly VariantInput[], call: CallContext): unknown {
    const outer = this.#sender;
    this.#sender = call.sender;
    try {
      const given = method.wantsContext ? [call, ...args] : args;
      return this.#context.host?.callMethod(node, method.name, given as readonly Variant[]);
    } finally {
      this.#sender = outer;
    }
  }
}
