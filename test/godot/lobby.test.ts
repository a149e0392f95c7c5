import { LobbyServer } from 'scenewire/lobby-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { GodotLobbyClient } from './support/godot-lobby-client.js';
import { GodotProcess } from './support/godot-process.js';

const MESH = 0;
const SERVER = 1;
const [OFFER, CANDIDATE, SEAL] = [4, 6, 7];

let godot: GodotProcess;
let server: LobbyServer;
let url: string;
let joined = 0;

beforeAll(async () => {
  godot = await GodotProcess.start();
});
afterAll(() => godot.stop());
beforeEach(async () => {
  server = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {}, limits: { sealDelayMs: 300 } });
  url = `ws://127.0.0.1:${(await server.listen())!.port}`;
});
afterEach(async () => {
  await server.close();
  expect(godot.errors).toEqual([]);
});

async function join(mode: number, room = ''): Promise<GodotLobbyClient> {
  joined += 1;
  return GodotLobbyClient.join(godot, `client${joined}`, url, mode, room);
}

async function create(mode: number): Promise<{ host: GodotLobbyClient; room: string }> {
  const host = await join(mode);
  expect(await host.next()).toBe(`got 1 1 ${mode === MESH ? 'true' : ''}`);
  const [, room] = /^got 0 0 (\w+)$/.exec(await host.next())!;
  return { host, room: room! };
}

/** Its id, after it was told of these. */
async function idOf(client: GodotLobbyClient, mode: number, room: string, others: readonly number[]): Promise<number> {
  const [, id] = new RegExp(`^got 1 (\\d+) ${mode === MESH ? 'true' : ''}$`).exec(await client.next())!;
  for (const other of others) expect(await client.next()).toBe(`got 2 ${other} `);
  expect(await client.next()).toBe(`got 0 0 ${room}`);
  return Number(id);
}

it('a real Godot creates, joins, and is told in order (L-1, L-2, L-3)', async () => {
  const { host, room } = await create(MESH);
  const guest = await join(MESH, room);
  const id = await idOf(guest, MESH, room, [1]);
  expect(await host.next()).toBe(`got 2 ${id} `);
  const third = await join(MESH, room);
  const thirdId = await idOf(third, MESH, room, [1, id]);
  expect([await host.next(), await guest.next()]).toEqual([`got 2 ${thirdId} `, `got 2 ${thirdId} `]);
});

it('in a client/server room clients of a real Godot do not hear of each other (L-4)', async () => {
  const { host, room } = await create(SERVER);
  const [a, b] = [await join(SERVER, room), await join(SERVER, room)];
  const [idA, idB] = [await idOf(a, SERVER, room, [1]), await idOf(b, SERVER, room, [1])];
  expect([await host.next(), await host.next()].sort()).toEqual([`got 2 ${idA} `, `got 2 ${idB} `].sort());
  await a.leave();
  expect(await host.next()).toBe(`got 3 ${idA} `);
  await host.say(OFFER, idB, 'v=0\r\n');
  expect(await b.next()).toBe('got 4 1 v=0\r\n');
});

it('what Godot writes is relayed as it was, up to 60,000 bytes (L-5, L-9)', async () => {
  const { host, room } = await create(MESH);
  const guest = await join(MESH, room);
  const id = await idOf(guest, MESH, room, [1]);
  await host.next();
  const candidate = '\n0\n0\ncandidate:1 1 UDP 2114977791 192.0.2.2 57072 typ host';
  await guest.say(CANDIDATE, 1, candidate);
  expect(await host.next()).toBe(`got 6 ${id} ${candidate}`);
  await guest.sayLong(OFFER, 1, 60_000);
  expect(await host.next()).toBe(`got 4 ${id} ${'x'.repeat(200)}`);
  await guest.say(CANDIDATE, 77, candidate);
  await guest.say(OFFER, 1, 'still here');
  expect(await host.next()).toBe(`got 4 ${id} still here`);
});

it('after the seal a real Godot is closed with the code and the reason that it knows (L-6)', async () => {
  const { host, room } = await create(MESH);
  const guest = await join(MESH, room);
  await idOf(guest, MESH, room, [1]);
  await host.next();
  await host.say(SEAL, 0, '');
  expect([await host.next(), await guest.next()]).toEqual(['got 7 0 ', 'got 7 0 ']);
  const late = await join(MESH, room);
  expect(await late.next()).toBe('closed 4000 Lobby is sealed');
  expect([await host.next(), await guest.next()]).toEqual(['closed 1000 Seal complete', 'closed 1000 Seal complete']);
});

it('and without its host, or for a mistake, with theirs (L-7)', async () => {
  const { host, room } = await create(MESH);
  const [guest, other] = [await join(MESH, room), await join(MESH, room)];
  await other.next();
  await other.say(SEAL, 0, '');
  let line = '';
  while (!line.startsWith('closed')) line = await other.next();
  expect(line).toBe('closed 4000 Only host can seal the lobby');
  await host.leave();
  while (!line.startsWith('closed 4000 Room')) line = await guest.next();
  expect(line).toBe('closed 4000 Room host has disconnected');
  const lost = await join(MESH, 'nowhere');
  expect(await lost.next()).toBe('closed 4000 Lobby does not exists');
});
