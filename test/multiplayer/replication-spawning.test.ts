import { Err } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MultiplayerSpawner } from '../../src/nodes/multiplayer-spawner.js';
import { recordErrors } from '../core/support/errors.js';
import { ReplicationGame, type Side, synchronizerOf, type Unit } from './support/replication-game.js';

const reported = recordErrors();
const errs = (): Err[] => reported.map(({ err }) => err);
const namesOf = (side: Side): string[] => side.world.children.map(({ name }) => name);

/** A level whose own spawner makes children of the level. */
function addLevels(side: Side): void {
  side.spawner.registerScene('level', () => {
    const level = new MemoryNode('', 'Level');
    const inner = new MultiplayerSpawner<MemoryNode>('Inner');
    inner.spawnPath = '..';
    inner.registerScene('unit', () => side.unit());
    inner.spawned.connect((node) => side.log.push(`inner spawned ${node.name}`));
    side.tree.attach(level, inner);
    side.tree.attach(level, synchronizerOf({}));
    return level;
  });
}

describe('what an authority spawns', () => {
  it('R-160 R-162 appears at the others with its spawn properties, before it is ready, and goes with it', () => {
    const { game, server, clients } = ReplicationGame.of(2, 3);
    const seen: unknown[] = [];
    for (const client of clients) {
      client.tree.onChildEntered(client.world, (node) => {
        client.tree.onReady(node, () => seen.push([(node as Unit).health, (node as Unit).title]));
      });
    }
    const hero = server.add('Hero', (unit) => Object.assign(unit, { health: 75, title: 'Ann' }));
    game.frames();
    expect(clients.map(namesOf)).toEqual([['Hero'], ['Hero']]);
    expect(seen).toEqual([
      [75, 'Ann'],
      [75, 'Ann'],
    ]);
    server.tree.free(hero);
    game.frames();
    expect(clients.map(namesOf)).toEqual([[], []]);
    expect(clients[0]?.log.filter((line) => line.includes('spawned'))).toEqual(['spawned Hero', 'despawned Hero']);
    expect(server.log).toEqual([]);
    expect(reported).toEqual([]);
  });

  it('R-160 is not what is deeper, what comes from no listed scene, or what others add', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const box = new MemoryNode('Box');
    server.world.addChild(box);
    box.addChild(server.spawner.instantiateScene('unit') as Unit);
    clients[0]?.add('Mine');
    game.frames(2);
    expect(namesOf(server)).toEqual(['Box']);
    expect(clients.map(namesOf)).toEqual([['Mine']]);
  });

  it('R-162 comes to late joiners in the order in which it was made, children behind their parents', () => {
    const { game, server } = ReplicationGame.of();
    addLevels(server);
    const late = server.spawner.instantiateScene('unit') as Unit;
    const level = server.spawner.instantiateScene('level') as MemoryNode;
    server.add('Early');
    server.world.addChild(level);
    const inner = server.tree.getChildNamed(level, 'Inner') as MultiplayerSpawner<MemoryNode>;
    inner.add('unit', (node) => {
      node.name = 'Child';
    });
    server.world.addChild(late);
    const client = game.side(2);
    addLevels(client);
    game.line.link(1, 2);
    game.frames(2);
    expect(client.log.filter((line) => line.includes('spawned'))).toEqual([
      'spawned Unit',
      'spawned Level',
      'spawned Early',
      'inner spawned Child',
    ]);
    expect(reported).toEqual([]);
  });

  it('R-164 is freed when its spawner leaves, or the connection ends', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    for (const side of game.sides) side.spawner.setMultiplayerAuthority(2);
    client.add('Mine');
    game.frames(2);
    expect(namesOf(server)).toEqual(['Mine']);
    game.line.cut(1, 2);
    game.frames(2);
    expect(namesOf(server)).toEqual([]);
    expect(namesOf(client)).toEqual(['Mine']);
    expect(server.log.filter((line) => line.includes('spawned'))).toEqual(['spawned Mine']);
  });

  it('R-165 stays when the list of scenes is cleared, and is despawned when the spawner goes', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    server.add('Hero');
    game.frames();
    server.spawner.clearSpawnableScenes();
    game.frames();
    expect(clients.map(namesOf)).toEqual([['Hero']]);
    server.tree.detach(server.spawner);
    game.frames(2);
    expect(namesOf(server)).toEqual(['Hero']);
    expect(clients.map(namesOf)).toEqual([[]]);
  });

  it('R-166 is hidden and shown by its synchronizers, of which one is enough', () => {
    const { game, server, clients } = ReplicationGame.of(2, 3);
    const hero = server.spawner.instantiateScene('unit') as Unit;
    const second = synchronizerOf({ '.:title': 'never' }, 'Second');
    server.tree.attach(hero, second);
    for (const synchronizer of [server.syncOf(hero), second]) synchronizer.publicVisibility = false;
    second.setVisibilityFor(3, true);
    server.spawner.addSpawnableScene('other');
    for (const client of clients) client.unitProperties = { '.:position': 'always' };
    server.world.addChild(hero);
    game.frames();
    expect(clients.map(namesOf)).toEqual([[], ['Unit']]);
    server.syncOf(hero).setVisibilityFor(2, true);
    second.setVisibilityFor(3, false);
    game.frames();
    expect(clients.map(namesOf)).toEqual([['Unit'], []]);
  });

  it('R-166 takes along what is inside of it, which comes again with it', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    addLevels(server);
    addLevels(client);
    const level = server.spawner.add('level') as MemoryNode;
    const inner = server.tree.getChildNamed(level, 'Inner') as MultiplayerSpawner<MemoryNode>;
    inner.add('unit');
    game.frames();
    server.syncOf(level).publicVisibility = false;
    game.frames();
    expect(namesOf(client)).toEqual([]);
    server.syncOf(level).publicVisibility = true;
    game.frames();
    expect(client.world.getChild('Level')?.getChild('Unit')).not.toBeNull();
    expect(reported).toEqual([]);
  });
});

describe('spawns of a peer that may not, or asks for what is wrong (R-163)', () => {
  const spawn = (name: string, { scene = 0, netId = 50, spawner = 1, syncs = 0 } = {}): Uint8Array => {
    const bytes = new TextEncoder().encode(`${name}\0`);
    const packet = new Uint8Array(18 + 4 * syncs + bytes.length);
    const view = new DataView(packet.buffer);
    packet[0] = 4;
    packet[1] = scene;
    [spawner, netId, syncs, bytes.length].forEach((value, at) => {
      view.setUint32(2 + 4 * at, value, true);
    });
    packet.set(bytes, 18 + 4 * syncs);
    return packet;
  };
  const attacked = (from: number, ...packets: Uint8Array[]): { names: string[]; drops: object } => {
    const { game, server, clients } = ReplicationGame.of(2, 3);
    const [client] = clients as [Side];
    server.add('Hero');
    game.frames();
    for (const bytes of packets) {
      client.peer.queue.push({ from: 1, to: 2, mode: 2, channel: 0, bytes: from === 1 ? bytes : relayed(from, bytes) });
    }
    game.frames();
    const drops = Object.entries(client.api.getDropped(from)).filter(([, count]) => count > 0);
    return { names: namesOf(client), drops: Object.fromEntries(drops) };
  };
  const relayed = (from: number, bytes: Uint8Array): Uint8Array => Uint8Array.of(7, 3, from, 0, 0, 0, ...bytes);

  it('R-163: somebody else than the authority', () => {
    expect(attacked(3, spawn('Evil')).names).toEqual(['Hero']);
    expect(attacked(3, spawn('Evil')).drops).toEqual({ 'unknown-path': 1 });
  });

  it.each(['a.b', 'a:b', 'a@b', 'a/b', 'a"b', 'a%b', '..', '', '../Hero'])('R-163: the name %j', (name) => {
    expect(attacked(1, spawn(name))).toEqual({ names: ['Hero'], drops: { malformed: 1 } });
  });

  it('R-163: a name, a number or a synchronizer that is there already', () => {
    expect(attacked(1, spawn('Hero'))).toEqual({ names: ['Hero'], drops: { 'not-permitted': 1 } });
    expect(attacked(1, spawn('Dup', { netId: 1 })).drops).toEqual({ 'not-permitted': 1 });
  });

  it('a scene that is not listed, a spawner that is none, packets that are cut off', () => {
    expect(attacked(1, spawn('A', { scene: 9 })).drops).toEqual({ 'unknown-object': 1 });
    expect(attacked(1, spawn('A', { spawner: 77 })).drops).toEqual({ 'unknown-path': 1 });
    expect(attacked(1, spawn('A').subarray(0, 17), spawn('A', { syncs: 1 }).subarray(0, 20)).drops).toEqual({
      malformed: 2,
    });
    expect(attacked(1, Uint8Array.of(5, 1, 0), Uint8Array.of(5, 99, 0, 0, 0)).drops).toEqual({
      malformed: 1,
      'unknown-object': 1,
    });
  });

  it('nodes beyond the limits, of all and of the spawner', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    client.api.replicationLimits.maxSpawnedNodes = 2;
    for (const name of ['A', 'B', 'C']) server.add(name);
    game.frames(2);
    expect(namesOf(client)).toEqual(['A', 'B']);
    expect(client.api.getDropped(1).limit).toBe(1);
    // What went away makes room.
    server.tree.free(server.get('A') as Unit);
    server.add('D');
    game.frames(2);
    expect(namesOf(client)).toEqual(['B', 'D']);
    client.spawner.spawnLimit = 2;
    client.api.replicationLimits.maxSpawnedNodes = 10;
    server.add('E');
    game.frames(2);
    expect(namesOf(client)).toEqual(['B', 'D']);
    expect(client.api.getDropped(1).limit).toBe(2);
  });

  it('factories that throw, give nothing, or give a node that is in use, harm nothing', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    const used = new MemoryNode('Used');
    client.tree.getRoot().addChild(used);
    for (const factory of [
      () => {
        throw new Error('on purpose');
      },
      () => null as never,
      () => used as Unit,
    ]) {
      client.spawner.registerScene('unit', factory);
      server.add('Hero');
      game.frames(2);
    }
    expect(namesOf(client)).toEqual([]);
    expect(used.parent).toBe(client.tree.getRoot());
    expect(client.api.getDropped(1)).toMatchObject({ 'unknown-object': 2, 'script-error': 1 });
    expect(errs()).toContain(Err.ERR_SCRIPT_FAILED);
  });

  it('what was freed here is gone: later updates are counted, its despawn is no error', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    const hero = server.add('Hero');
    game.frames(2);
    client.tree.free(client.get('Hero') as Unit);
    hero.health = 1;
    game.frames(3);
    expect(client.api.getReplicationCounters().lateUpdates).toBeGreaterThan(2);
    server.tree.free(hero);
    game.frames();
    server.add('Hero');
    game.frames();
    expect(namesOf(client)).toEqual(['Hero']);
    expect(reported).toEqual([]);
  });
});
