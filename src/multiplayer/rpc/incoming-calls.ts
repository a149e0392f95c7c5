import { quoted } from '../../core/fail.js';
import type { DropReason, SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import type { Variant } from '../variant/variant.js';
import { type IncomingArguments, type IncomingCall, readArguments, readCall } from './call-reader.js';
import type { MethodLists } from './method-lists.js';
import type { MethodRunner } from './method-runner.js';
import type { RpcMethod } from './method-table.js';
import type { MethodTables } from './method-tables.js';
import { ASK_HEADER, type FailureReason } from './not-godots.js';
import { type OpenAnswers, traceOf } from './open-answers.js';
import { RpcMode } from './rpc-config.js';
import { CallContext } from './rpc-context.js';
import { RpcRefusal } from './rpc-error.js';

/** A call that may be made. */
interface Admitted {
  readonly node: SceneNode;
  readonly method: RpcMethod;
  readonly args: readonly Variant[];
}

const FAILURES = {
  'unknown-path': 'unknown-node',
  'unknown-method': 'unknown-method',
  'not-permitted': 'not-permitted',
  'bad-arguments': 'bad-arguments',
} as const satisfies Partial<Record<DropReason, FailureReason>>;

/** Makes the calls of others, or drops them: nothing but listed methods, by those who may, with what they take. */
export class IncomingCalls {
  readonly #context: SceneContext;
  readonly #tables: MethodTables;
  readonly #lists: MethodLists;
  readonly #runner: MethodRunner;
  readonly #answers: OpenAnswers;

  constructor(
    context: SceneContext,
    parts: { tables: MethodTables; lists: MethodLists; runner: MethodRunner; answers: OpenAnswers },
  ) {
    this.#context = context;
    this.#tables = parts.tables;
    this.#lists = parts.lists;
    this.#runner = parts.runner;
    this.#answers = parts.answers;
  }

  /** A call that nobody waits for. */
  call(packet: Uint8Array, from: number): void {
    const incoming = readCall(packet);
    const admitted = incoming === null ? this.#dropMalformed(from) : this.#admit(incoming, from);
    if (typeof admitted === 'string') return;
    try {
      const result = this.#run(admitted, new CallContext(from, false, false));
      if (result instanceof Promise) result.catch((thrown: unknown) => this.#dropThrown(from, admitted, thrown));
    } catch (thrown) {
      this.#dropThrown(from, admitted, thrown);
    }
  }

  /** A call whose caller waits: it is answered in any case. */
  question(packet: Uint8Array, number: number, from: number): void {
    const incoming = readCall(packet.subarray(ASK_HEADER));
    const admitted = incoming === null ? this.#dropMalformed(from) : this.#admit(incoming, from);
    if (typeof admitted === 'string') {
      this.#answers.refuse(from, number, admitted);
      return;
    }
    const call = new CallContext(from, false, true);
    const answer = this.#answers.begin(from, number, call);
    if (answer === null) return;
    try {
      this.#answers.settle(answer, this.#run(admitted, call));
    } catch (thrown) {
      this.#answers.fail(answer, thrown);
    }
  }

  #run({ node, method, args }: Admitted, call: CallContext): unknown {
    return this.#runner.run(node, method, args, call);
  }

  #admit(incoming: IncomingCall, from: number): Admitted | FailureReason {
    const node = this.#nodeOf(incoming, from);
    if (node === null) return 'unknown-node';
    const method = this.#lists.find(node, from, incoming.method, this.#tables.of(node));
    if (method === undefined || this.#context.host?.hasMethod(node, method.name) !== true) {
      return this.#drop(from, 'unknown-method', `no method of ${this.#pathOf(node)} has the number ${incoming.method}`);
    }
    if (!this.#mayCall(node, method, from)) {
      return this.#drop(from, 'not-permitted', `it may not call ${method.name} of ${this.#pathOf(node)}`);
    }
    const args = this.#argumentsOf(incoming, method, from);
    return args === null ? 'bad-arguments' : { node, method, args };
  }

  #nodeOf({ node, path }: IncomingCall, from: number): SceneNode | null {
    if (path === null) return this.#context.paths.nodeOf(from, node);
    const found = this.#context.host?.findNode(this.#context.rootPath, path) ?? null;
    if (found === null) this.#drop(from, 'unknown-path', `there is no node ${quoted(path)}`);
    return found;
  }

  #mayCall(node: SceneNode, { mode }: RpcMethod, from: number): boolean {
    if (mode === RpcMode.RPC_MODE_ANY_PEER) return true;
    return mode === RpcMode.RPC_MODE_AUTHORITY && this.#context.host?.getMultiplayerAuthority(node) === from;
  }

  /** Null when the call is not made. A value that does not decode is null, and so are those behind it, as in Godot. */
  #argumentsOf(incoming: IncomingCall, method: RpcMethod, from: number): readonly Variant[] | null {
    const args = readArguments(incoming);
    const problem = args === null ? 'has no arguments' : problemOf(args, method);
    if (problem !== null) this.#drop(from, 'bad-arguments', `a call of ${method.name} ${problem}`);
    const isMade = args !== null && (problem === null || (problem === UNREADABLE && method.accepts === null));
    return isMade ? args.values : null;
  }

  #dropMalformed(from: number): FailureReason {
    this.#context.drop(from, 'malformed', "a call can't be read");
    return 'failed';
  }

  #drop(from: number, reason: keyof typeof FAILURES, why: string): FailureReason {
    this.#context.drop(from, reason, `a call was not made: ${why}`);
    return FAILURES[reason];
  }

  #dropThrown(from: number, { node, method }: Admitted, thrown: unknown): void {
    // Told to those who ask, and nobody did.
    if (thrown instanceof RpcRefusal) return;
    this.#context.drop(from, 'script-error', `${method.name} of ${this.#pathOf(node)} threw: ${traceOf(thrown)}`);
  }

  #pathOf(node: SceneNode): string {
    return this.#context.host?.pathOf(this.#context.rootPath, node) ?? 'a node';
  }
}

const UNREADABLE = "has an argument that can't be read";

function problemOf({ values, isWhole }: IncomingArguments, { accepts, fewestArguments }: RpcMethod): string | null {
  if (values.length < fewestArguments) return `has ${values.length} arguments of at least ${fewestArguments}`;
  if (!isWhole) return UNREADABLE;
  if (accepts === null) return null;
  try {
    return accepts(values) ? null : 'does not have the arguments it takes';
  } catch (thrown) {
    return `made the check of its arguments throw: ${traceOf(thrown)}`;
  }
}
