import { Err } from '../../core/err.js';
import { messageOf, pushError } from '../../core/fail.js';
import { isTransferMode, TransferMode } from '../multiplayer-types.js';
import { type ArgumentGuard, compileCheck } from './argument-check.js';
import { md5Hex } from './md5.js';
import { isRpcMode, type RpcConfig, type RpcMode } from './rpc-config.js';

/** Ids of methods that a node got for itself begin here. */
export const NODE_METHODS = 0x8000;

/** A method that can be called from afar, with everything filled in. */
export interface RpcMethod {
  readonly name: string;
  readonly id: number;
  readonly mode: RpcMode;
  readonly transferMode: TransferMode;
  readonly channel: number;
  readonly isLocalToo: boolean;
  /** Null takes anything. */
  readonly accepts: ArgumentGuard | null;
  readonly fewestArguments: number;
  /** What an answer has to be, as a check of one argument. */
  readonly acceptsAnswer: ArgumentGuard | null;
  readonly wantsContext: boolean;
}

/** The methods of one node: ids are places in the sorted list of names, so both sides need the same list. */
export class MethodTable {
  /** In the order of their ids, empty for one that can't be called. Those of the node come first in the checksum. */
  readonly nodeNames: readonly string[];
  readonly scriptNames: readonly string[];
  readonly #byId = new Map<number, RpcMethod>();
  readonly #byName = new Map<string, RpcMethod>();
  #checksum: string | null = null;

  constructor(script: ReadonlyMap<string, RpcConfig>, node: ReadonlyMap<string, Partial<RpcConfig>>) {
    this.nodeNames = this.#addAll(NODE_METHODS, node);
    // A name that is in both is called as the script has it.
    this.scriptNames = this.#addAll(0, script);
  }

  /** Of a node that has nothing to be called, or no script yet. */
  get isEmpty(): boolean {
    return this.nodeNames.length === 0 && this.scriptNames.length === 0;
  }

  byId(id: number): RpcMethod | undefined {
    return this.#byId.get(id);
  }

  byName(name: string): RpcMethod | undefined {
    return this.#byName.get(name);
  }

  /** md5 over all names, the node's own first: the same on both sides when they have the same list. */
  get checksum(): string {
    this.#checksum ??= checksumOf(this.nodeNames, this.scriptNames);
    return this.#checksum;
  }

  #addAll(firstId: number, configs: ReadonlyMap<string, Partial<RpcConfig>>): string[] {
    const names = [...configs.keys()].sort(byCodePoints);
    return names.map((name, i) => (this.#add(firstId + i, name, configs.get(name)!) ? name : ''));
  }

  #add(id: number, name: string, config: Partial<RpcConfig>): boolean {
    try {
      const method = complete(id, name, config);
      this.#byId.set(id, method);
      this.#byName.set(name, method);
      return true;
    } catch (thrown) {
      pushError(`${name} can't be called: ${messageOf(thrown)}`, Err.ERR_INVALID_PARAMETER);
      return false;
    }
  }
}

export function checksumOf(nodeNames: readonly string[], scriptNames: readonly string[]): string {
  return md5Hex(new TextEncoder().encode(nodeNames.join('') + scriptNames.join('')));
}

function complete(id: number, name: string, config: Partial<RpcConfig>): RpcMethod {
  const { rpc_mode: mode, transfer_mode: transferMode = TransferMode.TRANSFER_MODE_RELIABLE, channel = 0 } = config;
  if (name in Object.prototype) throw new TypeError('every object has a method of that name');
  if (!isRpcMode(mode)) throw new TypeError('its configuration has no rpc_mode');
  if (!isTransferMode(transferMode)) throw new TypeError(`${String(transferMode)} is no transfer mode`);
  if (!(Number.isInteger(channel) && channel >= 0)) throw new TypeError(`${String(channel)} is no channel`);
  return {
    name,
    id,
    mode,
    transferMode,
    channel,
    isLocalToo: config.call_local === true,
    accepts: config.args === undefined ? null : compileCheck(config.args),
    fewestArguments: config.min_args ?? 0,
    acceptsAnswer: config.returns === undefined ? null : compileCheck([config.returns]),
    wantsContext: config.context === true,
  };
}

/** Godot's order of strings. JavaScript's own puts what is beyond the basic plane before U+E000. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((char, i) => char !== right[i]);
  if (at < 0) return left.length - right.length;
  return left[at]!.codePointAt(0)! - (right[at]?.codePointAt(0) ?? -1);
}
