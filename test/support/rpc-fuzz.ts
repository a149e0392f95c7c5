import { setErrorHandler } from '../../src/core/fail.js';
import { compileCheck } from '../../src/multiplayer/rpc/argument-check.js';
import type { RpcContext } from '../../src/multiplayer/rpc/rpc-context.js';
import { RpcRefusal } from '../../src/multiplayer/rpc/rpc-error.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import { type RpcRoom, rpcRoom } from '../multiplayer/support/rpc-room.js';
import { Dice } from './fuzz/dice.js';
import { mutatePacket } from './packet-mutations.js';

/** Whether the peers know each other as Godot's, or as peers of this library. */
export const RPC_FUZZ_KINDS = ['godot', 'scenewire'] as const;
export type RpcFuzzKind = (typeof RPC_FUZZ_KINDS)[number];

export interface RpcFuzzOutcome {
  readonly cases: number;
  /** What should not have happened, with the number of the case. */
  readonly problems: readonly string[];
  /** Methods that ran, packets that were dropped and counted, questions that were settled. */
  readonly called: number;
  readonly dropped: number;
  readonly settled: number;
}

const CHECK = ['int', 'String?'] as const;
const passes = compileCheck(CHECK);
const MOST_PROBLEMS = 20;
const FRAME_EVERY = 16;
/** A list that something is wrong with makes all later calls fail: then nothing would be left to try. */
const NEW_ROOM_EVERY = 400;
/** Questions of one peer that may be open. */
const MOST_OPEN = 256;

/** The target of the calls. Whatever of it runs that may not is a problem. */
class Target extends NodeScript {
  static readonly rpcs = defineRpcs(Target, {
    any: { mode: 'any_peer' },
    authority: {},
    checked: { mode: 'any_peer', args: CHECK },
    disabled: { mode: 'disabled' },
    refusing: { mode: 'any_peer' },
    slow: { mode: 'any_peer', context: true },
    throwing: { mode: 'any_peer' },
    two: { mode: 'any_peer' },
  });
  declare readonly rpcs: typeof Target.rpcs;

  calls = 0;
  readonly wrong: string[] = [];
  readonly open = new Set<RpcContext>();

  any(...args: Variant[]): Variant {
    this.calls += 1;
    return args;
  }
  authority(): void {
    this.wrong.push('authority ran');
  }
  checked(...args: Variant[]): number {
    this.calls += 1;
    if (!passes(args)) this.wrong.push('checked ran with other arguments');
    return 1;
  }
  disabled(): void {
    this.wrong.push('disabled ran');
  }
  refusing(): never {
    this.calls += 1;
    throw new RpcRefusal('no');
  }
  slow(who: RpcContext): Promise<Variant> | null {
    this.calls += 1;
    if (!who.isAsked) return null;
    this.open.add(who);
    who.signal.addEventListener('abort', () => this.open.delete(who));
    return new Promise(() => {});
  }
  throwing(): never {
    this.calls += 1;
    throw new Error('on purpose');
  }
  two(a: Variant, b: Variant): void {
    this.calls += 1;
    if (a === undefined || b === undefined) this.wrong.push('two ran with less than two');
  }
  unlisted(): void {
    this.wrong.push('unlisted ran');
  }
  override toString(): string {
    this.wrong.push('toString ran');
    return '';
  }
}

/** Shows one side packets about calls, of which most have something wrong with them. The same seed, the same packets. */
export async function fuzzRpc(kind: RpcFuzzKind, seed: number, cases: number): Promise<RpcFuzzOutcome> {
  setErrorHandler(() => {});
  try {
    return await new RpcFuzz(kind, seed).run(cases);
  } finally {
    setErrorHandler(null);
  }
}

class RpcFuzz {
  readonly #kind: RpcFuzzKind;
  readonly #dice: Dice;
  readonly #problems: string[] = [];
  #room: RpcRoom<Target>;
  #packets: readonly Uint8Array[];
  #called = 0;
  #dropped = 0;
  #settled = 0;

  constructor(kind: RpcFuzzKind, seed: number) {
    this.#kind = kind;
    this.#dice = new Dice(seed, RPC_FUZZ_KINDS.indexOf(kind));
    this.#room = this.#makeRoom();
    this.#packets = this.#record();
  }

  async run(cases: number): Promise<RpcFuzzOutcome> {
    const names = Object.getOwnPropertyNames(Object.prototype).length;
    for (let index = 0; index < cases && this.#problems.length < MOST_PROBLEMS; index += 1) {
      try {
        this.#step(index);
        // What was answered is settled.
        if (index % FRAME_EVERY === 0) await Promise.resolve();
      } catch (thrown) {
        this.#problems.push(`case ${index} threw ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
      }
    }
    this.#close(cases);
    if (Object.getOwnPropertyNames(Object.prototype).length !== names) this.#problems.push('a prototype has changed');
    const [called, dropped, settled] = [this.#called, this.#dropped, this.#settled];
    return { cases, problems: this.#problems, called, dropped, settled };
  }

  #step(index: number): void {
    const { server, client } = this.#room;
    client.peer.inject(server.peer, mutatePacket(this.#dice.pick(this.#packets), this.#dice, this.#packets));
    if (this.#kind === 'scenewire' && this.#dice.chance(0.02)) this.#ask();
    if (index % FRAME_EVERY !== 0) return;
    this.#room.clock.advance(this.#dice.below(200));
    server.tree.processFrame();
    this.#room.sent.length = 0;
    this.#check(index);
    if (index % NEW_ROOM_EVERY === 0) this.#renew(index);
  }

  #ask(): void {
    const count = (): void => {
      this.#settled += 1;
    };
    this.#room.server.script
      .ask(2, { timeoutMs: 1 + this.#dice.below(1000) })
      .any(1)
      .then(count, count);
  }

  #check(index: number): void {
    const { script, api, thing } = this.#room.server;
    this.#problems.push(...script.wrong.splice(0).map((text) => `case ${index}: ${text}`));
    if (script.open.size > MOST_OPEN) this.#problems.push(`case ${index}: ${script.open.size} questions are open`);
    if (api.getRemoteSenderId() !== 0) this.#problems.push(`case ${index}: a sender is left`);
    if (thing.parent === null) this.#problems.push(`case ${index}: the node is gone`);
  }

  /** What one side holds of another ends with it. */
  #renew(index: number): void {
    this.#close(index);
    this.#room = this.#makeRoom();
    this.#packets = this.#record();
  }

  #close(index: number): void {
    const { server, client } = this.#room;
    server.tree.processFrame();
    this.#called += server.script.calls;
    this.#dropped += Object.values(server.api.getDropped(2)).reduce<number>((sum, count) => sum + (count ?? 0), 0);
    server.peer.unlink(client.peer);
    server.tree.processFrame();
    if (server.script.open.size > 0) this.#problems.push(`case ${index}: questions of one who left are open`);
  }

  #makeRoom(): RpcRoom<Target> {
    return rpcRoom(() => new Target(), this.#kind === 'godot' ? { features: () => [] } : {});
  }

  /** What an honest client sends: every kind of packet about calls, by path and by number. */
  #record(): Uint8Array[] {
    const { client, server, sent } = this.#room;
    const { rpc } = client.script;
    const ask = (): typeof rpc => client.script.ask(1, { timeoutMs: 5 }) as never;
    const call = (calls: typeof rpc): void => {
      calls.any(1, [2, new Map([['k', 1]])], 'text');
      calls.any(Uint8Array.of(1, 2, 3));
      calls.checked(7, 'x');
      calls.two(1, 2);
      for (const name of ['slow', 'refusing', 'throwing', 'disabled', 'authority'] as const) calls[name]();
    };
    for (let i = 0; i < 2; i += 1) {
      call(rpc);
      call(ask());
      void server.script.ask(2).any(i);
      void server.script.ask(2).refusing();
      this.#room.frames(2);
    }
    const packets = sent.filter(({ from }) => from === 2).map(({ hex }) => Uint8Array.from(Buffer.from(hex, 'hex')));
    const own = ['38 01000000', '58 576f726c642f5468696e6700 0000 616e7900', '48 0100 6100 6200', '68', '010203'];
    return [...packets, ...own.map((text) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex')))];
  }
}
