import { MemoryNode, MultiplayerSpawner } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { ANNOUNCED_FEATURES } from '../../src/multiplayer/announced-features.js';
import { recordErrors } from '../core/support/errors.js';
import { ReplicationGame, type Side, synchronizerOf, Unit } from './support/replication-game.js';

const reported = recordErrors();

/** A level with a spawner, a door that is known by its path, and a spawner whose nodes are spawned things themselves. */
function load(side: Side): { level: MemoryNode; spawner: MultiplayerSpawner<MemoryNode>; door: Unit } {
  const level = new MemoryNode('Level');
  const door = new Unit('Door');
  side.tree.attach(door, synchronizerOf({ '.:health': 'onChange' }));
  level.addChild(door);
  const spawner = new MultiplayerSpawner<MemoryNode>('Gate');
  spawner.spawnPath = '..';
  spawner.registerScene('unit', () => side.unit());
  spawner.registerScene('nest', () => {
    const nest = new MemoryNode('', 'Nest');
    const inner = new MultiplayerSpawner<MemoryNode>('Inner');
    inner.spawnPath = '..';
    inner.registerScene('unit', () => side.unit());
    side.tree.attach(nest, inner);
    return nest;
  });
  side.tree.attach(level, spawner);
  side.tree.getRoot().addChild(level);
  return { level, spawner, door };
}

/** A server with its level, and a client that has none yet. */
function joinWithoutLevel(features: readonly string[] = ANNOUNCED_FEATURES) {
  const game = new ReplicationGame();
  const server = game.side(1);
  const loaded = load(server);
  const client = game.side(2);
  for (const side of game.sides) side.peer.features = features;
  game.line.link(1, 2);
  return { game, server, client, ...loaded };
}

describe('a scenewire peer that still loads its level', () => {
  it('gets what was spawned meanwhile, as it is by then, when it is through; nothing of it is an error', () => {
    const { game, client, spawner, door, server } = joinWithoutLevel();
    const unit = spawner.add('unit', (node) => Object.assign(node, { name: 'Hero', title: 'Ann' })) as Unit;
    const gone = spawner.add('unit') as Unit;
    const nest = spawner.add('nest') as MemoryNode;
    const inner = server.tree.getChildNamed(nest, 'Inner') as MultiplayerSpawner<MemoryNode>;
    inner.add('unit');
    door.health = 7;
    for (let i = 0; i < 600; i += 1) {
      unit.position.x += 1;
      unit.health = i;
      if (i === 300) server.tree.free(gone);
      game.frames();
    }
    expect(client.api.getReplicationCounters().heldSpawns).toBe(4);
    const mine = load(client);
    game.frames(20);
    expect(mine.level.children.map(({ name }) => name)).toEqual(['Door', 'Hero', 'Nest']);
    expect(mine.level.getChild('Hero')).toMatchObject({ title: 'Ann', health: 599, position: { x: 600 } });
    expect(mine.level.getChild('Nest')?.getChild('Unit')).not.toBeNull();
    expect(mine.door.health).toBe(7);
    unit.health = 1;
    server.tree.free(nest);
    game.frames(3);
    expect(mine.level.getChild('Hero')).toMatchObject({ health: 1 });
    expect(mine.level.children.map(({ name }) => name)).toEqual(['Door', 'Hero']);
    expect(reported).toEqual([]);
  });

  it('gets it also when only the spawn node is missing', () => {
    const { game, client } = joinWithoutLevel();
    for (const side of game.sides) side.spawner.spawnPath = '../Arena';
    const [arena, copy] = [new MemoryNode('Arena'), new MemoryNode('Arena')];
    game.sides[0]?.tree.getRoot().addChild(arena);
    game.frames(2);
    game.sides[0]?.spawner.add('unit');
    game.frames(50);
    client.tree.getRoot().addChild(copy);
    game.frames(3);
    expect(copy.children.map(({ name }) => name)).toEqual(['Unit']);
    expect(reported).toEqual([]);
  });

  it('is waited for so long and so much only', () => {
    const { game, client, spawner } = joinWithoutLevel();
    client.api.replicationLimits.maxHeldSpawns = 2;
    for (let i = 0; i < 3; i += 1) spawner.add('unit');
    game.frames(3);
    expect(client.api.getDropped(1).limit).toBe(1);
    game.frames(40, 1000);
    expect(client.api.getDropped(1)['unknown-path']).toBeGreaterThan(0);
    const { level } = load(client);
    game.frames(20);
    expect(level.children.map(({ name }) => name)).toEqual(['Door']);
  });

  it('is not waited for when the other side is Godot, whose packets would be others', () => {
    const { game, client, spawner } = joinWithoutLevel([]);
    spawner.add('unit');
    game.frames(3);
    expect(client.api.getDropped(1)['unknown-path']).toBeGreaterThan(0);
    expect(client.api.getReplicationCounters().heldSpawns).toBe(0);
    game.line.sent.length = 0;
    load(client);
    game.frames(20);
    expect(game.line.sent.filter(({ from, bytes }) => from === 2 && bytes[0] === 2)).toEqual([]);
  });
});
