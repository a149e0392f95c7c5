import { describe, expect, it } from 'vitest';
import { RpcMode } from '../../src/multiplayer/rpc/rpc-config.js';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import type { RpcOptions } from '../../src/nodes/rpc-options.js';
import { classRpcs, scriptRpcs } from '../../src/nodes/script-rpcs.js';

const namesOf = (script: object): string[] => [...scriptRpcs(script).keys()].sort();

class Base {
  static readonly rpcs = defineRpcs(Base, {
    baseOnly: { mode: 'any_peer' },
    overriddenPlain: { mode: 'any_peer', transfer: 'unreliable' },
    overriddenAgain: { mode: 'any_peer', transfer: 'unreliable' },
  });
  baseOnly(): void {}
  overriddenPlain(): void {}
  overriddenAgain(): void {}
}

class Derived extends Base {
  static override readonly rpcs = defineRpcs(
    Derived,
    { childOnly: {}, overriddenAgain: { mode: 'any_peer', channel: 2 } },
    Base.rpcs,
  );
  childOnly(): void {}
  override overriddenPlain(_more?: number): void {}
  override overriddenAgain(): void {}
}

describe('a list of RPCs', () => {
  it('has the defaults of @rpc in GDScript', () => {
    class Script {
      static readonly rpcs = defineRpcs(Script, { call: {} });
      call(_a: number, _b: string, _c = 0): void {}
    }
    expect(scriptRpcs(new Script()).get('call')).toEqual({
      rpc_mode: RpcMode.RPC_MODE_AUTHORITY,
      transfer_mode: 2,
      channel: 0,
      call_local: false,
      context: false,
      min_args: 2,
    });
  });

  it('holds what was written', () => {
    class Script {
      static readonly rpcs = defineRpcs(Script, {
        call: {
          mode: 'any_peer',
          transfer: 'unreliable_ordered',
          channel: 5,
          callLocal: true,
          context: true,
          args: ['int'],
        },
      });
      call(_who: unknown, _a: number): void {}
    }
    expect(scriptRpcs(new Script()).get('call')).toEqual({
      rpc_mode: RpcMode.RPC_MODE_ANY_PEER,
      transfer_mode: 1,
      channel: 5,
      call_local: true,
      context: true,
      min_args: 1,
      args: ['int'],
    });
  });

  it('is inherited: declared anew it is replaced, only overridden it is kept, as in Godot', () => {
    expect(namesOf(new Derived())).toEqual(['baseOnly', 'childOnly', 'overriddenAgain', 'overriddenPlain']);
    const table = scriptRpcs(new Derived());
    expect(table.get('overriddenPlain')).toMatchObject({ rpc_mode: 1, transfer_mode: 0, channel: 0 });
    expect(table.get('overriddenAgain')).toMatchObject({ rpc_mode: 1, transfer_mode: 2, channel: 2 });
    expect(namesOf(new Base())).toEqual(['baseOnly', 'overriddenAgain', 'overriddenPlain']);
    expect(scriptRpcs(new Base()).get('overriddenAgain')).toMatchObject({ transfer_mode: 0, channel: 0 });
  });

  it('is one object for all scripts of a class, and of classes that add nothing', () => {
    class Plain extends Derived {}
    expect(scriptRpcs(new Derived())).toBe(scriptRpcs(new Derived()));
    expect(scriptRpcs(new Plain())).toBe(scriptRpcs(new Derived()));
  });

  it('wants as many arguments as the method that is called, not as the one it overrides', () => {
    class More extends Base {
      override baseOnly(..._args: readonly number[]): void {}
      override overriddenPlain(_a?: number): void {}
    }
    Object.defineProperty(More.prototype, 'baseOnly', { value: (_a: number, _b: number) => {} });
    expect(scriptRpcs(new More()).get('baseOnly')).toMatchObject({ rpc_mode: 1, min_args: 2 });
  });

  it('may name inherited methods, without a word to the base class', () => {
    class Quiet {
      shout(): void {}
    }
    class Loud extends Quiet {
      static readonly rpcs = defineRpcs(Loud, { shout: {} });
    }
    expect(namesOf(new Loud())).toEqual(['shout']);
    expect(namesOf(new Quiet())).toEqual([]);
  });

  it('is empty for objects without a class of their own', () => {
    expect(namesOf({ call: () => {} })).toEqual([]);
    expect(namesOf(Object.create(null) as object)).toEqual([]);
  });
});

describe('a list of RPCs throws', () => {
  class Script {
    field = 1;
    arrow = (): void => {};
    get accessor(): () => void {
      throw new Error('was called');
    }
    method(): void {}
    static fixed(): void {}
  }
  const define = (map: Record<string, RpcOptions>): unknown =>
    defineRpcs(class extends Script {} as unknown as typeof Object, map as never);

  it.each(['missing', 'field', 'arrow', 'accessor', 'fixed', 'constructor', 'toString', '__defineGetter__', ''])(
    'for %j, which is no method of its own',
    (name) => {
      expect(() => define({ [name]: {} })).toThrow(TypeError);
    },
  );

  it('for __proto__', () => {
    expect(() => define(JSON.parse('{"__proto__": {}}') as Record<string, RpcOptions>)).toThrow(TypeError);
  });

  it.each<[string, object]>([
    ['a mode', { mode: 'everybody' }],
    ['a mode', { mode: 'toString' }],
    ['a transfer mode', { transfer: 'fast' }],
    ['a channel', { channel: -1 }],
    ['a channel', { channel: '1' }],
    ['types of arguments', { args: ['number'] }],
    ['a type of an answer', { returns: 'void' }],
  ])('for what is not %s: %j', (_what, options) => {
    expect(() => define({ method: options as RpcOptions })).toThrow(TypeError);
  });

  it('for a class that was used already: its methods have their numbers', () => {
    class Late {
      method(): void {}
    }
    classRpcs(Late.prototype);
    expect(() => defineRpcs(Late, { method: {} })).toThrow(TypeError);
  });
});

describe('a script', () => {
  it('has stubs for what is listed, and for nothing else', () => {
    class Player extends NodeScript {
      static readonly rpcs = defineRpcs(Player, { jump: {}, peer: {}, script: {} });
      declare readonly rpcs: typeof Player.rpcs;
      jump(): void {}
      peer(): void {}
      script(): void {}
      secret(): void {}
    }
    const player = new Player();
    for (const stub of [player.rpc, player.rpcTo(1), Player.rpcs.rpc(player), Player.rpcs.rpcTo(player, 2)]) {
      expect(
        ['jump', 'peer', 'script', 'secret', 'hasOwnProperty'].filter((name) =>
          Object.hasOwn(Object.getPrototypeOf(stub) as object, name),
        ),
      ).toEqual(['jump', 'peer', 'script']);
      expect('secret' in stub).toBe(false);
    }
  });

  it('keeps its stubs apart by their target', () => {
    class Player extends NodeScript {
      static readonly rpcs = defineRpcs(Player, { jump: {} });
      declare readonly rpcs: typeof Player.rpcs;
      jump(): void {}
    }
    const player = new Player();
    expect(player.rpc).toBe(player.rpc);
    const two = player.rpcTo(2);
    expect(player.rpcTo(2)).toBe(two);
    expect(player.rpcTo(3)).not.toBe(two);
    expect(player.rpcTo(2)).not.toBe(two);
  });
});
