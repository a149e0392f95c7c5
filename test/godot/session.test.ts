import { Err, RpcError, TransferMode } from 'scenewire';
import { describe, expect, it } from 'vitest';
import type { GodotProcess } from './support/godot-process.js';
import { openGodotRoom } from './support/godot-room.js';
import type { NodeGame } from './support/node-game.js';

const room = openGodotRoom();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const calls = 'game.get_node("Calls")';
const idIn = async (godot: GodotProcess): Promise<number> => Number(await godot.run('return api.get_unique_id()'));

describe.each(['godot', 'node'] as const)('in a room where %s serves', (server) => {
  it('R-127 both know each other, in the order of Godot', async () => {
    const { game, node, godot } = await room.meet(server);
    expect([game.api.getPeers(), game.api.isServer()]).toEqual([[godot], node === 1]);
    expect(await room.run('return [api.get_peers(), api.is_server()]')).toBe(
      `[PackedInt32Array(${node}), ${godot === 1}]`,
    );
    const [client, id] = server === 'node' ? [room.godot.log, 1] : [room.log.map((line) => line.slice(5)), 1];
    expect(client).toEqual(['connected_to_server', `peer_connected ${id}`]);
  });

  it('R-132 bytes arrive as peer_packet, both ways', async () => {
    const { game, node, godot } = await room.meet(server);
    expect(game.api.sendBytes(Uint8Array.of(1, 2), godot)).toBe(Err.OK);
    expect(game.api.sendBytes(Uint8Array.of(3), 0, TransferMode.TRANSFER_MODE_UNRELIABLE, 2)).toBe(Err.OK);
    await room.told(`peer_packet ${node} 0102`);
    await room.told(`peer_packet ${node} 03`);
    await room.run(`api.send_bytes(PackedByteArray([4, 5]), ${node})\napi.send_bytes(PackedByteArray([6]))`);
    await room.heard(`node peer_packet ${godot} 0405`);
    await room.heard(`node peer_packet ${godot} 06`);
  });

  it('R-133 a side that puts the other out hears nothing of it', async () => {
    const { game, node, godot } = await room.meet(server);
    game.api.disconnectPeer(godot);
    await room.told(`peer_disconnected ${node}`);
    await room.quiet();
    expect(room.log.filter((line) => line.includes('peer_disconnected'))).toEqual([]);
    expect(game.api.getPeers()).toEqual([]);
  });

  it('R-133 Godot puts us out', async () => {
    const { game, node, godot } = await room.meet(server);
    await room.run(`api.disconnect_peer(${node})`);
    await room.heard(`node peer_disconnected ${godot}`);
    expect(game.api.getPeers()).toEqual([]);
  });

  it('a question to Godot is refused before it leaves: Godot can only be called', async () => {
    const { game, godot } = await room.meet(server);
    const refused = await game.calls
      .ask(godot)
      .by_anyone(1)
      .then(String, (error: unknown) => error);
    expect(refused).toBeInstanceOf(RpcError);
    expect((refused as RpcError).reason).toBe('unsupported');
    await room.quiet();
    expect(room.godot.log.join()).not.toContain('by_anyone');
  });
});

describe('authentication', () => {
  const godotAsks = (password: string): string => `game.guard("${password}")`;

  /** The same as `guard` in game.gd. */
  function nodeAsks(game: NodeGame, password: string, own = password): void {
    const { api } = game;
    api.authCallback = (id, data) => {
      room.log.push(`node auth ${new TextDecoder().decode(data)}`);
      if (new TextDecoder().decode(data) === password) api.completeAuth(id);
      else api.disconnectPeer(id);
    };
    api.peer_authenticating.connect((id) => api.sendAuth(id, bytes(own)));
  }

  it('R-128 R-129 lets Godot in with the right password', async () => {
    const { game, url } = room.serveGame();
    nodeAsks(game, 'sesame');
    await room.run(godotAsks('sesame'));
    await room.run(`control.join("${url}")`);
    await room.told('connected_to_server');
    const line = await room.heard(/^node peer_connected/);
    const id = line.split(' ').at(-1);
    expect(room.log).toEqual([`node peer_authenticating ${id}`, 'node auth sesame', line]);
    expect(room.godot.log).toEqual(['peer_authenticating 1', 'auth sesame', 'connected_to_server', 'peer_connected 1']);
    game.calls.rpc.by_anyone('in');
    await room.told('Calls by_anyone("in") from 1');
  });

  it('R-130 puts Godot out with the wrong one', async () => {
    const { game, url } = room.serveGame();
    nodeAsks(game, 'sesame');
    await room.run(godotAsks('open'));
    await room.run(`control.join("${url}")`);
    await room.told('server_disconnected');
    await room.heard('node auth open');
    await room.quiet();
    expect(game.api.getPeers()).toEqual([]);
    expect(room.log.join() + room.godot.log.join()).not.toContain('peer_connected');
  });

  it('R-128 R-129 lets us into Godot with the right password', async () => {
    await room.run(godotAsks('sesame'));
    const port = await room.run('return control.serve()');
    const game = room.makeGame();
    nodeAsks(game, 'sesame');
    room.connect(game, `ws://127.0.0.1:${port}`);
    await room.heard('node peer_connected 1');
    await room.told(`peer_connected ${game.api.getUniqueId()}`);
    expect(room.log).toEqual([
      'node peer_authenticating 1',
      'node auth sesame',
      'node connected_to_server',
      'node peer_connected 1',
    ]);
    await room.run(`${calls}.by_anyone.rpc("in")`);
    await room.heard('node Calls by_anyone("in") from 1');
  });

  it('R-130 is failed where Godot puts us out', async () => {
    await room.run(godotAsks('sesame'));
    const port = await room.run('return control.serve()');
    const game = room.makeGame();
    nodeAsks(game, 'sesame', 'wrong');
    room.connect(game, `ws://127.0.0.1:${port}`);
    await room.heard('node peer_authentication_failed 1');
    await room.told('auth wrong');
    expect(room.log.join() + room.godot.log.join()).not.toContain('peer_connected');
    // Our own completion may find that we are out already.
    room.takeErrors();
  });

  it('R-130 times out at a Godot that does not know of it', async () => {
    const { game, url } = room.serveGame();
    game.api.authTimeout = 0.2;
    nodeAsks(game, 'sesame');
    await room.run(`control.join("${url}")`);
    await room.heard(/^node peer_authentication_failed/);
    await room.told('server_disconnected');
    // Godot has let us in, and does not expect what comes then.
    expect(room.takeErrors()).toEqual(['Condition "len != 2" is true. Continuing.']);
  });

  it('R-130 times out at a Godot that waits for it', async () => {
    await room.run(`${godotAsks('sesame')}\napi.auth_timeout = 0.2`);
    const port = await room.run('return control.serve()');
    room.joinGame(`ws://127.0.0.1:${port}`);
    await room.told(/^peer_authentication_failed/);
    await room.heard('node server_disconnected');
    expect(room.takeReports()).toHaveLength(1);
  });
});

describe('through the server', () => {
  interface Three {
    readonly client: NodeGame;
    readonly id: number;
    readonly godot: GodotProcess;
    readonly godotId: number;
  }

  /** A Node client and a Godot client of a Node server. */
  async function atNode(): Promise<Three> {
    const { url } = room.serveGame();
    await room.run(`control.join("${url}")`);
    await room.told('connected_to_server');
    return meetThere(url, room.godot);
  }

  /** A Node client and another Godot as a client of a Godot server. */
  async function atGodot(): Promise<Three> {
    const url = `ws://127.0.0.1:${await room.run('return control.serve()')}`;
    const other = await room.another();
    await other.run(`control.join("${url}")`);
    await room.told('connected_to_server', other);
    return meetThere(url, other);
  }

  async function meetThere(url: string, godot: GodotProcess): Promise<Three> {
    const client = room.joinGame(url, 'client');
    await room.heard('client connected_to_server');
    const id = client.api.getUniqueId();
    const godotId = await idIn(godot);
    await room.heard(`client peer_connected ${godotId}`);
    await room.told(`peer_connected ${id}`, godot);
    return { client, id, godot, godotId };
  }

  describe.each([
    ['of Node', atNode],
    ['of Godot', atGodot],
  ] as const)('%s', (_name, meet) => {
    it('R-136 R-137 clients know, call and send to each other', async () => {
      const { client, id, godot, godotId } = await meet();
      expect(client.api.getPeers().sort()).toEqual([1, godotId].sort());
      client.calls.rpcTo(godotId).by_anyone('hello');
      await room.told(`Calls by_anyone("hello") from ${id}`, godot);
      await godot.run(`${calls}.by_anyone.rpc_id(${id}, "hello back")`);
      await room.heard(`client Calls by_anyone("hello back") from ${godotId}`);
      client.api.sendBytes(Uint8Array.of(1), godotId);
      client.api.sendBytes(Uint8Array.of(2));
      client.api.sendBytes(Uint8Array.of(3), -godotId);
      client.api.sendBytes(Uint8Array.of(4), -1);
      await room.told(`peer_packet ${id} 04`, godot);
      expect(godot.log.filter((line) => line.startsWith('peer_packet'))).toEqual(
        ['01', '02', '04'].map((packet) => `peer_packet ${id} ${packet}`),
      );
      await godot.run(`api.send_bytes(PackedByteArray([5]), ${id})`);
      await godot.run(`api.send_bytes(PackedByteArray([6]))`);
      await godot.run(`api.send_bytes(PackedByteArray([7]), -1)`);
      await room.heard(`client peer_packet ${godotId} 07`);
      expect(room.log).toContain(`client peer_packet ${godotId} 05`);
      expect(room.log).toContain(`client peer_packet ${godotId} 06`);
    });

    it('R-134 a call to everybody reaches everybody else, in the name of the caller', async () => {
      const { client, id, godot, godotId } = await meet();
      client.calls.rpc.here_too('all');
      await room.told(`Calls here_too("all") from ${id}`, godot);
      const atServer = `Calls here_too("all") from ${id}`;
      if (godot === room.godot) await room.heard(`node ${atServer}`);
      else await room.told(atServer);
      expect(room.log).toContain(`client ${atServer}`);
      await godot.run(`${calls}.question.rpc_id(${id}, "who?")`);
      await room.told(`Calls answer("who?") from ${id}`, godot);
      expect(room.log).toContain(`client Calls question("who?") from ${godotId}`);
    });

    it('R-137 clients are told when the other one leaves', async () => {
      const { client, id, godot, godotId } = await meet();
      await godot.run('peer.close()');
      await room.heard(`client peer_disconnected ${godotId}`);
      expect(client.api.getPeers()).toEqual([1]);
      const again = room.joinGame(room.urlOf(client), 'again');
      await room.heard(`again peer_connected ${id}`);
      client.api.multiplayerPeer?.close();
      await room.heard(`again peer_disconnected ${id}`);
      expect(again.api.getPeers()).toEqual([1]);
    });

    it('R-164 what one client spawns is there at the other, until it leaves', async () => {
      const { client, id, godot, godotId } = await meet();
      const spawner = 'game.get_node("ShotSpawner")';
      // Everybody agrees on whose spawner it is.
      for (const game of room.games) game.arena.shotSpawner.setMultiplayerAuthority(id);
      for (const one of room.godots) await one.run(`${spawner}.set_multiplayer_authority(${id})`);
      client.arena.shotSpawner.spawn('mine');
      await room.told('spawned Shots/Node3D', godot);
      client.api.multiplayerPeer?.close();
      await room.becomes('game.get_node("Shots").get_child_count()', '0', godot);
      expect(godotId).not.toBe(id);
    });

    it('R-164 what the Godot client spawns is there at the Node client, until it leaves', async () => {
      const { client, godot, godotId } = await meet();
      const spawner = 'game.get_node("ShotSpawner")';
      for (const game of room.games) game.arena.shotSpawner.setMultiplayerAuthority(godotId);
      for (const one of room.godots) await one.run(`${spawner}.set_multiplayer_authority(${godotId})`);
      await godot.run(`${spawner}.spawn("mine")`);
      await room.heard('client spawned Shots/Node3D');
      await godot.run('peer.close()');
      await room.reads(() => client.arena.shots.children.length, 0);
    });

    it('an input that belongs to one client reaches the other one as well', async () => {
      const { client, id, godot } = await meet();
      const server = room.games.find((game) => game.api.isServer());
      if (server) server.arena.addPlayer(String(id));
      else await room.run(`game.add_player("${id}")`);
      await room.heard(`client spawned Players/${id}`);
      await room.told(`spawned Players/${id}`, godot);
      client.arena.player(String(id)).input.aim.x = 0.25;
      await room.becomes(`game.get_node("Players/${id}/Input").aim`, 'Vector2(0.25, 0)', godot);
    });
  });

  it('R-137 without relay, clients know the server alone', async () => {
    const { game, url } = room.serveGame();
    game.api.serverRelay = false;
    await room.run(`api.server_relay = false\ncontrol.join("${url}")`);
    await room.told('connected_to_server');
    const client = room.makeGame('client');
    client.api.serverRelay = false;
    room.connect(client, url);
    await room.heard('client connected_to_server');
    await room.quiet();
    expect([client.api.getPeers(), await room.run('return api.get_peers()')]).toEqual([[1], 'PackedInt32Array(1)']);
  });

  it('questions among Node clients go through a Node server, past a Godot that hears nothing of them', async () => {
    const { client } = await atNode();
    const other = room.joinGame(room.urlOf(client), 'other');
    await room.heard(`other peer_connected ${client.api.getUniqueId()}`);
    await room.until(() => other.api.hasFeature(client.api.getUniqueId(), 'rpc1'));
    let answer: unknown = 'none yet';
    void other.questions
      .ask(client.api.getUniqueId())
      .sum(2, 3)
      .then((sum) => {
        answer = sum;
      });
    await room.reads(() => answer, 5);
    expect(room.takeErrors()).toEqual([]);
  });
});
