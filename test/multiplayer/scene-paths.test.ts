import { MemoryNode, type SceneTree } from 'scenewire';
import { describe, expect, it, vi } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { SceneRoom, type Side } from './support/scene-room.js';

const errors = recordErrors();

const NO_METHODS = '6434316438636439386630306232303465393830303939386563663834323765';
const ANY_PEER = { rpc_mode: 1 } as const;

/** SIMPLIFY_PATH as a peer sends it. */
function announcement(id: number, path: string, md5 = NO_METHODS): string {
  const number = Buffer.from(Uint32Array.of(id).buffer).toString('hex');
  return `01${md5}00${number}${Buffer.from(path).toString('hex')}00`;
}

/** A node whose method `hello` anybody may call, with the calls it got. */
function greeter(tree: SceneTree<MemoryNode>, parent: MemoryNode, name: string): string[] {
  const calls: string[] = [];
  const node = new MemoryNode(name);
  tree.bind(node, { hello: () => calls.push(`hello ${name}`) });
  tree.rpcConfig(node, 'hello', ANY_PEER);
  tree.addChild(parent, node);
  return calls;
}

const call = (side: Side, name: string, target: number): number =>
  side.tree.rpcId(side.game.getChild(name) as MemoryNode, target, 'hello');

describe('the numbers of paths', () => {
  it('R-145 begin at 1, one per node, and are announced to each peer once, before the call', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    for (const name of ['A', 'B']) greeter(server!.tree, server!.game, name);
    const sent = server!.sends(() => {
      for (const name of ['B', 'B', 'A']) call(server!, name, 2);
      call(server!, 'B', 3);
    });
    expect(sent.map((packet) => packet.slice(0, 5))).toEqual([
      '2: 01',
      '2: e0',
      '2: e0',
      '2: 01',
      '2: e0',
      '3: 01',
      '3: e0',
    ]);
    expect(sent[0]).toContain(`${'00'}${'01000000'}${Buffer.from('Game/B').toString('hex')}00`);
    expect(sent[3]).toContain(`${'00'}${'02000000'}${Buffer.from('Game/A').toString('hex')}00`);
  });

  it('R-145 take the place of the path once the peer has confirmed', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    const calls = greeter(client!.tree, client!.game, 'A');
    call(server!, 'A', 2);
    room.polls(2);
    expect(server!.sends(() => call(server!, 'A', 2))).toEqual(['2: c0010080']);
    room.polls();
    expect(calls).toEqual(['hello A', 'hello A']);
  });

  it('R-145 are forgotten when the node leaves, and it gets a new one when it comes back', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    call(server!, 'A', 2);
    const node = server!.game.getChild('A') as MemoryNode;
    server!.tree.removeChild(server!.game, node);
    server!.tree.addChild(server!.game, node);
    expect(server!.sends(() => call(server!, 'A', 2))[0]).toContain('0002000000');
  });

  it('are announced anew to a peer that left and came back', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    greeter(client!.tree, client!.game, 'A');
    call(server!, 'A', 2);
    room.polls(2);
    client!.peer.disconnectPeer(1);
    room.polls(2);
    client!.api.multiplayerPeer = room.hub.create(2, 'client', true);
    room.hub.link(1, 2);
    room.polls();
    expect(server!.sends(() => call(server!, 'A', 2)).map((packet) => packet.slice(0, 5))).toEqual(['2: 01', '2: e0']);
  });

  it('begin anew with another transport', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    call(server!, 'A', 2);
    server!.api.multiplayerPeer = room.hub.create(1, 'server', true);
    room.hub.link(1, 2);
    server!.poll();
    expect(server!.sends(() => call(server!, 'A', 2))[0]).toContain('0001000000');
  });

  it('are not given to nodes outside of the root', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.tree.getRoot(), 'Outside');
    server!.api.rootPath = '/root/Game';
    const node = server!.tree.getRoot().getChild('Outside') as MemoryNode;
    expect(server!.sends(() => server!.tree.rpcId(node, 2, 'hello'))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });
});

describe('announced paths', () => {
  it('are confirmed, with 0 where the methods differ', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    expect(server!.sends(() => server!.receive(2, announcement(5, 'Game')))).toEqual(['2: 020105000000']);
    expect(server!.sends(() => server!.receive(2, announcement(6, 'Game', '61'.repeat(32))))).toEqual([
      '2: 020006000000',
    ]);
  });

  it('may end with the packet instead of a NUL, and hold text beyond ASCII', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.tree.addChild(server!.game, new MemoryNode('Müller'));
    expect(server!.sends(() => server!.receive(2, announcement(1, 'Game/Müller').slice(0, -2)))).toEqual([
      '2: 020101000000',
    ]);
    expect(server!.sends(() => server!.receive(2, announcement(2, '.')))).toEqual(['2: 020102000000']);
  });

  it.each([
    ['../Game', 'leads above the root'],
    ['Game/../..', 'leads above the root on the way'],
    ['Game/../Game', 'leads up at all'],
    ['/root/Game', 'is absolute'],
    ['/', 'is the root of all'],
    ['Nope', 'leads to no node'],
    ['', 'is empty'],
    ['Game/', 'has an empty name'],
    ['Game//A', 'has an empty name inside'],
    ['Game:name', 'names a property'],
    [`Game/${'x'.repeat(5000)}`, 'is too long'],
  ])('that %s, which %s, are dropped without an answer', (path) => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    expect(server!.sends(() => server!.receive(2, announcement(1, path)))).toEqual([]);
    expect(server!.api.getDropped(2)['unknown-path']).toBe(1);
  });

  it('never lead into a branch above the root of the API', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.tree.getRoot(), 'Secret');
    server!.api.rootPath = '/root/Game';
    for (const path of ['../Secret', '/root/Secret', 'Secret', '..']) server!.receive(2, announcement(1, path));
    expect(server!.api.getDropped(2)['unknown-path']).toBe(4);
  });

  it.each([
    ['too short', announcement(1, '').slice(0, 74)],
    ['with bytes that are no text', `${announcement(1, '').slice(0, -2)}ff00`],
    ['whose number was used before', announcement(7, 'Game')],
  ])('%s are dropped', (_what, packet) => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, announcement(7, 'Game'));
    expect(server!.sends(() => server!.receive(2, packet))).toEqual([]);
    const { malformed, 'unknown-path': unknown } = server!.api.getDropped(2);
    expect(malformed + unknown).toBe(1);
  });

  it('lead to the node that has taken the place of one that was freed', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    greeter(client!.tree, client!.game, 'A');
    call(server!, 'A', 2);
    room.polls(2);
    client!.tree.free(client!.game.getChild('A') as MemoryNode);
    const calls = greeter(client!.tree, client!.game, 'A');
    call(server!, 'A', 2);
    room.polls();
    expect(calls).toEqual(['hello A']);
  });

  it('of a peer without end stop at a limit, and what is gone makes room after a while', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    const lookups = vi.spyOn(server!.tree, 'findNode');
    for (let id = 1; id <= 135_000; id += 1) server!.inject(2, announcement(id, 'Game/A'));
    server!.poll();
    expect(server!.api.getDropped(2).limit).toBe(135_000 - 131_072);
    expect(room.sent.filter(({ from }) => from === 1)).toHaveLength(131_072);
    // Looked up once each. What is remembered is not searched for every one that is refused.
    expect(lookups.mock.calls.length).toBeLessThan(140_000);
    server!.tree.free(server!.game.getChild('A') as MemoryNode);
    for (let id = 135_001; id <= 136_100; id += 1) server!.inject(2, announcement(id, 'Game'));
    expect(server!.sends(() => server!.poll()).length).toBeGreaterThan(0);
  });

  it('that are long reach the limit sooner', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    const name = 'n'.repeat(4000);
    server!.tree.addChild(server!.game, new MemoryNode(name));
    for (let id = 1; id <= 2000; id += 1) server!.inject(2, announcement(id, `Game/${name}`));
    server!.poll();
    expect(server!.api.getDropped(2).limit).toBe(2000 - Math.floor((4 << 20) / 4005));
  });
});

describe('confirmations', () => {
  it.each([
    ['of the wrong size', '0201010000', 'malformed'],
    ['with bytes behind', '020101000000ff', 'malformed'],
  ] as const)('%s are dropped', (_what, packet, reason) => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, packet);
    expect(server!.api.getDropped(2)[reason]).toBe(1);
  });

  it('of a number that is not known are ignored: its node may have left', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, '020128000000');
    expect(errors).toEqual([]);
  });

  it('from a peer that it was never announced to are dropped', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    greeter(server!.tree, server!.game, 'A');
    call(server!, 'A', 2);
    server!.receive(3, '020101000000');
    expect(server!.api.getDropped(3).malformed).toBe(1);
  });
});

describe('a packet by a number', () => {
  it('that nobody announced is dropped', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, '800501');
    expect(server!.api.getDropped(2)['unknown-path']).toBe(1);
  });

  it('whose node is gone is dropped', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    greeter(server!.tree, server!.game, 'A');
    server!.receive(2, announcement(1, 'Game/A'));
    server!.tree.free(server!.game.getChild('A') as MemoryNode);
    server!.receive(2, 'c0010080');
    expect(server!.api.getDropped(2)['unknown-path']).toBe(1);
  });
});
