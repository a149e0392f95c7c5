import type { Err } from '../../../src/core/err.js';
import type { Variant, VariantInput } from '../../../src/multiplayer/variant/variant.js';
import { defineRpcs } from '../../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../../src/nodes/node-script.js';
import { GODOT, type RpcRoom, rpcRoom, type Side } from './rpc-room.js';

/** A script with an RPC of each kind, that notes what is called, by whom, with what. */
export class Thing extends NodeScript {
  static readonly rpcs = defineRpcs(Thing, {
    any: { mode: 'any_peer' },
    authority: {},
    checked: { mode: 'any_peer', args: ['int', 'String?'] },
    disabled: { mode: 'disabled' },
    fast: { mode: 'any_peer', transfer: 'unreliable', channel: 3 },
    local: { mode: 'any_peer', callLocal: true },
    nested: { mode: 'any_peer', callLocal: true },
    throwing: { mode: 'any_peer', callLocal: true },
    two: { mode: 'any_peer' },
  });
  declare readonly rpcs: typeof Thing.rpcs;

  readonly calls: unknown[][] = [];

  any(...args: Variant[]): void {
    this.note('any', ...args);
  }
  authority(): void {
    this.note('authority');
  }
  checked(...args: Variant[]): void {
    this.note('checked', ...args);
  }
  disabled(): void {
    this.note('disabled');
  }
  fast(): void {
    this.note('fast');
  }
  local(...args: Variant[]): void {
    this.note('local', ...args);
  }
  nested(): void {
    this.note('nested');
    this.rpcTo(this.multiplayer!.getUniqueId()).local();
    this.note('nested again');
  }
  throwing(): void {
    this.note('throwing');
    throw new Error('thrown on purpose');
  }
  two(a: Variant, b: Variant): void {
    this.note('two', a, b);
  }
  /** No RPC. */
  unlisted(): void {
    this.note('unlisted');
  }

  /** What was called since it was last asked for: the method, the sender, the arguments. */
  taken(): unknown[][] {
    return this.calls.splice(0);
  }

  protected note(name: string, ...args: unknown[]): void {
    this.calls.push([name, this.multiplayer?.getRemoteSenderId(), ...args]);
  }
}

export type ThingSide = Side<Thing>;
export type ThingRoom = RpcRoom<Thing>;

/** Peers that announced nothing to each other: all is as with Godot. */
export const godotRoom = (clients = 1): ThingRoom => rpcRoom(() => new Thing(), { clients, features: GODOT });

/** Everybody calls everybody once, so that all know the numbers of the node. */
export function warmUp<R extends ThingRoom>(room: R): R {
  for (const side of room.sides) side.script.rpc.any();
  room.frames(3);
  room.takeSent();
  for (const side of room.sides) side.script.taken();
  return room;
}

/** By name, as GDScript calls what TypeScript would not let pass. */
export const call = (side: ThingSide, target: number, method: string, ...args: VariantInput[]): Err =>
  side.api.rpc(target, side.thing, method, args);
