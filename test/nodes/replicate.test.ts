import {
  MemoryNode,
  MemorySceneAdapter,
  type MultiplayerSynchronizer,
  NodeScript,
  ReplicationMode,
  replicate,
  SceneTree,
  spawnInto,
  Vector3,
} from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ReplicationGame } from '../multiplayer/support/replication-game.js';
import { type EngineName, engines } from './support/engines.js';

const reported = recordErrors();

class Player extends MemoryNode {
  position = new Vector3();
  health = 100;
  jump(): void {}
}

class Brain extends NodeScript<Player> {
  mood = 'calm';
}

const pathsOf = (synchronizer: MultiplayerSynchronizer): unknown[] => {
  const config = synchronizer.replicationConfig;
  return (config?.getProperties() ?? []).map((path) => [
    path,
    config?.propertyGetReplicationMode(path),
    config?.propertyGetSpawn(path),
  ]);
};
const { REPLICATION_MODE_NEVER, REPLICATION_MODE_ALWAYS, REPLICATION_MODE_ON_CHANGE } = ReplicationMode;

describe('replicate', () => {
  it('makes a synchronizer from a list of properties', () => {
    const synchronizer = replicate(new Player(), {
      position: 'always',
      'position:y': { mode: 'onChange', spawn: false },
      health: 'onChange',
      name: 'spawn',
      './Gun:heat': 'always',
      '.:stats:strength': 'onChange',
    });
    expect(pathsOf(synchronizer)).toEqual([
      ['.:position', REPLICATION_MODE_ALWAYS, true],
      ['.:position:y', REPLICATION_MODE_ON_CHANGE, false],
      ['.:health', REPLICATION_MODE_ON_CHANGE, true],
      ['.:name', REPLICATION_MODE_NEVER, true],
      ['Gun:heat', REPLICATION_MODE_ALWAYS, true],
      ['.:stats:strength', REPLICATION_MODE_ON_CHANGE, true],
    ]);
  });

  it('names what it cannot understand, and leaves it out', () => {
    const wrong: { [name: string]: unknown } = { health: 'allways', position: { mode: 'toString' }, name: 'spawn' };
    const synchronizer = replicate(new Player(), wrong as Parameters<typeof replicate<Player>>[1]);
    expect(pathsOf(synchronizer)).toEqual([['.:name', REPLICATION_MODE_NEVER, true]]);
    expect(reported.map(({ text }) => text)).toEqual([
      'health can\'t be "allways": say always, onChange or spawn',
      'position can\'t be "toString": say always, onChange or spawn',
    ]);
  });

  it('takes options', () => {
    const filter = (peer: number): boolean => peer === 7;
    const options = { name: 'Input', interval: 0.1, deltaInterval: 0.2, authority: 7 };
    const synchronizer = replicate(new Player(), { health: 'always' }, { ...options, visibility: filter });
    const { name, replicationInterval, deltaInterval, authority } = synchronizer;
    expect({ name, interval: replicationInterval, deltaInterval, authority }).toEqual(options);
    expect([synchronizer.isVisibleTo(7), synchronizer.isVisibleTo(8)]).toEqual([true, false]);
    expect(replicate(new Player(), {}, { visibility: 'private' }).publicVisibility).toBe(false);
  });

  it('finds the tree of its node by itself: now, later, or through a script', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    const [inside, outside, scripted] = [new Player('A'), new Player('B'), new Player('C')];
    const brain = new Brain();
    tree.getRoot().addChild(inside);
    const now = replicate(inside, { health: 'always' });
    const later = replicate(outside, { health: 'always' });
    const bound = replicate(brain, { mood: 'onChange', health: 'always', 'position:x': 'always' });
    expect([now, later, bound].map((one) => one.isInsideTree())).toEqual([true, false, false]);
    tree.getRoot().addChild(outside);
    tree.getRoot().addChild(scripted);
    tree.bind(scripted, brain);
    expect([now, later, bound].map((one) => one.isInsideTree())).toEqual([true, true, true]);
    expect([now, later, bound].map((one) => one.getParent())).toEqual([inside, outside, scripted]);
    expect(replicate(brain, { mood: 'always' }).name).toBe('MultiplayerSynchronizer2');
    // It stays with its node.
    tree.getRoot().removeChild(outside);
    expect(later.isInsideTree()).toBe(false);
    tree.getRoot().addChild(outside);
    expect([later.isInsideTree(), tree.getChildren(outside).length]).toEqual([true, 1]);
  });

  it.each(Object.keys(engines) as EngineName[])('finds a node of %s that was added when nobody looked', (name) => {
    const lab = engines[name]();
    const tree = new SceneTree(lab.adapter);
    const node = lab.make('Silent', lab.make('Group'));
    const synchronizer = replicate(node as { visible?: boolean }, { visible: 'onChange' });
    tree.processFrame();
    tree.processFrame();
    expect([synchronizer.isInsideTree(), tree.getPath(synchronizer)]).toEqual([
      true,
      '/root/Group/Silent/MultiplayerSynchronizer',
    ]);
    lab.dispose();
  });

  it('gets the authority that its node is given before it enters the tree', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    const player = new Player();
    const synchronizer = replicate(player, { health: 'always' });
    tree.setMultiplayerAuthority(player, 5);
    expect(synchronizer.authority).toBe(5);
  });

  it('knows the names of a class when it is compiled', () => {
    const player = new Player();
    // @ts-expect-error: no such property
    replicate(player, { helth: 'always' });
    // @ts-expect-error: a method
    replicate(player, { jump: 'always' });
    // @ts-expect-error: no such part
    replicate(player, { 'position:w': 'always' });
    // @ts-expect-error: no such moment
    replicate(player, { health: 'sometimes' });
    // @ts-expect-error: neither of the script nor of its node
    replicate(new Brain(), { temper: 'always' });
    expect(reported.map(({ text }) => text)).toEqual(['health can\'t be "sometimes": say always, onChange or spawn']);
  });
});

describe('spawnInto', () => {
  it('lets nodes of some scenes appear at all peers', () => {
    const { game } = ReplicationGame.of(2, 3);
    const spawners = game.sides.map((side) => {
      const arena = new MemoryNode('Arena');
      side.tree.getRoot().addChild(arena);
      const make = (): Player => {
        const player = new Player('', 'Player');
        replicate(player, { health: 'onChange', position: 'always' });
        return player;
      };
      return spawnInto(arena, { player: make, ghost: make }, { name: 'Gate', limit: 9, spawn: () => make() });
    });
    const [gate] = spawners;
    gate?.add('ghost', (ghost) => {
      ghost.health = 1;
    });
    gate?.spawn();
    game.frames(2);
    const healths = game.sides.map((side) => {
      const arena = side.tree.getRoot().getChild('Arena') as MemoryNode;
      return arena.children.map((child) => (child as Player).health);
    });
    expect(healths).toEqual([
      [1, 100],
      [1, 100],
      [1, 100],
    ]);
    expect([gate?.name, gate?.spawnLimit, gate?.getSpawnableScene(1)]).toEqual(['Gate', 9, 'ghost']);
    expect(spawnInto(new MemoryNode(), {}, { authority: 4 }).authority).toBe(4);
    expect(reported).toEqual([]);
  });
});
