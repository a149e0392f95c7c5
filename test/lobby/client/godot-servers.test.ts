import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LobbyError } from 'scenewire/lobby';
import { afterEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { type DemoOptions, type DemoVariant, GodotDemoServer } from '../support/godot-demo-server.js';
import { WebSocketServer } from '../support/ws-server.js';
import { Diary, reasonOf } from './support/clients.js';

const CANDIDATE = 'candidate:1 1 UDP 2114977791 192.0.2.2 57072 typ host';
const variants: readonly DemoVariant[] = ['gdscript', 'node'];

let server: GodotDemoServer;
const diaries: Diary[] = [];

async function serve(variant: DemoVariant, options?: DemoOptions): Promise<void> {
  server = await GodotDemoServer.start(variant, options);
}

function visit(options?: ConstructorParameters<typeof Diary>[1]): Diary {
  const diary = new Diary(server.url, options);
  diaries.push(diary);
  return diary;
}

/** A host and some more, who know of each other. */
async function party(mode: 'mesh' | 'server', guests: number): Promise<Diary[]> {
  const host = visit();
  const { name } = await host.client.create({ mode });
  const members = [host];
  for (let i = 0; i < guests; i += 1) {
    const guest = visit();
    await guest.client.join(name);
    await host.until(`peer_connected ${guest.client.id}`);
    members.push(guest);
  }
  return members;
}

afterEach(async () => {
  for (const { client } of diaries.splice(0)) client.close();
  await server.close();
});

describe.each(variants)("our client at Godot's server, the one of %s", (variant) => {
  it.each([
    ['mesh', true],
    ['server', false],
  ] as const)('creates a room, %s: ID, then JOIN with a name (L-1, L-7)', async (mode, isMesh) => {
    await serve(variant);
    const { client, lines } = visit();
    const room = await client.create({ mode });
    expect(lines).toEqual([`connected 1 ${isMesh}`, `lobby_joined ${room.name}`]);
    expect([client.id, client.isHost, client.isExtended, room.mode]).toEqual([1, true, false, mode]);
    expect(JSON.parse(server.received[0]!)).toMatchObject({ type: 0, id: isMesh ? 0 : 1, data: '' });
  });

  it('joins by name, and knows who is there before the join is done', async () => {
    await serve(variant);
    const [host, b] = (await party('mesh', 1)) as [Diary, Diary];
    const c = visit();
    await c.client.join(host.client.room!.name);
    const { id } = c.client;
    expect(c.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      `connected ${id}`,
      'peer_connected 1',
      `peer_connected ${b.client.id}`,
      `lobby_joined ${host.client.room!.name}`,
    ]);
    await b.until(`peer_connected ${id}`);
    expect(id).toBeGreaterThan(1);
  });

  it('in a client/server room, clients have to do with the host alone (L-3)', async () => {
    await serve(variant);
    const [host, b, c] = (await party('server', 2)) as [Diary, Diary, Diary];
    expect([...b.client.members.keys(), ...c.client.members.keys()]).toEqual([1, 1]);
    const { id } = c.client;
    c.client.close();
    await host.until(`peer_disconnected ${id}`);
    expect(b.client.sendOffer(1, 'still here')).toBe(true);
    await host.until(`offer_received ${b.client.id} still here`);
    expect(b.has('peer_disconnected')).toBe(false);
  });

  it('a name that there is not is refused', async () => {
    await serve(variant);
    const reason = await reasonOf(visit().client.join('nowhere'));
    expect(reason).toBe(variant === 'node' ? 'room_not_found' : 'refused');
  });

  it('tells code and reason of the end (L-6)', async () => {
    await serve(variant);
    const error = await visit()
      .client.join('nowhere')
      .catch((thrown: unknown) => thrown as LobbyError);
    const expected = variant === 'node' ? [4000, 'Lobby does not exists'] : [1000, ''];
    expect(error).toBeInstanceOf(LobbyError);
    expect([(error as LobbyError).closeCode, (error as LobbyError).closeReason]).toEqual(expected);
  });

  it('descriptions and candidates go both ways, with the ids rewritten; the media name is never empty (L-4)', async () => {
    await serve(variant);
    const [host, guest] = (await party('server', 1)) as [Diary, Diary];
    const { id } = guest.client;
    expect(guest.client.sendOffer(1, 'v=0\r\n"offer" \\ \u{1f600}', 7)).toBe(true);
    expect(await host.until('offer_received')).toBe(`offer_received ${id} v=0\r\n"offer" \\ \u{1f600} 0`);
    host.client.sendAnswer(id, 'v=0 answer');
    expect(await guest.until('answer_received')).toBe('answer_received 1 v=0 answer 0');
    expect(guest.client.sendCandidate(1, '', 0, CANDIDATE)).toBe(true);
    expect(await host.until('candidate_received')).toBe(`candidate_received ${id} 0 0 ${CANDIDATE} 0`);
    expect(server.received.map((text) => (JSON.parse(text) as { data: string }).data)).toContain(
      `\n0\n0\n${CANDIDATE}`,
    );
    expect(guest.client.sendCandidate(1, '0', 0, '')).toBe(false);
  });

  it('a message of 60,000 bytes at most leaves, and nothing for somebody who is gone (L-5, L-10)', async () => {
    await serve(variant);
    const [host, guest] = (await party('mesh', 1)) as [Diary, Diary];
    const { id } = guest.client;
    const size = 60_000 - JSON.stringify({ type: MessageType.OFFER, id: 1, data: '' }).length;
    expect(guest.client.sendOffer(1, 'x'.repeat(size + 1))).toBe(false);
    expect(guest.client.sendOffer(1, 'x'.repeat(size))).toBe(true);
    expect((await host.until('offer_received')).length).toBeGreaterThan(59_000);
    guest.client.close();
    expect(await host.until('peer_disconnected')).toBe(`peer_disconnected ${id} left`);
    expect(host.client.sendCandidate(id, '0', 0, CANDIDATE)).toBe(false);
    expect(server.complaints).toEqual([]);
  });

  it('asks for nothing that these servers would be upset by (L-9)', async () => {
    await serve(variant);
    const [host, guest] = (await party('mesh', 1)) as [Diary, Diary];
    expect(await reasonOf(guest.client.seal())).toBe('not_host');
    expect(await reasonOf(host.client.join('another'))).toBe('already_in_room');
    expect(await reasonOf(host.client.list())).toBe('unsupported');
    expect(await reasonOf(host.client.kick(guest.client.id))).toBe('unsupported');
    expect(await reasonOf(host.client.setRoom({ public: true }))).toBe('unsupported');
    host.client.sendOffer(guest.client.id, 'still friends');
    await guest.until('offer_received 1 still friends');
    expect(server.complaints).toEqual([]);
  });

  it('a list of rooms is not to be had, and the way in is open nevertheless', async () => {
    await serve(variant);
    const [host] = (await party('mesh', 0)) as [Diary];
    const visitor = visit();
    expect(await reasonOf(visitor.client.list())).toBe('unsupported');
    const both = [visitor.client.list(), visitor.client.join(host.client.room!.name)] as const;
    expect(await reasonOf(both[0])).toBe('unsupported');
    expect((await both[1]).name).toBe(host.client.room!.name);
  });

  it('a password, or a name of its own, is nothing that these servers could promise', async () => {
    await serve(variant);
    expect(await reasonOf(visit().client.create({ password: 'secret' }))).toBe('unsupported');
    expect(await reasonOf(visit().client.create({ name: 'mine' }))).toBe('unsupported');
  });

  it('a room that is sealed lets nobody in (L-2)', async () => {
    await serve(variant);
    const [host] = (await party('mesh', 1)) as [Diary, Diary];
    await host.client.seal();
    expect(await reasonOf(visit().client.join(host.client.room!.name))).toBe('room_sealed');
  });

  it('after a seal the connection ends, which is no loss (L-7)', async () => {
    await serve(variant, { sealMs: 300 });
    const host = visit({ timing: { sealMs: 300 } });
    const { name } = await host.client.create({ mode: 'mesh' });
    const guest = visit({ timing: { sealMs: 300 } });
    await guest.client.join(name);
    await host.client.seal();
    await guest.until('lobby_sealed');
    expect(await guest.until('lobby_left')).toMatch(/^lobby_left seal_complete/);
    expect(await host.until('lobby_left')).toMatch(/^lobby_left seal_complete/);
    expect([host.client.room, guest.client.room]).toEqual([null, null]);
  });

  it('the host can end it at once, when everybody is connected', async () => {
    await serve(variant);
    const [host, guest] = (await party('mesh', 1)) as [Diary, Diary];
    await host.client.seal();
    await guest.until('lobby_sealed');
    for (const { client } of [guest, host]) client.finish();
    expect([guest.lines.at(-1), host.lines.at(-1)]).toEqual(['lobby_left seal_complete ', 'lobby_left seal_complete ']);
    await expect.poll(() => server.sockets).toBe(0);
  });

  it('the host leaves: the room is over for the others', async () => {
    await serve(variant);
    const [host, guest] = (await party('mesh', 1)) as [Diary, Diary];
    host.client.close();
    const left = await guest.until('lobby_left');
    expect(left).toBe(
      variant === 'node' ? 'lobby_left host_left Room host has disconnected' : 'lobby_left connection_lost ',
    );
  });

  it('the connection is lost: there is no way back (L-8)', async () => {
    await serve(variant);
    const [host] = (await party('mesh', 0)) as [Diary];
    server.crash();
    await host.until('disconnected -1');
    await host.until('lobby_left connection_lost');
    expect([host.client.ticket, host.client.room, host.has('lobby_lost')]).toEqual([null, null, false]);
  });

  it('100 join in one second, and all of them know all', async () => {
    await serve(variant);
    const [host] = (await party('server', 0)) as [Diary];
    const guests = Array.from({ length: 100 }, () => visit());
    await Promise.all(guests.map(({ client }) => client.join(host.client.room!.name)));
    await expect.poll(() => host.client.members.size).toBe(100);
    expect(new Set(guests.map(({ client }) => client.id)).size).toBe(100);
  });
});

describe("our client at Godot's servers that keep silent", () => {
  it('silence after JOIN is a refusal, after 2 s (L-2)', async () => {
    await serve('node');
    const http = createServer();
    const mute = new WebSocketServer({ server: http, maxPayload: 1000 });
    const closes: number[] = [];
    mute.on('connection', (socket) => socket.on('close', () => closes.push(1)));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const diary = new Diary(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, { timing: { joinMs: 100 } });
    expect(await reasonOf(diary.client.join('zombie'))).toBe('refused');
    await expect.poll(() => closes.length).toBe(1);
    await new Promise((resolve) => http.close(resolve));
  });
});
