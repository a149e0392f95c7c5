import { defineRpcs, float, NodeScript, type Variant } from 'scenewire';
import type { MemoryNode } from 'scenewire/headless';

export type Tell = (line: string) => void;

/** Our side of calls.gd, method by method. */
export class Calls extends NodeScript<MemoryNode> {
  static readonly rpcs = defineRpcs(Calls, {
    by_authority: {},
    by_anyone: { mode: 'any_peer' },
    here_too: { mode: 'any_peer', callLocal: true },
    unreliable: { mode: 'any_peer', transfer: 'unreliable' },
    unreliable_ordered: { mode: 'any_peer', transfer: 'unreliable_ordered' },
    on_channel_4: { mode: 'any_peer', channel: 4 },
    no_arguments: { mode: 'any_peer' },
    several: { mode: 'any_peer' },
    optional: { mode: 'any_peer' },
    typed: { mode: 'any_peer' },
    question: { mode: 'any_peer' },
    answer: { mode: 'any_peer' },
  });
  declare readonly rpcs: typeof Calls.rpcs;
  readonly #tell: Tell;

  constructor(tell: Tell) {
    super();
    this.#tell = tell;
  }

  by_authority(what: Variant): void {
    this.tell('by_authority', what);
  }

  by_anyone(what: Variant): void {
    this.tell('by_anyone', what);
  }

  here_too(what: Variant): void {
    this.tell('here_too', what);
  }

  unreliable(what: Variant): void {
    this.tell('unreliable', what);
  }

  unreliable_ordered(what: Variant): void {
    this.tell('unreliable_ordered', what);
  }

  on_channel_4(what: Variant): void {
    this.tell('on_channel_4', what);
  }

  no_arguments(): void {
    this.tell('no_arguments');
  }

  several(a: Variant, b: Variant, c: Variant): void {
    this.tell('several', a, b, c);
  }

  optional(a: Variant, b: Variant = 'default'): void {
    this.tell('optional', a, b);
  }

  typed(number: number, text: string, place: Variant): void {
    this.tell('typed', number, text, place);
  }

  question(what: Variant): void {
    this.tell('question', what);
    this.rpcTo(this.multiplayer?.getRemoteSenderId() ?? 0).answer(what);
  }

  answer(what: Variant): void {
    this.tell('answer', what);
  }

  /** What nobody may call from elsewhere. */
  secret(): void {
    this.tell('secret');
  }

  protected tell(method: string, ...args: readonly Variant[]): void {
    const from = this.multiplayer?.getRemoteSenderId() ?? 0;
    this.#tell(`${this.node?.name} ${method}(${args.map(textOf).join(', ')}) from ${from}`);
  }
}

/** Our side of more_calls.gd; `configured` is added to the node with `tree.rpcConfig`. */
export class MoreCalls extends Calls {
  static override readonly rpcs = defineRpcs(
    MoreCalls,
    { by_authority: { mode: 'any_peer' }, additional: { mode: 'any_peer' } },
    Calls.rpcs,
  );
  declare readonly rpcs: typeof MoreCalls.rpcs;

  override by_authority(what: Variant): void {
    this.tell('by_authority here', what);
  }

  additional(what: Variant): void {
    this.tell('additional', what);
  }

  configured(what: Variant): void {
    this.tell('configured', what);
  }
}

/** For questions among Node peers: Godot has no such node. */
export class Questions extends NodeScript<MemoryNode> {
  static readonly rpcs = defineRpcs(Questions, { sum: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Questions.rpcs;

  sum(a: number, b: number): number {
    return a + b;
  }
}

/** Our side of echo.gd. */
export class Echo extends NodeScript<MemoryNode> {
  static readonly rpcs = defineRpcs(Echo, { echo: { mode: 'any_peer' }, echoed: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Echo.rpcs;
  /** What came with the last call. */
  value: Variant = null;
  /** Numbers go back as floats: those that came as whole floats are plain numbers here. */
  sendsFloats = false;
  readonly #tell: Tell;

  constructor(tell: Tell) {
    super();
    this.#tell = tell;
  }

  echo(value: Variant): void {
    this.value = value;
    const back = this.sendsFloats && typeof value === 'number' ? float(value) : value;
    this.rpcTo(this.multiplayer?.getRemoteSenderId() ?? 0).echoed(back);
    this.#tell('Echo echo');
  }

  echoed(value: Variant): void {
    this.value = value;
    this.#tell('Echo echoed');
  }
}

/** In one line, and so that an int and a float, or a String and a StringName, can be told apart. */
export function textOf(value: Variant): string {
  if (value === null || typeof value !== 'object')
    return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${textOf(k)}: ${textOf(v)}`).join(', ')}}`;
  return `${value.constructor.name} ${JSON.stringify(value)}`;
}
