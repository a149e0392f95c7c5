import { describe, expect, it } from 'vitest';
import { recordErrorTexts } from '../core/support/errors.js';
import { ReplicationGame, type Side } from '../multiplayer/support/replication-game.js';

describe('a factory that is missing at the other side', () => {
  const texts = recordErrorTexts();

  /** What the client says of a spawn of the server, after its own setting up was made worse. */
  const spawnTowards = (spoil: (client: Side, server: Side) => void, spawn: (server: Side) => void): string[] => {
    const { game, server, clients } = ReplicationGame.of(2);
    game.frames(5);
    spoil(clients[0] as Side, server);
    spawn(server);
    game.frames(5);
    expect(clients[0]?.world.children).toEqual([]);
    return texts.splice(0);
  };

  it('is reported once, with the scene, the spawner and the peer', () => {
    const said = spawnTowards(
      (client, server) => {
        server.spawner.registerScene('crate', () => server.unit());
        client.spawner.addSpawnableScene('crate');
      },
      (server) => void server.spawner.add('crate'),
    );
    expect(said).toEqual([
      'Dropped (unknown-object) from peer 1: A spawn of "Unit": the spawner Spawner has no factory for the scene crate here. Register it before you join',
    ]);
  });

  it('so is a list that is shorter here than there, and a spawn function that is not set', () => {
    const shorter = spawnTowards(
      (_client, server) => server.spawner.registerScene('crate', () => server.unit()),
      (server) => void server.spawner.add('crate'),
    );
    expect(shorter).toHaveLength(1);
    expect(shorter[0]).toContain('from peer 1');
    expect(shorter[0]).toContain(
      'the spawner Spawner has no scene number 1 here, but unit. All sides need the same list',
    );
    const custom = spawnTowards(
      (_client, server) => {
        server.spawner.spawnFunction = () => server.unit();
      },
      (server) => void server.spawner.spawn('a crate'),
    );
    expect(custom).toHaveLength(1);
    expect(custom[0]).toContain('the spawner Spawner has no spawn function here');
  });

  it('is told at once where the spawn begins', () => {
    const { server } = ReplicationGame.of(2);
    expect(server.spawner.add('tree')).toBeNull();
    expect(texts).toEqual(['The spawner Spawner has no factory for the scene tree; it has unit']);
  });
});
