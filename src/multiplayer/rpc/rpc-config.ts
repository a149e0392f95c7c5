import type { TransferMode } from '../multiplayer-types.js';
import type { ArgumentCheck, ArgumentType } from './argument-check.js';

/** Who may call a method from afar. Godot's numbers. */
export const RpcMode = {
  RPC_MODE_DISABLED: 0,
  RPC_MODE_ANY_PEER: 1,
  RPC_MODE_AUTHORITY: 2,
} as const;
export type RpcMode = (typeof RpcMode)[keyof typeof RpcMode];

export function isRpcMode(value: unknown): value is RpcMode {
  return value === 0 || value === 1 || value === 2;
}

/** How one method is called from afar, with the names of Godot's `rpc_config`. The last four are not Godot's. */
export interface RpcConfig {
  rpc_mode: RpcMode;
  /** Default: reliable. */
  transfer_mode?: TransferMode;
  /** Whether a call runs on the caller's side as well. Default: no. */
  call_local?: boolean;
  /** Default: 0. */
  channel?: number;
  /** What the arguments from afar have to be. Default: anything. */
  args?: ArgumentCheck;
  /** The fewest arguments from afar. Default: 0. */
  min_args?: number;
  /** What an answer has to be, on the side that asks. Default: anything. */
  returns?: ArgumentType;
  /** Whether the method is given an `RpcContext` before its arguments. Default: no. */
  context?: boolean;
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
