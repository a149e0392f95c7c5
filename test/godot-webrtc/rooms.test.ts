import { Vector3 } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { type Mode, openLobbyRoom } from './support/lobby-room.js';

const lobby = openLobbyRoom();
const { room } = lobby;
const calls = 'game.get_node("Calls")';

const rooms = (['mesh', 'server'] as const).flatMap((mode) =>
  (['godot', 'node'] as const).map((host): [Mode, 'godot' | 'node'] => [mode, host]),
);

describe.each(rooms)('a room of the lobby (%s) that %s has made, over WebRTC', (mode, host) => {
  it.each(['by_anyone', 'unreliable', 'unreliable_ordered', 'on_channel_4'] as const)(
    'calls in its mode, both ways: %s',
    async (method) => {
      const { game, node, godot } = await lobby.meet(host, mode);
      game.calls.rpc[method]('to Godot');
      await room.told(`Calls ${method}("to Godot") from ${node}`);
      await room.run(`${calls}.${method}.rpc("to Node")`);
      await room.heard(`node Calls ${method}("to Node") from ${godot}`);
    },
  );

  it('what one spawns and moves is there', async () => {
    const { game } = await lobby.meet(host, mode);
    if (host === 'node') {
      game.arena.addPlayer('Ann', new Vector3(1, -2, 3.5), 'Ännchen');
      await room.told('spawned Players/Ann');
      game.arena.player('Ann').position.x = 7.25;
      await room.becomes('game.get_node("Players/Ann").position', 'Vector3(7.25, -2, 3.5)');
      game.tree.free(game.nodeOf(game.arena.player('Ann')));
      await room.told('despawned Ann');
    } else {
      await room.run('game.add_player("Ann", Vector3(1, -2, 3.5), "Ännchen")');
      await room.heard('node spawned Players/Ann');
      await room.run('game.get_node("Players/Ann").position.x = 7.25');
      await room.reads(() => game.arena.player('Ann').position, new Vector3(7.25, -2, 3.5));
      await room.run('game.get_node("Players/Ann").free()');
      await room.heard('node despawned Ann');
    }
  });

  it('Node leaves', async () => {
    const { session, node } = await lobby.meet(host, mode);
    session.close();
    await room.told(`peer_disconnected ${node}`);
  });

  it('Godot leaves', async () => {
    const { godot } = await lobby.meet(host, mode);
    await room.run('game.get_node("Rtc").leave()');
    await room.heard(`node peer_disconnected ${godot}`);
    expect(room.log.filter((line) => line.includes('peer_disconnected'))).toHaveLength(1);
  });

  it('a Godot that was killed is gone in seconds', async () => {
    await lobby.serve();
    const other = await room.another();
    const first = host === 'godot' ? await lobby.enterGodot('', mode, other) : await lobby.enterNode('', mode);
    const second =
      host === 'godot' ? await lobby.enterNode(first.code, mode) : await lobby.enterGodot(first.code, mode, other);
    const godot = host === 'godot' ? first.id : second.id;
    await room.heard(`node peer_connected ${godot}`);
    await room.kill(other);
    await expect
      .poll(
        room.framed(() => room.log),
        { timeout: 12_000 },
      )
      .toContain(`node peer_disconnected ${godot}`);
  });

  it('a Godot that quits is gone at once', async () => {
    await lobby.serve();
    const other = await room.another();
    const first = host === 'godot' ? await lobby.enterGodot('', mode, other) : await lobby.enterNode('', mode);
    if (host === 'godot') await lobby.enterNode(first.code, mode);
    else await lobby.enterGodot(first.code, mode, other);
    await room.heard(/^node peer_connected/);
    // It says goodbye in its last frame, and answers nothing any more.
    other.run('get_tree().quit()').catch(() => {});
    await expect
      .poll(
        room.framed(() => room.log),
        { timeout: 4000 },
      )
      .toContainEqual(expect.stringMatching(/^node peer_disconnected/));
    await room.kill(other);
  });
});

describe.each(['mesh', 'server'] as const)('a Godot in a room (%s) of Node', (mode) => {
  it('is told when it is kicked, by the lobby and by the game', async () => {
    const { session, godot, node } = await lobby.meet('node', mode);
    await session.kick(godot, 'too loud');
    await room.told(`peer_disconnected ${node}`);
    await room.told('left Kicked: too loud');
    await room.heard(`node peer_disconnected ${godot}`);
  });

  it('plays on when the room is sealed and the lobby has let it go', async () => {
    const { game, session, godot, node } = await lobby.meet('node', mode);
    await session.seal();
    // The lobby ends its part ten seconds later.
    await expect
      .poll(
        room.framed(() => room.godot.log),
        { timeout: 30_000 },
      )
      .toContain('left Seal complete');
    const end = performance.now() + 6000;
    await expect
      .poll(
        room.framed(() => performance.now()),
        { timeout: 30_000 },
      )
      .toBeGreaterThan(end);
    game.calls.rpc.by_anyone('still here');
    await room.told(`Calls by_anyone("still here") from ${node}`);
    expect(room.log).not.toContain(`node peer_disconnected ${godot}`);
  });
});
