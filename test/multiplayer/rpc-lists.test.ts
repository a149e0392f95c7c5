import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import type { RpcError } from '../../src/multiplayer/rpc/rpc-error.js';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import { recordErrorTexts } from '../core/support/errors.js';
import { bytesOf, GODOT, type RpcRoom, rpcRoom } from './support/rpc-room.js';

const errors = recordErrorTexts();

/** What both have: `common` and `second`. */
class Base extends NodeScript {
  readonly called: string[] = [];
  common(): void {
    this.called.push('common');
  }
  second(): number {
    this.called.push('second');
    return 2;
  }
  another(): void {
    this.called.push('another');
  }
  extra(): void {
    this.called.push('extra');
  }
}
const ANY = { mode: 'any_peer' } as const;

class Newer extends Base {
  static readonly rpcs = defineRpcs(Newer, { common: ANY, second: ANY, extra: ANY });
  declare readonly rpcs: typeof Newer.rpcs;
}
class Older extends Base {
  static readonly rpcs = defineRpcs(Older, { common: ANY, second: ANY, another: ANY });
  declare readonly rpcs: typeof Older.rpcs;
}

type Room = RpcRoom<Newer | Older>;
/** The server has the newer script, the client the older one. */
const mixedRoom = (features?: () => readonly string[]): Room =>
  rpcRoom<Newer | Older>((id) => (id === 1 ? new Newer() : new Older()), features ? { features } : {});

describe('two sides with different lists', () => {
  it("go astray towards Godot's peers, with an error on both (R-146)", () => {
    const room = mixedRoom(GODOT);
    room.server.script.rpc.common();
    room.frames(2);
    expect(room.client.script.called).toEqual(['another']);
    expect(errors).toEqual([
      'Peer 1 has other RPCs than this side at "World/Thing": make sure that both have the same methods',
      'Peer 2 has other RPCs than this side at "World/Thing": make sure that both have the same methods',
    ]);
  });

  it('still call the methods that both have', () => {
    const room = mixedRoom();
    for (let i = 0; i < 2; i += 1) {
      room.server.script.rpc.common();
      room.client.script.rpc.common();
      room.server.script.rpc.second();
      room.client.script.rpc.second();
      room.frames(2);
    }
    expect(room.server.script.called).toEqual(['common', 'second', 'common', 'second']);
    expect(room.client.script.called).toEqual(['common', 'second', 'common', 'second']);
  });

  it('say once which methods differ', () => {
    const room = mixedRoom();
    room.server.script.rpc.common();
    room.frames(2);
    expect(errors).toEqual([
      'Peer 1 has other RPCs than this side at "World/Thing": only there "extra"; only here "another"',
      'Peer 2 has other RPCs than this side at "World/Thing": only there "another"; only here "extra"',
    ]);
    room.client.script.rpc.common();
    room.server.script.rpc.common();
    room.frames(2);
    expect(errors).toHaveLength(2);
  });

  it('never call what the other side meant by a number of its own', () => {
    const room = mixedRoom();
    const { api, thing } = room.server;
    api.rpc(2, thing, 'extra');
    room.frames(2);
    expect(room.client.script.called).toEqual([]);
    expect(room.client.api.getDropped(1)['unknown-method']).toBe(1);
  });

  it('tell the caller what the other side lacks, after one round trip', async () => {
    const room = mixedRoom();
    const { api, thing } = room.server;
    expect(api.rpc(2, thing, 'extra')).toBe(Err.OK);
    room.frames(2);
    errors.length = 0;
    expect(api.rpc(2, thing, 'extra')).toBe(Err.ERR_METHOD_NOT_FOUND);
    expect(errors).toEqual(['Peer 2 has no RPC extra at World/Thing']);
    expect(api.rpc(0, thing, 'extra')).toBe(Err.OK);
    const reason = await api.ask(2, thing, 'extra').catch((thrown: unknown) => (thrown as RpcError).reason);
    expect(reason).toBe('unknown-method');
    expect(room.takeSent().filter((line) => line.startsWith('1>2') && line.slice(4, 6) !== '58')).toHaveLength(3);
  });

  it('are asked by name as well', async () => {
    const room = mixedRoom();
    const question = room.client.script.ask(1).second();
    room.frames(2);
    expect(await question).toBe(2);
  });

  it('have the methods of single nodes told apart from those of scripts', () => {
    const room = rpcRoom(() => new Newer());
    for (const { tree, id } of room.sides) {
      const node = new MemoryNode('Own');
      tree.bind(node, new Newer());
      tree.rpcConfig(node, 'another', { rpc_mode: 1 });
      if (id === 2) tree.rpcConfig(node, 'aaa', { rpc_mode: 1 });
      tree.addChild(tree.getRoot(), node);
    }
    const nodeOf = (side: (typeof room)['server']): MemoryNode => side.tree.getNode('/root/Own') as MemoryNode;
    room.server.api.rpc(2, nodeOf(room.server), 'another');
    room.server.api.rpc(2, nodeOf(room.server), 'extra');
    room.frames(2);
    expect((room.client.tree.scriptOf(nodeOf(room.client)) as Newer).called).toEqual(['another', 'extra']);
  });
});

describe('lists', () => {
  it('are told once per peer and script, before the first call', () => {
    const room = rpcRoom(() => new Newer(), { clients: 2 });
    const node = new MemoryNode('Second');
    for (const side of room.sides) {
      const other = side === room.server ? node : new MemoryNode('Second');
      side.tree.bind(other, new Newer());
      side.tree.addChild(side.tree.getRoot(), other);
    }
    room.server.script.rpc.common();
    room.server.api.rpc(0, node, 'second');
    room.server.script.rpc.second();
    const kinds = room.takeSent().map((line) => `${line.slice(2, 3)} ${line.slice(4, 6)}`);
    expect(kinds.filter((kind) => kind.endsWith('48'))).toEqual(['2 48', '3 48']);
    expect(kinds.slice(0, 2)).toEqual(['2 48', '2 01']);
    expect(errors).toEqual([]);
  });

  it('are told again to a peer that came back', () => {
    const room = rpcRoom(() => new Newer());
    room.server.script.rpc.common();
    room.frames(2);
    room.client.peer.unlink(room.server.peer);
    room.frames(2);
    room.server.peer.link(room.client.peer);
    room.frames(2);
    room.takeSent();
    room.server.script.rpc.common();
    expect(room.takeSent().map((line) => line.slice(0, 6))).toEqual(
      ['1>2 48', '1>2 01', '1>2 20'].map((s) => s.replace('20', 'a0')),
    );
  });

  it("are not told to Godot's peers", () => {
    const room = rpcRoom(() => new Newer(), { features: GODOT });
    room.server.script.rpc.common();
    expect(room.takeSent().map((line) => line.slice(0, 6))).toEqual(['1>2 01', '1>2 a0']);
  });

  it('of strangers are bounded in number and length', () => {
    const room = rpcRoom(() => new Newer());
    const inject = (packet: Uint8Array): void => room.client.peer.inject(room.server.peer, packet);
    const listOf = (names: readonly string[]): Uint8Array =>
      bytesOf(`480000${Buffer.from(names.map((name) => `${name}\0`).join('')).toString('hex')}`);
    for (let i = 0; i < 300; i += 1) inject(listOf([`method${i}`]));
    room.frames();
    expect(room.server.api.getDropped(2).limit).toBe(300 - 256);
    inject(listOf(Array.from({ length: 5000 }, (_, i) => `m${i}`)));
    for (const packet of ['48', '4800', '480000 61', '480200 6100', '480000 ff00']) inject(bytesOf(packet));
    room.frames();
    expect(room.server.api.getDropped(2).malformed).toBe(6);
  });

  it('that name nodes which are not there are ignored', () => {
    const room = rpcRoom(() => new Newer());
    for (const path of ['Nowhere', '../World/Thing', '/root/World/Thing', '']) {
      const packet = bytesOf(`58${Buffer.from(`${path}\0`).toString('hex')}0000`);
      room.client.peer.inject(room.server.peer, packet);
    }
    room.frames();
    expect(room.server.api.rpc(2, room.server.thing, 'extra')).toBe(Err.OK);
    expect(errors).toEqual([]);
  });
});

describe('a script that is bound after somebody wanted to call it', () => {
  /** Both sides have the node; the scripts are bound when the test says so. */
  function lateRoom(features?: () => readonly string[]) {
    const room = rpcRoom(() => new Newer(), features ? { features } : {});
    const nodes = room.sides.map(({ tree }) => {
      const node = new MemoryNode('Late');
      tree.addChild(tree.getRoot(), node);
      return node;
    });
    const bind = (at: 0 | 1): Newer => {
      const script = new Newer();
      room.sides[at]?.tree.bind(nodes[at] as MemoryNode, script);
      return script;
    };
    return { room, nodes, bind };
  }

  it('is called from then on: whoever was told that there is nothing is told again', async () => {
    const { room, bind } = lateRoom();
    const caller = bind(0);
    expect(caller.rpcTo(2).common()).toBe(Err.OK);
    room.frames(2);
    expect(caller.rpcTo(2).common()).toBe(Err.ERR_METHOD_NOT_FOUND);
    const late = bind(1);
    room.frames(2);
    errors.length = 0;
    expect(caller.rpcTo(2).common()).toBe(Err.OK);
    caller.rpc.extra();
    const question = caller.ask(2).second();
    room.frames(2);
    expect(late.called).toEqual(['common', 'extra', 'second']);
    expect(await question).toBe(2);
    late.rpcTo(1).common();
    room.frames(2);
    expect(caller.called).toEqual(['common']);
    expect(errors).toEqual([]);
  });

  it('is told of once, to each that had asked', () => {
    const { room, bind } = lateRoom();
    bind(0).rpcTo(2).common();
    room.frames(2);
    room.takeSent();
    bind(1);
    room.frames(5);
    expect(room.takeSent().map((line) => line.slice(0, 6))).toEqual(['2>1 58']);
  });

  it('with other methods than the caller has leaves those that both have', () => {
    const { room, nodes, bind } = lateRoom();
    const caller = bind(0);
    caller.rpcTo(2).common();
    room.frames(2);
    const late = new Older();
    room.client.tree.bind(nodes[1] as MemoryNode, late);
    room.frames(2);
    expect(caller.rpcTo(2).common()).toBe(Err.OK);
    expect(caller.rpcTo(2).extra()).toBe(Err.ERR_METHOD_NOT_FOUND);
    room.frames(2);
    expect(late.called).toEqual(['common']);
  });

  it("towards Godot's peers is taken by its numbers, without a word", () => {
    const { room, bind } = lateRoom(GODOT);
    const caller = bind(0);
    caller.rpcTo(2).common();
    room.frames(2);
    const late = bind(1);
    room.takeSent();
    room.frames(2);
    expect(room.takeSent()).toEqual([]);
    caller.rpcTo(2).common();
    room.frames(2);
    expect(late.called).toEqual(['common']);
  });

  it('can call by itself, though it was tried before', () => {
    const { room, nodes, bind } = lateRoom();
    expect(room.server.api.rpc(2, nodes[0] as MemoryNode, 'common')).toBe(Err.ERR_INVALID_PARAMETER);
    const caller = bind(0);
    const other = bind(1);
    expect(caller.rpcTo(2).common()).toBe(Err.OK);
    room.frames(2);
    expect(other.called).toEqual(['common']);
  });

  it('is awaited for a bounded number of nodes of each peer', () => {
    const { room } = lateRoom();
    for (let n = 0; n < 400; n += 1) {
      const node = new MemoryNode(`many${n}`);
      room.client.tree.addChild(room.client.tree.getRoot(), node);
      const own = new MemoryNode(`many${n}`);
      room.server.tree.addChild(room.server.tree.getRoot(), own);
      room.server.tree.bind(own, new Newer());
      room.server.api.rpc(2, own, 'common');
    }
    room.frames(2);
    room.takeSent();
    for (const child of [...room.client.tree.getRoot().children]) {
      if (child.name.startsWith('many')) room.client.tree.bind(child, new Newer());
    }
    room.frames(2);
    expect(room.takeSent()).toHaveLength(256);
  });
});
