import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import { TARGET_PEER_BROADCAST } from '../multiplayer/multiplayer-types.js';
import type { AskOptions } from '../multiplayer/rpc/ask-options.js';
import type { RPC_TYPES, RpcList } from './define-rpcs.js';
import { askStub, callStub } from './rpc-stubs.js';
import { multiplayerOf, placeOf } from './script-home.js';

/**
 * A base class for what is bound to nodes (`tree.bind(node, script)`), as GDScript's `extends Node3D`: it knows its node
 * and calls its listed methods elsewhere. No script has to have it.
 * @example
 * ```ts run
 * import { defineRpcs, MemoryNode, NodeScript } from 'scenewire';
 * import { createHeadless } from 'scenewire/headless';
 *
 * class Player extends NodeScript<MemoryNode> {
 *   static readonly rpcs = defineRpcs(Player, { wave: { mode: 'any_peer', callLocal: true } });
 *   declare readonly rpcs: typeof Player.rpcs;
 *
 *   wave(times: number): void {
 *     console.log(`${this.node?.name} waves ${times} times`);
 *   }
 * }
 *
 * const net = createHeadless();
 * const player = new Player();
 * net.tree.bind(net.tree.getRoot(), player);
 * player.rpc.wave(3); // at everybody, and here
 * net.close();
 * // → root waves 3 times
 * ```
 */
export abstract class NodeScript<N extends object = object> {
  /** For TypeScript alone: a script with a list declares it again, as `declare readonly rpcs: typeof Player.rpcs`. */
  declare readonly rpcs: RpcList<unknown, unknown>;
  #toAll: object | null = null;
  #toOne: object | null = null;
  #one = TARGET_PEER_BROADCAST;

  /** The node it was bound to; null before. */
  get node(): N | null {
    return (placeOf(this)?.node as N | undefined) ?? null;
  }

  /** The API of the node; null outside of the tree. */
  get multiplayer(): MultiplayerAPICore | null {
    return multiplayerOf(this) ?? null;
  }

  /** Its listed methods, called at everybody. */
  get rpc(): this['rpcs'][typeof RPC_TYPES]['calls'] {
    this.#toAll ??= callStub(this, TARGET_PEER_BROADCAST);
    return this.#toAll;
  }

  /** The same at one peer, or with -n at everybody but n. */
  rpcTo(peer: number): this['rpcs'][typeof RPC_TYPES]['calls'] {
    if (this.#toOne === null || this.#one !== peer) {
      this.#toOne = callStub(this, peer);
      this.#one = peer;
    }
    return this.#toOne;
  }

  /** Asked of one peer, which has to be a scenewire peer: promises of what the methods give there. */
  ask(peer: number, options?: AskOptions): this['rpcs'][typeof RPC_TYPES]['questions'] {
    return askStub(this, peer, options);
  }
}
