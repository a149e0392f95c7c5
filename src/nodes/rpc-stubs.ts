import type { Err } from '../core/err.js';
import type { AskOptions } from '../multiplayer/rpc/ask-options.js';
import type { Variant, VariantInput } from '../multiplayer/variant/variant.js';
import { askScript, callScript } from './script-home.js';
import { classRpcs } from './script-rpcs.js';

/** Has the RPCs of one class as methods, which call them at one target. */
class CallStub {
  readonly #script: object;
  readonly #peer: number;

  constructor(script: object, peer: number) {
    this.#script = script;
    this.#peer = peer;
  }

  /** Not a method: every name has to be free for RPCs. */
  static send(stub: CallStub, method: string, args: readonly VariantInput[]): Err {
    return callScript(stub.#script, stub.#peer, method, args);
  }
}

/** The same for questions. */
class AskStub {
  readonly #script: object;
  readonly #peer: number;
  readonly #options: AskOptions | undefined;

  constructor(script: object, peer: number, options: AskOptions | undefined) {
    this.#script = script;
    this.#peer = peer;
    this.#options = options;
  }

  static send(stub: AskStub, method: string, args: readonly VariantInput[]): Promise<Variant> {
    return askScript(stub.#script, stub.#peer, method, args, stub.#options);
  }
}

interface StubClasses {
  readonly Calls: typeof CallStub;
  readonly Asks: typeof AskStub;
}

// By the prototype of the class of the script: made from the tables behind `defineRpcs` and `@rpc()`, and kept beside them.
const classes = new WeakMap<object, StubClasses>();

export function callStub(script: object, peer: number): object {
  const { Calls } = stubsOf(script);
  return new Calls(script, peer);
}

export function askStub(script: object, peer: number, options: AskOptions | undefined): object {
  const { Asks } = stubsOf(script);
  return new Asks(script, peer, options);
}

function stubsOf(script: object): StubClasses {
  const prototype = Object.getPrototypeOf(script) as object;
  const known = classes.get(prototype);
  if (known !== undefined) return known;
  const made = { Calls: class extends CallStub {}, Asks: class extends AskStub {} };
  for (const name of classRpcs(prototype).keys()) {
    define(made.Calls, name, function (this: CallStub, ...args: readonly VariantInput[]) {
      return CallStub.send(this, name, args);
    });
    define(made.Asks, name, function (this: AskStub, ...args: readonly VariantInput[]) {
      return AskStub.send(this, name, args);
    });
  }
  classes.set(prototype, made);
  return made;
}

function define(type: typeof CallStub | typeof AskStub, name: string, value: unknown): void {
  Object.defineProperty(type.prototype, name, { value, enumerable: true });
}
