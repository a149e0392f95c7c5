import type { RpcConfig } from '../multiplayer/rpc/rpc-config.js';
import { fewestArguments, type RpcOptions, toRpcConfig } from './rpc-options.js';

type Table = ReadonlyMap<string, RpcConfig>;

// The tables behind `defineRpcs` and `@rpc()`, by the prototype of the class or by the method: one per process, and
// nothing in them outlives its class.
const listed = new WeakMap<object, Table>();
const marked = new WeakMap<object, RpcOptions>();
const tables = new WeakMap<object, Table>();

/** Lists methods of the class with this prototype. An inherited one may be listed anew; the base class keeps its own. */
export function listRpcs(prototype: object, options: Readonly<Record<string, RpcOptions>>): void {
  if (tables.has(prototype)) throw new TypeError('The RPCs of a class are listed before its first object is used');
  const configs = new Map<string, RpcConfig>();
  for (const [name, option] of Object.entries(options)) {
    configs.set(name, toRpcConfig(name, methodOf(prototype, name), option));
  }
  listed.set(prototype, configs);
}

/** Marks a method: it is one of the RPCs of whatever class it belongs to. */
export function markRpc(name: string, fn: unknown, options: RpcOptions): void {
  toRpcConfig(name, fn, options);
  marked.set(fn as object, options);
}

/**
 * What can be called on a script from afar: what its class and those below it declare. A derived declaration replaces
 * the one before; a method that is only overridden keeps it.
 */
export function scriptRpcs(script: object): Table {
  return classRpcs(Object.getPrototypeOf(script) as object | null);
}

export function classRpcs(prototype: object | null): Table {
  if (prototype === null || prototype === Object.prototype) return NOTHING;
  const known = tables.get(prototype);
  if (known !== undefined) return known;
  const inherited = classRpcs(Object.getPrototypeOf(prototype) as object | null);
  const own = ownRpcs(prototype, inherited);
  // A class that adds nothing shares the table of its base class.
  const table = own.size === 0 ? inherited : new Map([...inherited, ...own]);
  tables.set(prototype, table);
  return table;
}

function ownRpcs(prototype: object, inherited: Table): Table {
  const own = new Map<string, RpcConfig>();
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== 'function') continue;
    const options = marked.get(value);
    const overridden = inherited.get(name);
    if (options !== undefined) own.set(name, toRpcConfig(name, value, options));
    else if (overridden !== undefined) {
      own.set(name, { ...overridden, min_args: fewestArguments(value, overridden.context === true) });
    }
  }
  for (const [name, config] of listed.get(prototype) ?? NOTHING) own.set(name, config);
  return own;
}

/** Read without calling a getter. */
function methodOf(prototype: object, name: string): unknown {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

const NOTHING: Table = new Map();
