import type { TransferMode } from '../multiplayer-types.js';

/** Who may call a method from afar. Godot's numbers. */
export const RpcMode = {
  RPC_MODE_DISABLED: 0,
  RPC_MODE_ANY_PEER: 1,
  RPC_MODE_AUTHORITY: 2,
} as const;
export type RpcMode = (typeof RpcMode)[keyof typeof RpcMode];

/** How one method is called from afar, with the names of Godot's `rpc_config`. */
export interface RpcConfig {
  rpc_mode: RpcMode;
  /** Default: reliable. */
  transfer_mode?: TransferMode;
  /** Whether a call runs on the caller's side as well. Default: no. */
  call_local?: boolean;
  /** Default: 0. */
  channel?: number;
}

/**
 * What can be called on one node: what its script declares, inherited methods included, and what `rpcConfig` added to
 * this node alone. Method ids follow from the sorted names of both.
 */
export interface NodeRpcConfig {
  readonly script: ReadonlyMap<string, RpcConfig>;
  /** An entry without `rpc_mode` is skipped with an error, yet keeps its place in the order. */
  readonly node: ReadonlyMap<string, Partial<RpcConfig>>;
}
