import {
  defineRpcs,
  type Err,
  float,
  NodeScript,
  type RpcContext,
  type RpcError,
  type RpcsOf,
  rpc,
  type Variant,
  Vector3,
} from 'scenewire';
import { describe, expect, expectTypeOf, it } from 'vitest';

// What does not compile here fails `npm run typecheck`: each @ts-expect-error is a call that must not.

class Player extends NodeScript {
  static readonly rpcs = defineRpcs(Player, {
    jump: { mode: 'any_peer', transfer: 'unreliable', channel: 1, callLocal: true, args: ['float'] },
    move: {},
    buy: { mode: 'any_peer', context: true, returns: 'bool' },
    inventory: {},
    heal: {},
  });
  declare readonly rpcs: typeof Player.rpcs;

  health = 100;

  jump(height: number): Err {
    this.rpc.heal();
    return this.rpcTo(1).jump(height);
  }
  move(_to: Vector3, _by = 0): void {}
  async buy(_who: RpcContext, item: string) {
    await this.ask(1, { timeoutMs: 100 }).inventory();
    return item.length > 0;
  }
  inventory(): { items: string[] } {
    return { items: [] };
  }
  heal(): void {}
  secret(): void {}
}

class Boss extends Player {
  static override readonly rpcs = defineRpcs(Boss, { roar: { callLocal: true } }, Player.rpcs);
  declare readonly rpcs: typeof Boss.rpcs;

  roar(_loud: boolean): void {
    this.rpc.roar(true);
    this.rpc.jump(1);
  }
}

/** A class that extends nothing of ours. */
class Door {
  static readonly rpcs = defineRpcs(Door, { open: { mode: 'any_peer' } });
  open(_by: number): string {
    return 'open';
  }
}

class Decorated extends NodeScript {
  declare readonly rpcs: RpcsOf<Decorated, 'wave'>;
  @rpc({ mode: 'any_peer' })
  wave(_times: number): void {}
  other(): void {}
}

const babylonVector = { x: 1, y: 2, z: 3, getClassName: () => 'Vector3' };

/** Compiled, never run: the objects belong to no tree. */
const compiles = (_calls: () => void): void => {};

describe('the types of RPCs', () => {
  it('know the listed methods, their arguments, and nothing else', () => {
    const player = new Player();
    expectTypeOf(player.rpc).toHaveProperty('jump');
    expectTypeOf(player.rpc.jump).returns.toEqualTypeOf<Err>();
    expectTypeOf<keyof typeof player.rpc>().toEqualTypeOf<'jump' | 'move' | 'buy' | 'inventory' | 'heal'>();
    compiles(() => {
      player.rpc.jump(3);
      player.rpcTo(-7).jump(float(3));
      player.rpc.move(new Vector3());
      player.rpc.move(babylonVector, 2);
      // @ts-expect-error: not listed
      player.rpc.secret();
      // @ts-expect-error: no method
      player.rpc.health();
      // @ts-expect-error: the wrong type
      player.rpc.jump('3');
      // @ts-expect-error: too few
      player.rpc.jump();
      // @ts-expect-error: too many
      player.rpc.heal(1);
    });
  });

  it('leave the context out of what the caller gives', () => {
    const player = new Player();
    expectTypeOf(player.rpc.buy).parameters.toEqualTypeOf<[item: string]>();
    compiles(() => {
      player.rpc.buy('sword');
      // @ts-expect-error: the context is not the caller's to give
      player.rpc.buy({ sender: 1 }, 'sword');
    });
  });

  it('know what an answer is', () => {
    const { ask } = new Player();
    expectTypeOf<ReturnType<ReturnType<typeof ask>['buy']>>().toEqualTypeOf<Promise<boolean>>();
    expectTypeOf<ReturnType<ReturnType<typeof ask>['jump']>>().toEqualTypeOf<Promise<Err>>();
    expectTypeOf<ReturnType<ReturnType<typeof ask>['heal']>>().toEqualTypeOf<Promise<null>>();
    expectTypeOf<ReturnType<ReturnType<typeof ask>['inventory']>>().toEqualTypeOf<Promise<Variant>>();
    compiles(() => {
      const player = new Player();
      player.ask(1, { timeoutMs: 100, signal: AbortSignal.timeout(50) }).buy('sword');
      // @ts-expect-error: no such option
      player.ask(1, { timeout: 100 }).buy('sword');
    });
  });

  it('go through inheritance', () => {
    const boss: Boss = new Boss();
    const asPlayer: Player = boss;
    expectTypeOf<keyof typeof boss.rpc>().toEqualTypeOf<'roar' | 'jump' | 'move' | 'buy' | 'inventory' | 'heal'>();
    compiles(() => {
      boss.rpc.roar(true);
      boss.ask(1).jump(3);
      asPlayer.rpc.jump(3);
      // @ts-expect-error: a player does not roar
      asPlayer.rpc.roar(true);
    });
  });

  it('work for classes without our base class', () => {
    const door = new Door();
    expectTypeOf(Door.rpcs.rpc(door).open).parameters.toEqualTypeOf<[_by: number | import('scenewire').Float]>();
    compiles(() => {
      // @ts-expect-error: no door
      Door.rpcs.rpc(new Player());
    });
    expectTypeOf(Door.rpcs.ask(door, 1).open).returns.toEqualTypeOf<Promise<string>>();
  });

  it('are told the names of decorated methods', () => {
    const { rpc: calls } = new Decorated();
    expectTypeOf<keyof typeof calls>().toEqualTypeOf<'wave'>();
  });

  it('refuse lists that do not fit the class', () => {
    compiles(() => {
      // @ts-expect-error: no such method
      defineRpcs(Door, { close: {} });
      // @ts-expect-error: no method
      defineRpcs(Player, { health: {} });
      // @ts-expect-error: no such mode
      defineRpcs(Door, { open: { mode: 'anybody' } });
      // @ts-expect-error: no such option
      defineRpcs(Door, { open: { reliable: true } });
      // @ts-expect-error: no such type
      defineRpcs(Door, { open: { args: ['number'] } });
    });
  });

  it('tell errors by their reason', () => {
    const reason = (error: RpcError): string => error.reason;
    expectTypeOf<RpcError['reason']>().extract<'timeout' | 'refused'>().toEqualTypeOf<'timeout' | 'refused'>();
    expect(reason).toBeTypeOf('function');
  });
});
