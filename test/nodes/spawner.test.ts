import { Err, MemoryNode, MultiplayerSpawner, SceneMultiplayer, type Variant } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ReplicationGame, type Side } from '../multiplayer/support/replication-game.js';

const reported = recordErrors();
const errs = (): Err[] => reported.map(({ err }) => err);
const make = (): MemoryNode => new MemoryNode('', 'Shot');

describe('MultiplayerSpawner: its scenes', () => {
  it('R-165: a list of at most 255, which clearing empties', () => {
    const spawner = new MultiplayerSpawner();
    for (let i = 0; i < 255; i += 1) spawner.addSpawnableScene(`scene ${i}`);
    expect(spawner.getSpawnableSceneCount()).toBe(255);
    spawner.addSpawnableScene('one too many');
    spawner.addSpawnableScene('');
    expect([spawner.getSpawnableScene(254), spawner.getSpawnableScene(255)]).toEqual(['scene 254', '']);
    expect(errs()).toEqual([Err.ERR_OUT_OF_MEMORY, Err.ERR_INVALID_PARAMETER]);
    spawner.clearSpawnableScenes();
    expect(spawner.getSpawnableSceneCount()).toBe(0);
  });

  it('a factory is registered once, and listed with it', () => {
    const { server } = ReplicationGame.of();
    const { spawner } = server;
    spawner.registerScene('shot', make);
    spawner.registerScene('shot', make);
    expect(spawner.getSpawnableSceneCount()).toBe(2);
    const shot = spawner.instantiateScene('shot');
    expect(shot?.parent).toBe(null);
    expect(server.tree.scenePathOf(shot as MemoryNode)).toBe('shot');
    expect(spawner.instantiateScene('nothing')).toBeNull();
    expect(new MultiplayerSpawner<MemoryNode>().instantiateScene('shot')).toBeNull();
    spawner.registerScene('broken', () => {
      throw new Error('on purpose');
    });
    expect(spawner.add('broken')).toBeNull();
    expect(errs()).toEqual([Err.ERR_DOES_NOT_EXIST, Err.ERR_DOES_NOT_EXIST, Err.ERR_SCRIPT_FAILED]);
  });

  it('add makes and adds in one call, and prepares in between', () => {
    const { server } = ReplicationGame.of();
    const unit = server.spawner.add('unit', (node) => {
      expect(node.parent).toBeNull();
      node.name = 'Prepared';
    });
    expect([unit?.name, unit?.parent]).toEqual(['Prepared', server.world]);
  });
});

describe('MultiplayerSpawner.spawn', () => {
  it('R-161: gives null where it cannot spawn', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    const { spawner } = server;
    expect(new MultiplayerSpawner().spawn()).toBeNull();
    expect(spawner.spawn()).toBeNull();
    spawner.spawnFunction = () => null;
    expect(spawner.spawn()).toBeNull();
    spawner.spawnFunction = make;
    client.spawner.spawnFunction = make;
    expect(client.spawner.spawn()).toBeNull();
    spawner.spawnLimit = 1;
    expect(spawner.spawn()).not.toBeNull();
    expect(spawner.spawn()).toBeNull();
    spawner.spawnLimit = 0;
    spawner.spawnPath = '../Nowhere';
    expect(spawner.spawn()).toBeNull();
    spawner.spawnPath = '../World';
    server.api.multiplayerPeer = null;
    expect(spawner.spawn()).toBeNull();
    expect(errs()).toEqual([3, 3, 39, 4, 2, 33, 3]);
    game.sides.length = 0;
  });

  it('R-161: copies the data deeply, and makes the node at all peers with it', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const got: Variant[] = [];
    for (const side of game.sides) {
      side.spawner.spawnFunction = (data) => {
        got.push(data);
        return make();
      };
    }
    const data = { list: [1, 2], name: 'x' };
    const shot = server.spawner.spawn(data);
    data.list.push(3);
    expect([shot?.name, server.spawner.spawn()?.name]).toEqual(['Shot', 'Shot2']);
    game.frames();
    const wanted = new Map<string, Variant>(Object.entries({ list: [1, 2], name: 'x' }));
    expect(got).toEqual([wanted, null, wanted, null]);
    expect(clients[0]?.world.children.map(({ name }) => name)).toEqual(['Shot', 'Shot2']);
  });

  it('R-161: a limit that is none is refused', () => {
    const spawner = new MultiplayerSpawner();
    for (const limit of [-1, 1.5, Number.NaN]) spawner.setSpawnLimit(limit);
    expect(spawner.getSpawnLimit()).toBe(0);
    expect(errs()).toHaveLength(3);
  });
});

describe('MultiplayerSpawner: its spawn node', () => {
  it('may come later, go, and come again', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    for (const side of game.sides) side.spawner.spawnPath = '../Level';
    const levels = game.sides.map((side) => {
      const level = new MemoryNode('Level');
      side.tree.getRoot().addChild(level);
      return level;
    });
    game.frames();
    levels[0]?.addChild(server.spawner.instantiateScene('unit') as MemoryNode);
    game.frames();
    expect(levels[1]?.children).toHaveLength(1);
    game.sides.forEach((side, at) => {
      side.tree.free(levels[at] as MemoryNode);
    });
    game.frames();
    for (const side of game.sides) side.tree.getRoot().addChild(new MemoryNode('Level'));
    game.frames();
    server.spawner.add('unit');
    game.frames();
    expect(client.tree.getRoot().getChild('Level')?.children).toHaveLength(1);
    expect(reported).toEqual([]);
  });

  it('goes with its tree to another API, with what it has spawned', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    const before = server.add('Before');
    server.spawner.spawnFunction = client.spawner.spawnFunction = make;
    const shot = server.spawner.spawn('data') as MemoryNode;
    game.frames(3);
    expect(client.log).toContain('spawned Before');
    const other = new SceneMultiplayer<MemoryNode>({ clock: game.clock });
    expect(server.tree.setMultiplayer(other)).toBe(Err.OK);
    game.frames(3);
    server.api.multiplayerPeer = null;
    other.multiplayerPeer = server.peer;
    server.add('After');
    const late = game.side(3);
    late.spawner.spawnFunction = make;
    game.line.link(1, 3);
    game.frames(3);
    expect(late.log.filter((line) => line.startsWith('spawned'))).toEqual([
      'spawned Before',
      `spawned ${shot.name}`,
      'spawned After',
    ]);
    before.health = 7;
    game.frames(3);
    expect([late.get('Before')?.health, reported]).toEqual([7, []]);
  });

  it('keeps no frame waiting once it is found, or once the spawner is gone', () => {
    const { server } = ReplicationGame.of();
    const { process_frame } = server.tree;
    expect(process_frame.hasConnections()).toBe(false);
    server.spawner.spawnPath = '../Nowhere';
    expect(process_frame.hasConnections()).toBe(true);
    server.tree.detach(server.spawner);
    expect(process_frame.hasConnections()).toBe(false);
  });

  it('has accessors with Godot names', () => {
    const spawner = new MultiplayerSpawner();
    spawner.setSpawnPath('..');
    spawner.setSpawnFunction(make);
    expect([spawner.getSpawnPath(), spawner.getSpawnFunction(), spawner.getKind()]).toEqual([
      '..',
      make,
      'MultiplayerSpawner',
    ]);
  });
});
