import type { AskOptions } from '../multiplayer/rpc/ask-options.js';
import type { RpcOptions } from './rpc-options.js';
import { askStub, callStub } from './rpc-stubs.js';
import type { RpcCalls, RpcMap, RpcName, RpcQuestions } from './rpc-types.js';
import { listRpcs } from './script-rpcs.js';

/** Where a list keeps its types. Nothing is there when the program runs. */
export declare const RPC_TYPES: unique symbol;

/** The RPCs of a class of scripts `T`: `C` are its calls, `Q` its questions. Made by `defineRpcs`. */
export interface RpcList<C, Q, T extends object = object> {
  readonly [RPC_TYPES]: { readonly calls: C; readonly questions: Q };
  /** The methods of the script, called at everybody. */
  rpc(script: T): C;
  /** Called at one peer, or with -n at everybody but n. */
  rpcTo(script: T, peer: number): C;
  /** Asked of one peer: promises of what the methods give there. */
  ask(script: T, peer: number, options?: AskOptions): Q;
}

/**
 * The list of a class whose methods are decorated, or listed in JavaScript: TypeScript is told the names. Without names,
 * all of its public methods.
 */
export type RpcsOf<T extends object, K extends RpcName<T> = RpcName<T>> = RpcList<
  RpcCalls<T, { readonly [P in K]: object }>,
  RpcQuestions<T, { readonly [P in K]: object }>,
  T
>;

/** The class of objects of type T. */
type ClassOf<T> = abstract new (...args: never[]) => T;

/** Names that are none become an error that says so. */
type Checked<T, M> = { readonly [K in keyof M]: K extends RpcName<T> ? unknown : 'not a public method of the class' };

/**
 * Lists the methods of a class that can be called from afar, and how. What a class inherits is in its list as well:
 * give the list of the base class as the third argument, and TypeScript knows of it too.
 *
 * A name that is no method, or an option that does not exist, throws.
 */
export function defineRpcs<T extends object, const M extends RpcMap<T>, C = unknown, Q = unknown>(
  type: ClassOf<T>,
  methods: M & Checked<T, M>,
  _base?: RpcList<C, Q, never>,
): RpcList<RpcCalls<T, M> & C, RpcQuestions<T, M> & Q, T> {
  listRpcs(type.prototype as object, methods as Readonly<Record<string, RpcOptions>>);
  return LIST as RpcList<RpcCalls<T, M> & C, RpcQuestions<T, M> & Q, T>;
}

/** What can be called follows from the class of the script, so one object does for all lists. */
const LIST = Object.freeze({
  rpc: (script: object) => callStub(script, 0),
  rpcTo: (script: object, peer: number) => callStub(script, peer),
  ask: (script: object, peer: number, options?: AskOptions) => askStub(script, peer, options),
}) as unknown;
