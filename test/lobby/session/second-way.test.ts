import { CompositeMultiplayerPeer, ConnectionStatus, SceneMultiplayer, WebSocketMultiplayerPeer } from 'scenewire';
import { LobbySession, type LobbySessionOptions } from 'scenewire/lobby';
import { LoopbackNetwork } from 'scenewire/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SocketKeys, socketKeySignal, withSocketKey } from '../../../src/lobby/session/socket-keys.js';
import { type LobbyWorld, memoryWorld } from '../server/support/lobby-world.js';
import { RawClient } from '../server/support/raw-client.js';

const WITHIN = { timeout: 30_000 };

/** Real lobby and WebSockets; WebRTC over a network that lets through what the test says. */
let world: LobbyWorld;
let network: LoopbackNetwork;
const frames: NodeJS.Timeout[] = [];
const sessions: LobbySession[] = [];
const peers: { close(): void }[] = [];

beforeEach(async () => {
  world = await memoryWorld();
  network = new LoopbackNetwork();
});
afterEach(async () => {
  for (const frame of frames.splice(0)) clearInterval(frame);
  for (const peer of peers.splice(0)) peer.close();
  for (const session of sessions.splice(0)) session.close();
  await world.close();
});

function open(options: LobbySessionOptions = {}): LobbySession {
  const session = new LobbySession(world.url(), { extension: network.Extension, ...options });
  sessions.push(session);
  return session;
}

/** What a game hears. */
function play(peer: LobbySession['peer']): { log: string[]; multiplayer: SceneMultiplayer } {
  const multiplayer = new SceneMultiplayer();
  const log: string[] = [];
  multiplayer.rootPath = '/root';
  multiplayer.multiplayerPeer = peer;
  multiplayer.peer_connected.connect((id) => log.push(`connected ${id}`));
  multiplayer.peer_disconnected.connect((id) => log.push(`disconnected ${id}`));
  multiplayer.connected_to_server.connect(() => log.push('connected to server'));
  multiplayer.connection_failed.connect(() => log.push('connection failed'));
  multiplayer.server_disconnected.connect(() => log.push('server disconnected'));
  multiplayer.peer_packet.connect((id, packet) => log.push(`${id} says ${new TextDecoder().decode(packet)}`));
  frames.push(
    setInterval(() => {
      multiplayer.poll();
      peer.flush();
    }, 5),
  );
  return { log, multiplayer };
}

const say = (multiplayer: SceneMultiplayer, text: string): void => {
  multiplayer.sendBytes(new TextEncoder().encode(text));
};

/** A dedicated server: clients by WebRTC and by WebSocket in one room. */
async function serve(): Promise<{
  session: LobbySession;
  code: string;
  log: string[];
  multiplayer: SceneMultiplayer;
  port: number;
}> {
  const session = open();
  const sockets = new WebSocketMultiplayerPeer();
  sockets.createServer(0, '127.0.0.1');
  await expect
    .poll(() => {
      sockets.poll();
      return sockets.getServerPort();
    }, WITHIN)
    .toBeGreaterThan(0);
  sockets.chooseId = session.chooseSocketId;
  const port = sockets.getServerPort();
  const code = await session.host({ address: `ws://127.0.0.1:${port}/game` });
  const both = new CompositeMultiplayerPeer();
  both.createServer([session.peer, sockets]);
  peers.push(both);
  return { session, code, port, ...play(both) };
}

describe('a client whose host can be reached by WebSocket too', () => {
  it('comes by WebRTC where that works, and the WebSocket is not used', async () => {
    const { session, code, log } = await serve();
    const guest = open();
    await guest.join(code);
    const { log: heard } = play(guest.peer);
    await expect.poll(() => heard, WITHIN).toEqual(['connected to server', 'connected 1']);
    await expect.poll(() => log, WITHIN).toEqual([`connected ${guest.lobby.id}`]);
    expect(session.getPairing(guest.lobby.id)?.isAdmitted).toBe(true);
  });

  it('comes by WebSocket where nothing else gets through: within 5 s, under its own id, and nobody fails', async () => {
    network.setConditions({ partitioned: true });
    const { session, code, log, multiplayer } = await serve();
    const guest = open();
    const failures: string[] = [];
    for (const each of [session, guest]) each.peer_failed.connect((id, { reason }) => failures.push(`${id} ${reason}`));
    await guest.join(code);
    const began = performance.now();
    const { log: heard, multiplayer: game } = play(guest.peer);
    await expect.poll(() => heard, WITHIN).toEqual(['connected to server', 'connected 1']);
    console.log(`figure lobby-second-way ${Math.round(performance.now() - began)} ms`);
    const { id } = guest.lobby;
    expect(guest.peer.getUniqueId()).toBe(id);
    await expect.poll(() => log, WITHIN).toContain(`connected ${id}`);
    say(game, 'over TCP');
    say(multiplayer, 'welcome');
    await expect.poll(() => log, WITHIN).toContain(`${id} says over TCP`);
    await expect.poll(() => heard, WITHIN).toContain('1 says welcome');
    // The room is complete, as far as the host is concerned.
    expect([session.getPairing(id)?.isElsewhere, failures]).toEqual([true, []]);
    await session.kick(id);
    await expect.poll(() => heard, WITHIN).toContain('server disconnected');
    await expect.poll(() => log, WITHIN).toContain(`disconnected ${id}`);
  });

  it('comes by WebSocket at once when WebRTC has failed for good', async () => {
    network.setConditions({ partitioned: true });
    const { code } = await serve();
    const guest = open({ socketAfterMs: 60_000, pairing: { connectMs: 500 } });
    await guest.join(code);
    const retried: string[] = [];
    guest.peer_retried.connect((_id, { reason }) => retried.push(reason));
    const { log: heard } = play(guest.peer);
    await expect.poll(() => heard, WITHIN).toEqual(['connected to server', 'connected 1']);
    expect(retried.length).toBeGreaterThan(0);
  });

  it('is told why when neither way leads there', async () => {
    network.setConditions({ partitioned: true });
    const session = open();
    // Nobody listens there.
    const code = await session.host({ address: 'ws://127.0.0.1:1/game' });
    play(session.peer);
    const guest = open({ socketAfterMs: 200 });
    await guest.join(code);
    const failed = guest.peer_failed.once();
    const { log: heard } = play(guest.peer);
    await expect.poll(() => heard, WITHIN).toEqual(['connection failed']);
    expect((await failed)[0]).toBe(1);
    expect(guest.peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTION_DISCONNECTED);
  });

  it('leaves the room by closing the peer, whichever way it came', async () => {
    network.setConditions({ partitioned: true });
    const { session, code, log } = await serve();
    const guest = open({ socketAfterMs: 100 });
    await guest.join(code);
    const { id } = guest.lobby;
    const { peer } = guest;
    const { log: heard } = play(peer);
    await expect.poll(() => heard, WITHIN).toContain('connected 1');
    await expect.poll(() => log, WITHIN).toContain(`connected ${id}`);
    peer.close();
    await expect.poll(() => log, WITHIN).toContain(`disconnected ${id}`);
    await expect.poll(() => session.members.size, WITHIN).toBe(0);
    expect([guest.code, guest.lobby.isOpen]).toEqual(['', false]);
  });
});

describe('who comes to the WebSocket of a host', () => {
  it('gets the id of the member whose key it has; who has none gets any, and a wrong one lets nobody in', async () => {
    const { session, code, port } = await serve();
    const member = await RawClient.connect(world.url());
    member.send({ type: 0, id: 0, data: code, sw: 1 });
    const { id } = await member.next();
    await expect.poll(() => session.members.has(id), WITHIN).toBe(true);
    const [right, wrong] = ['0123456789abcdef'.repeat(2), 'f'.repeat(32)];
    member.send({ type: 30, id: 1, data: socketKeySignal(right) });
    await expect.poll(() => session.chooseSocketId(`/game?seat=${right}`), WITHIN).toBe(id);
    const idOf = async (query: string): Promise<number> => {
      const client = new WebSocketMultiplayerPeer();
      peers.push(client);
      client.createClient(`ws://127.0.0.1:${port}/game${query}`);
      await expect
        .poll(() => {
          client.poll();
          return client.getConnectionStatus() === ConnectionStatus.CONNECTION_CONNECTING;
        }, WITHIN)
        .toBe(false);
      return client.getUniqueId();
    };
    expect(await idOf(`?seat=${wrong}`)).toBe(0);
    expect(await idOf(`?seat=${right}`)).toBe(id);
    // Somebody else with the same key, while the first is there.
    expect(await idOf(`?seat=${right}`)).toBe(0);
    const stranger = await idOf('');
    expect(stranger).toBeGreaterThan(1);
    expect(stranger).not.toBe(id);
    await member.cut();
  });

  it('a key is known as long as its member is there, and the newest counts', () => {
    const keys = new SocketKeys();
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
    keys.learn(7, a);
    keys.learn(7, b);
    expect([keys.memberOf(`/?seat=${a}`), keys.memberOf(`/x?y=1&seat=${b}`), keys.memberOf('/x')]).toEqual([-1, 7, 0]);
    keys.forget(7);
    expect(keys.memberOf(`/?seat=${b}`)).toBe(-1);
  });

  it.each([
    ['wss://game.example.org', 'wss://game.example.org?seat=k'],
    ['ws://127.0.0.1:9081/a?b=c', 'ws://127.0.0.1:9081/a?b=c&seat=k'],
    ['https://game.example.org', null],
    ['javascript:alert(1)', null],
    ['', null],
  ])('the address %s becomes %s', (address, url) => {
    expect(withSocketKey(address, 'k')).toBe(url);
  });
});
