import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { TransferMode } from '../../src/multiplayer/multiplayer-types.js';
import { float } from '../../src/multiplayer/variant/float.js';
import { Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MultiplayerSynchronizer } from '../../src/nodes/multiplayer-synchronizer.js';
import { recordErrorTexts } from '../core/support/errors.js';
import { call, godotRoom, Thing, warmUp } from './support/rpc-thing.js';

const PATH = 'World/Thing\0';
const pathHex = Buffer.from(PATH).toString('hex');

const errors = recordErrorTexts();

describe('a call', () => {
  it('announces the node, carries its path, and after the confirmation its number (R-145)', () => {
    const room = godotRoom();
    call(room.client, 1, 'two', 7, 'x');
    const [announced, called] = room.takeSent();
    expect(announced).toMatch(new RegExp(`^2>1 01[0-9a-f]{64}0001000000${pathHex}$`));
    expect(called).toBe(`2>1 20150000800802020704000000010000007800000${'0'}${pathHex}`);
    room.frames();
    expect(room.takeSent()).toEqual(['1>2 020101000000']);
    call(room.client, 1, 'two', 7, 8);
    expect(room.takeSent()).toEqual(['2>1 0001080202070208']);
  });

  it('to several of whom only some know the number has four bytes for it (R-145)', () => {
    const room = godotRoom(2);
    call(room.server, 2, 'any');
    room.frames(2);
    room.takeSent();
    call(room.server, 0, 'any');
    const [announced, known, unknown] = room.takeSent();
    expect(announced).toMatch(/^1>3 01/);
    expect(known).toBe('1>2 a00100000000');
    expect(unknown).toBe(`1>3 a00600008000${pathHex}`);
  });

  it('numbers nodes with one, two or four bytes (R-145)', () => {
    const room = godotRoom();
    const nodes = Array.from({ length: 260 }, (_, i) => new MemoryNode(`N${i}`));
    for (const side of room.sides) {
      for (const node of side === room.server ? nodes : nodes.map(({ name }) => new MemoryNode(name))) {
        side.tree.bind(node, new Thing());
        side.tree.addChild(side.tree.getRoot(), node);
      }
    }
    for (const node of nodes) room.server.api.rpc(2, node, 'any');
    room.frames(2);
    room.takeSent();
    for (const i of [254, 255]) room.server.api.rpc(2, nodes[i]!, 'any');
    expect(room.takeSent()).toEqual(['1>2 80ff00', '1>2 90000100']);
  });

  it('is sent in the mode and on the channel of its method', () => {
    const room = warmUp(godotRoom());
    room.client.script.rpc.fast();
    room.client.script.rpc.any();
    const sent = room.sent.map(({ hex, mode, channel }) => [hex, mode, channel]);
    expect(sent).toEqual([
      ['800104', TransferMode.TRANSFER_MODE_UNRELIABLE, 3],
      ['800100', TransferMode.TRANSFER_MODE_RELIABLE, 0],
    ]);
  });

  it('carries one byte array raw, nothing as nothing, and the rest behind a count (R-147)', () => {
    const room = warmUp(godotRoom());
    const calls = [[], [Uint8Array.of(9, 8)], [new Uint8Array(0)], [1], [Uint8Array.of(1), 2], [undefined]];
    for (const args of calls) call(room.client, 1, 'any', ...args);
    expect(room.takeSent().map((line) => line.slice(4))).toEqual([
      '800100',
      '8001000908',
      '800100',
      '000100010201',
      '000100021d0000000100000001000000' + '0202',
      '00010001' + '00000000',
    ]);
    room.frames();
    const seen = room.server.script.taken().map(([, , ...args]) => args);
    expect(seen).toEqual([[], [Uint8Array.of(9, 8)], [], [1], [Uint8Array.of(1), 2], [null]]);
  });

  it('has at most 255 arguments (R-147)', () => {
    const room = warmUp(godotRoom());
    expect(call(room.client, 1, 'any', ...new Array<number>(255).fill(1))).toBe(Err.OK);
    expect(call(room.client, 1, 'any', ...new Array<number>(256).fill(1))).toBe(Err.ERR_INVALID_PARAMETER);
    room.frames();
    expect(room.server.script.taken().map((entry) => entry.length)).toEqual([257]);
  });

  it('of what can not travel is refused, and nothing is sent', () => {
    const room = godotRoom();
    expect(call(room.client, 1, 'any', (() => {}) as never)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(room.takeSent()).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  it('of a peer without room says so without an error, and may be tried again', () => {
    const room = godotRoom();
    room.client.peer.refusal = Err.ERR_BUSY;
    expect(call(room.client, 1, 'any')).toBe(Err.ERR_BUSY);
    room.client.peer.refusal = Err.OK;
    expect(call(room.client, 1, 'any')).toBe(Err.OK);
    room.frames();
    expect(room.server.script.taken()).toEqual([['any', 2]]);
    expect(errors).toEqual([]);
  });

  it('keeps no large buffer', () => {
    const room = warmUp(godotRoom());
    const large = new Uint8Array(1 << 20).fill(7);
    for (let i = 0; i < 3; i += 1) call(room.client, 1, 'any', large, i);
    call(room.client, 1, 'any', 1);
    room.frames();
    const [first, , , last] = room.server.script.taken();
    expect(Buffer.compare(first?.[2] as Uint8Array, large)).toBe(0);
    expect(last).toEqual(['any', 2, 1]);
  });
});

describe('who is called', () => {
  it('is everybody, one, or everybody but one', () => {
    const room = warmUp(godotRoom(3));
    const seen = (): number[] => {
      room.frames(2);
      return room.sides.filter(({ script }) => script.taken().length > 0).map(({ id }) => id);
    };
    call(room.server, 0, 'any');
    expect(seen()).toEqual([2, 3, 4]);
    call(room.server, 3, 'any');
    expect(seen()).toEqual([3]);
    call(room.server, -3, 'any');
    expect(seen()).toEqual([2, 4]);
    call(room.client, 0, 'any');
    expect(seen()).toEqual([1, 3, 4]);
    call(room.client, -1, 'any');
    expect(seen()).toEqual([3, 4]);
    call(room.client, 4, 'any');
    expect(seen()).toEqual([4]);
  });

  it('is the caller itself as well, after the packet, where the method says so (R-142)', () => {
    const room = warmUp(godotRoom(2));
    for (const target of [0, 1, 2, -1, -2]) call(room.server, target, 'local', target);
    expect(room.server.script.taken()).toEqual([
      ['local', 1, 0],
      ['local', 1, 1],
      ['local', 1, -2],
    ]);
    room.frames();
    expect(room.sides[1]?.script.taken()).toEqual([
      ['local', 1, 0],
      ['local', 1, 2],
    ]);
    expect(room.sides[2]?.script.taken()).toEqual([
      ['local', 1, 0],
      ['local', 1, -2],
    ]);
    // As Godot: whoever is left out has to be there, and nobody is among their own peers.
    expect(errors).toEqual(['Peer 1 is not here: local was not called']);
  });

  it('are those who can see the node, where it has a synchronizer (R-148)', () => {
    const room = warmUp(godotRoom(2));
    const synchronizer = new MultiplayerSynchronizer<MemoryNode>();
    synchronizer.publicVisibility = false;
    room.server.tree.attach(room.server.thing, synchronizer);
    synchronizer.setVisibilityFor(3, true);
    room.frames();
    errors.length = 0;
    expect(call(room.server, 2, 'any')).toBe(Err.ERR_INVALID_PARAMETER);
    expect(errors).toEqual(["Peer 2 can't see the node: any was not called"]);
    expect(call(room.server, 3, 'any')).toBe(Err.OK);
    expect(call(room.server, 0, 'any')).toBe(Err.OK);
    expect(call(room.server, -3, 'any')).toBe(Err.OK);
    room.frames(2);
    expect(room.sides.map(({ script }) => script.taken().length)).toEqual([0, 0, 2]);
    synchronizer.setVisibilityFor(2, true);
    expect(call(room.server, 2, 'any')).toBe(Err.OK);
  });

  it('takes the same values on the own side as elsewhere', () => {
    const room = warmUp(godotRoom());
    const given = [float(1.5), undefined, { a: [1] }, new Vector3(1, 2, 3), [new Vector3(), 'x']] as const;
    call(room.client, 0, 'local', ...given);
    room.frames();
    const [[, , ...here], [, , ...there]] = [room.client.script.taken()[0]!, room.server.script.taken()[0]!];
    expect(here).toEqual(there);
    expect(here[3]).toEqual(new Vector3(1, 2, 3));
    expect(here[3]).not.toBe(given[3]);
  });
});

describe('a call is refused', () => {
  const room = () => warmUp(godotRoom());

  it('without a peer (R-141)', () => {
    const { client } = room();
    client.api.multiplayerPeer = null;
    expect(call(client, 1, 'any')).toBe(Err.ERR_UNCONFIGURED);
  });

  it('outside of the tree: by the API with one code, by the node with another (R-141)', () => {
    const { client } = room();
    client.tree.removeChild(client.thing.parent!, client.thing);
    expect(call(client, 1, 'any')).toBe(Err.ERR_INVALID_PARAMETER);
    expect(client.tree.rpcId(client.thing, 1, 'any')).toBe(Err.ERR_UNCONFIGURED);
    expect(client.script.rpc.any()).toBe(Err.ERR_UNCONFIGURED);
    expect(new Thing().rpc.any()).toBe(Err.ERR_UNCONFIGURED);
    expect(errors).toHaveLength(4);
  });

  it('without a connection (R-141)', () => {
    const { client } = room();
    client.peer.isOpen = false;
    expect(call(client, 1, 'any')).toBe(Err.ERR_CONNECTION_ERROR);
  });

  it('of a method that is no RPC (R-141)', () => {
    const { client } = room();
    for (const name of ['unlisted', 'missing', 'toString', 'constructor', '__proto__', 'calls', '']) {
      expect(call(client, 1, name), name).toBe(Err.ERR_INVALID_PARAMETER);
    }
  });

  it('to oneself, unless the method runs there too (R-141)', () => {
    const { client } = room();
    expect(call(client, 2, 'any')).toBe(Err.ERR_INVALID_PARAMETER);
    expect(call(client, 2, 'local')).toBe(Err.OK);
    expect(client.script.taken()).toEqual([['local', 2]]);
  });

  it('to somebody who is not there (C-33)', () => {
    const { client } = room();
    expect(call(client, 5, 'any')).toBe(Err.ERR_INVALID_PARAMETER);
    expect(call(client, -5, 'any')).toBe(Err.ERR_INVALID_PARAMETER);
  });

  it('to nobody at all it is not: that is no mistake', () => {
    const { server, client, frames } = room();
    client.peer.unlink(server.peer);
    frames();
    errors.length = 0;
    expect(call(server, 0, 'any')).toBe(Err.OK);
    expect(call(server, 0, 'local')).toBe(Err.OK);
    expect(server.script.taken()).toEqual([['local', 1]]);
    expect(errors).toEqual([]);
  });

  it('with one report each', () => {
    const { client } = room();
    call(client, 1, 'unlisted');
    expect(errors).toEqual(['World/Thing has no RPC "unlisted" on this side']);
  });
});

describe('the sender', () => {
  it('is 0 outside of a call, the caller inside, the own id in a call from here (R-134)', () => {
    const room = warmUp(godotRoom(2));
    expect(room.server.api.getRemoteSenderId()).toBe(0);
    call(room.client, 3, 'any');
    call(room.client, 0, 'local');
    room.frames(2);
    expect(room.sides[2]?.script.taken()).toEqual([
      ['any', 2],
      ['local', 2],
    ]);
    expect(room.client.script.taken()).toEqual([['local', 2]]);
    expect(room.server.api.getRemoteSenderId()).toBe(0);
  });

  it('is that of the outer call again after one inside of it (R-134)', () => {
    const room = warmUp(godotRoom());
    call(room.client, 1, 'nested');
    room.frames();
    expect(room.server.script.taken()).toEqual([
      ['nested', 2],
      ['local', 1],
      ['nested again', 2],
    ]);
  });

  it('is 0 again after a method that threw, here and there (R-134)', () => {
    const room = warmUp(godotRoom());
    expect(call(room.client, 0, 'throwing')).toBe(Err.ERR_SCRIPT_FAILED);
    expect(room.client.api.getRemoteSenderId()).toBe(0);
    room.frames();
    expect(room.server.api.getRemoteSenderId()).toBe(0);
    expect(room.server.script.taken()).toEqual([['throwing', 2]]);
    expect(room.server.api.getDropped(2)['script-error']).toBe(1);
    expect(errors.filter((text) => text.includes('thrown on purpose'))).toHaveLength(1);
  });
});

describe('a received call', () => {
  it('runs for the authority only, for anybody, or never, as its mode says (R-143)', () => {
    const room = warmUp(godotRoom());
    for (const method of ['any', 'authority', 'disabled']) {
      call(room.client, 1, method);
      call(room.server, 2, method);
    }
    room.frames(2);
    expect(room.server.script.taken()).toEqual([['any', 2]]);
    expect(room.client.script.taken()).toEqual([
      ['any', 1],
      ['authority', 1],
    ]);
    expect(room.server.api.getDropped(2)['not-permitted']).toBe(2);
    for (const side of room.sides) side.tree.setMultiplayerAuthority(side.thing, 2);
    call(room.client, 1, 'authority');
    call(room.server, 2, 'authority');
    room.frames(2);
    expect(room.server.script.taken()).toEqual([['authority', 2]]);
    expect(room.client.script.taken()).toEqual([]);
  });

  it('is permitted by the original sender, not by the server that passed it on (R-134, R-143)', () => {
    const room = warmUp(godotRoom(2));
    call(room.client, 3, 'authority');
    room.frames(2);
    expect(room.sides[2]?.script.taken()).toEqual([]);
    room.sides[2]?.tree.setMultiplayerAuthority(room.sides[2].thing, 2);
    call(room.client, 3, 'authority');
    room.frames(2);
    expect(room.sides[2]?.script.taken()).toEqual([['authority', 2]]);
  });

  it('with fewer arguments than the method needs is dropped, as GDScript does', () => {
    const room = warmUp(godotRoom());
    call(room.client, 1, 'two', 1);
    call(room.client, 1, 'two', 1, 2);
    call(room.client, 1, 'two', 1, 2, 3);
    room.frames();
    expect(room.server.script.taken()).toEqual([
      ['two', 2, 1, 2],
      ['two', 2, 1, 2],
    ]);
    expect(room.server.api.getDropped(2)['bad-arguments']).toBe(1);
  });

  it('whose arguments fail the check of the method is dropped and counted', () => {
    const room = warmUp(godotRoom());
    call(room.client, 1, 'checked', 1);
    call(room.client, 1, 'checked', 1, 'x');
    for (const args of [[], ['1'], [1.5], [1, 2], [1, 'x', 2], [null]]) call(room.client, 1, 'checked', ...args);
    room.frames();
    expect(room.server.script.taken()).toEqual([
      ['checked', 2, 1],
      ['checked', 2, 1, 'x'],
    ]);
    expect(room.server.api.getDropped(2)['bad-arguments']).toBe(6);
  });
});

describe('methods of one node', () => {
  it('are called by wider numbers (R-144)', () => {
    const room = warmUp(godotRoom());
    for (const { tree } of room.sides) {
      const node = new MemoryNode('Own');
      tree.bind(node, new Thing());
      tree.rpcConfig(node, 'unlisted', { rpc_mode: 1 });
      tree.addChild(tree.getRoot(), node);
    }
    const node = room.client.tree.getNode('/root/Own')!;
    room.client.api.rpc(1, node, 'any');
    room.frames();
    room.takeSent();
    room.client.api.rpc(1, node, 'unlisted');
    room.client.api.rpc(1, node, 'any');
    expect(room.takeSent()).toEqual(['2>1 c0020080', '2>1 800200']);
    room.frames();
    const script = room.server.tree.scriptOf(room.server.tree.getNode('/root/Own') as MemoryNode) as Thing;
    expect(script.taken().map(([name]) => name)).toEqual(['any', 'unlisted', 'any']);
  });

  it('are as they were when the node was first called (R-144)', () => {
    const room = warmUp(godotRoom());
    room.client.tree.rpcConfig(room.client.thing, 'unlisted', { rpc_mode: 1 });
    expect(call(room.client, 1, 'unlisted')).toBe(Err.ERR_INVALID_PARAMETER);
  });
});
