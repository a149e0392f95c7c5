import { TransferMode } from '../multiplayer/multiplayer-types.js';
import { type ArgumentCheck, type ArgumentType, compileCheck } from '../multiplayer/rpc/argument-check.js';
import { type RpcConfig, RpcMode } from '../multiplayer/rpc/rpc-config.js';

const MODES = {
  disabled: RpcMode.RPC_MODE_DISABLED,
  any_peer: RpcMode.RPC_MODE_ANY_PEER,
  authority: RpcMode.RPC_MODE_AUTHORITY,
} as const;

const TRANSFERS = {
  unreliable: TransferMode.TRANSFER_MODE_UNRELIABLE,
  unreliable_ordered: TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED,
  reliable: TransferMode.TRANSFER_MODE_RELIABLE,
} as const;

/** How a method can be called from afar. What is left out is as with Godot's `@rpc`. */
export interface RpcOptions {
  /** Who may call it: whoever has authority over the node (the default), everybody, or nobody. */
  mode?: keyof typeof MODES;
  /** Default: `reliable`. */
  transfer?: keyof typeof TRANSFERS;
  /** Default: 0. */
  channel?: number;
  /** Whether a call also runs on the caller's own side. Default: false. */
  callLocal?: boolean;
  /**
   * What the arguments from afar have to be: a GDScript type for each, or a function that decides. A call with others
   * is dropped and counted. Without it a method has to look at its arguments itself: a stranger can send anything.
   */
  args?: ArgumentCheck;
  /** What an answer has to be, for those who ask. */
  returns?: ArgumentType;
  /** Gives the method an `RpcContext` before its arguments: who calls, and whether somebody waits. Default: false. */
  context?: boolean;
}

/** Checked and in Godot's words. A mistake in it is the program's, and throws. */
export function toRpcConfig(name: string, fn: unknown, options: RpcOptions): RpcConfig {
  if (typeof fn !== 'function') throw new TypeError(`${name} is no method of the class, so it can't be an RPC`);
  if (name in Object.prototype) throw new TypeError(`${name} belongs to every object, so it can't be an RPC`);
  const { mode = 'authority', transfer = 'reliable', channel = 0, callLocal = false, context = false } = options;
  if (!Object.hasOwn(MODES, mode)) throw new TypeError(`${name}: ${String(mode)} is no mode of an RPC`);
  if (!Object.hasOwn(TRANSFERS, transfer)) throw new TypeError(`${name}: ${String(transfer)} is no transfer mode`);
  if (!(Number.isInteger(channel) && channel >= 0)) throw new TypeError(`${name}: ${String(channel)} is no channel`);
  const config: RpcConfig = {
    rpc_mode: MODES[mode],
    transfer_mode: TRANSFERS[transfer],
    channel,
    call_local: callLocal,
    context,
    min_args: fewestArguments(fn as Callee, context),
  };
  if (options.args !== undefined) config.args = options.args;
  if (options.returns !== undefined) config.returns = options.returns;
  if (config.args !== undefined) compileCheck(config.args);
  if (config.returns !== undefined) compileCheck([config.returns]);
  return config;
}

type Callee = (...args: never[]) => unknown;

/** Arguments up to the first one with a default. GDScript, too, refuses a call with fewer. */
export function fewestArguments(fn: Callee, hasContext: boolean): number {
  return Math.max(0, fn.length - (hasContext ? 1 : 0));
}
