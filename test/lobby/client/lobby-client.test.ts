import type { RoomState } from 'scenewire/lobby';
import { afterEach, describe, expect, it } from 'vitest';
import type { LobbyServerOptions } from '../../../src/lobby-server.js';
import { type LobbyWorld, memoryWorld, worlds } from '../server/support/lobby-world.js';
import { Diary, reasonOf } from './support/clients.js';

let world: LobbyWorld;
const diaries: Diary[] = [];

function visit(options?: ConstructorParameters<typeof Diary>[1]): Diary {
  const diary = new Diary(world.url(), options);
  diaries.push(diary);
  return diary;
}

/** A host and a guest who know of each other. */
async function pair(mode: 'mesh' | 'server' = 'mesh'): Promise<{ host: Diary; guest: Diary; room: RoomState }> {
  const host = visit();
  const room = await host.client.create({ mode, member: { name: 'Ann' } });
  const guest = visit();
  await guest.client.join(room.name, { member: { name: 'Bob' } });
  await host.until(`peer_connected ${guest.client.id}`);
  return { host, guest, room };
}

/** Cuts the connection as a network does, from the server's end. */
function cut(id: number): void {
  for (const { lobby } of world.servers) {
    for (const connection of lobby.connections.values()) if (connection.seat?.id === id) connection.cut();
  }
}

afterEach(async () => {
  for (const { client } of diaries.splice(0)) client.close();
  await world.close();
});

describe.each(worlds)('our client at our server, %s', (_name, makeWorld) => {
  const open = async (options?: LobbyServerOptions): Promise<void> => {
    world = await makeWorld(options);
  };

  it('creates a room with a short code, which is found however it is typed', async () => {
    await open();
    const host = visit();
    const room = await host.client.create({ meta: { map: 'isle' }, maxMembers: 4 });
    expect(room).toMatchObject({
      mode: 'server',
      public: false,
      sealed: false,
      maxMembers: 4,
      host: 1,
      meta: { map: 'isle' },
    });
    expect(room.name).toMatch(/^[2-9B-DF-HJ-NP-TV-Z]{4,8}$/);
    const guest = visit();
    const typed = ` ${room.name.slice(0, 3).toLowerCase()}-${room.name.slice(3).toLowerCase()} `;
    expect((await guest.client.join(typed)).name).toBe(room.name);
    expect([guest.client.isExtended, guest.client.isHost, host.client.isHost]).toEqual([true, false, true]);
  });

  it('everybody knows who is there, and what they say about themselves', async () => {
    await open();
    const { host, guest } = await pair();
    const { id } = guest.client;
    expect(guest.client.members.get(1)).toEqual({ id: 1, meta: { name: 'Ann' }, sw: 1, away: false, isPeer: true });
    await guest.client.setMember({ name: 'Bob', ready: true });
    expect(await host.until('member_changed')).toContain('"ready":true');
    expect(host.client.members.get(id)?.meta).toEqual({ name: 'Bob', ready: true });
    guest.client.close();
    await host.until(`peer_disconnected ${id} left`);
    expect(host.client.members.size).toBe(0);
  });

  it('clients of a client/server room are members to each other, not peers', async () => {
    await open();
    const { host, guest, room } = await pair('server');
    const other = visit();
    await other.client.join(room.name, { member: { name: 'Cem' } });
    await guest.until(`member_changed ${other.client.id}`);
    expect(guest.client.members.get(other.client.id)).toMatchObject({ meta: { name: 'Cem' }, isPeer: false });
    expect(host.client.members.get(other.client.id)).toMatchObject({ isPeer: true });
    expect([...other.client.members.keys()].sort()).toEqual([1, guest.client.id].sort());
  });

  it('lists public rooms, by what they say about themselves, page by page', async () => {
    await open();
    for (const level of [1, 2, 3]) await visit().client.create({ public: true, meta: { level, game: 'kart' } });
    await visit().client.create({ meta: { level: 2 } });
    const { client } = visit();
    await expect.poll(async () => (await client.list()).total).toBe(3);
    const some = await client.list({ where: { level: { min: 2 } } });
    expect(some.rooms.map(({ meta }) => meta['level']).sort()).toEqual([2, 3]);
    const first = await client.list({ limit: 2 });
    const second = await client.list({ limit: 2, cursor: first.next! });
    expect([first.rooms.length, second.rooms.length, second.next]).toEqual([2, 1, null]);
    expect(client.isOpen).toBe(true);
    await client.join(some.rooms[0]!.name);
    expect((await client.list()).total).toBe(3);
  });

  it.each([
    ['a name that there is not', {}, 'NOWHERE', {}, 'room_not_found'],
    ['a wrong password', { password: 'right' }, null, { password: 'wrong' }, 'wrong_password'],
    ['a room that is full', { maxMembers: 1 }, null, {}, 'room_full'],
  ])('%s is refused, and another try works on the same connection', async (_what, create, name, join, reason) => {
    await open();
    const [host, guest] = [visit(), visit()];
    const room = await host.client.create(create);
    expect(await reasonOf(guest.client.join(name ?? room.name, join))).toBe(reason);
    expect(guest.has('disconnected')).toBe(false);
    const another = await visit().client.create();
    expect((await guest.client.join(another.name)).name).toBe(another.name);
  });

  it('a name of its own, or the room of that name if there is one', async () => {
    await open();
    expect((await visit().client.create({ name: 'my-room' })).name).toBe('my-room');
    expect(await reasonOf(visit().client.create({ name: 'my-room' }))).toBe('name_taken');
    const [a, b] = [visit(), visit()];
    await a.client.join('the-other', { create: { mode: 'mesh' } });
    await b.client.join('the-other', { create: { mode: 'mesh' } });
    expect([a.client.id, b.client.id > 1, b.client.room?.mode]).toEqual([1, true, 'mesh']);
  });

  it('seal, unseal and settings are the host’s, and all are told', async () => {
    await open();
    const { host, guest, room } = await pair();
    expect(await reasonOf(guest.client.seal())).toBe('not_host');
    expect(await reasonOf(guest.client.setRoom({ public: true }))).toBe('not_host');
    await host.client.seal();
    await guest.until('lobby_sealed');
    expect(await reasonOf(visit().client.join(room.name))).toBe('room_sealed');
    await host.client.unseal();
    await guest.until('lobby_unsealed');
    await host.client.setRoom({ meta: { map: 'moon' }, public: true });
    await guest.until('room_changed');
    expect(guest.client.room).toMatchObject({ meta: { map: 'moon' }, public: true, sealed: false });
  });

  it('a member that is put out hears why, and a ban is for good', async () => {
    await open();
    const { host, guest, room } = await pair();
    const { id } = guest.client;
    expect(await reasonOf(guest.client.kick(1))).toBe('not_host');
    expect(await reasonOf(host.client.kick(4711))).toBe('no_such_member');
    await host.client.kick(id, 'too loud', true);
    await guest.until('lobby_left kicked too loud');
    await host.until(`peer_disconnected ${id} kicked`);
    expect(await reasonOf(guest.client.join(room.name))).toBe('banned');
  });

  it('the host leaves: the one who is there for longest is the host', async () => {
    await open();
    const { host, guest, room } = await pair();
    const late = visit();
    await late.client.join(room.name);
    host.client.close();
    const { id } = guest.client;
    expect(await late.until('host_changed')).toBe(`host_changed ${id} left`);
    await guest.until(`host_changed ${id} left`);
    expect([guest.client.isHost, guest.client.room?.epoch, late.has('peer_disconnected 1 left')]).toEqual([
      true,
      1,
      true,
    ]);
    await guest.client.handOver(late.client.id);
    await late.until(`host_changed ${late.client.id} handed_over`);
    expect(late.client.isHost).toBe(true);
  });

  it('in a client/server room the new host and its clients become peers', async () => {
    await open();
    const { host, guest, room } = await pair('server');
    const late = visit();
    await late.client.join(room.name);
    await guest.until(`member_changed ${late.client.id}`);
    host.client.close();
    await late.until(`peer_connected ${guest.client.id}`);
    await guest.until(`peer_connected ${late.client.id}`);
    expect(late.client.sendOffer(guest.client.id, 'v=0', 3)).toBe(true);
    expect(await guest.until('offer_received')).toBe(`offer_received ${late.client.id} v=0 3`);
  });

  it('a room that does not migrate is over with its host; the connection stays', async () => {
    await open();
    const host = visit();
    const { name } = await host.client.create({ migrates: false });
    const guest = visit();
    await guest.client.join(name);
    host.client.close();
    await guest.until('lobby_left host_left');
    expect([guest.client.room, guest.client.isOpen]).toEqual([null, true]);
    await guest.client.create();
    expect(guest.client.id).toBe(1);
  });

  it('leaves, and is in another room on the same connection', async () => {
    await open();
    const { host, guest } = await pair();
    const { id } = guest.client;
    const [, other] = await Promise.all([guest.client.leave(), guest.client.create()]);
    await host.until(`peer_disconnected ${id} left`);
    expect([other.host, guest.client.id, guest.has('disconnected'), guest.has('lobby_left')]).toEqual([
      1,
      1,
      false,
      false,
    ]);
    await guest.client.leave();
    expect([guest.client.room, guest.client.isOpen]).toEqual([null, true]);
  });

  it('what else members tell each other: offers with their attempt, answers, candidates, anything', async () => {
    await open();
    const { host, guest } = await pair();
    const { id } = guest.client;
    guest.client.sendOffer(1, 'v=0 offer', 513);
    guest.client.sendCandidate(1, 'data', 2, 'candidate:1', 513);
    guest.client.sendSignal(1, 'hello');
    expect(await host.until('offer_received')).toBe(`offer_received ${id} v=0 offer 513`);
    expect(await host.until('candidate_received')).toBe(`candidate_received ${id} data 2 candidate:1 513`);
    expect(await host.until('signal_received')).toBe(`signal_received ${id} hello`);
    host.client.sendAnswer(id, 'v=0 answer', 513);
    expect(await guest.until('answer_received')).toBe('answer_received 1 v=0 answer 513');
  });

  it('a lost connection is restored: same seat, and what happened meanwhile is told', async () => {
    await open();
    const { host, guest, room } = await pair();
    const { id } = guest.client;
    cut(id);
    await guest.until('lobby_lost');
    await host.until(`peer_away ${id}`);
    const late = visit();
    await late.client.join(room.name, { member: { name: 'late' } });
    await guest.until('lobby_restored');
    await host.until(`peer_back ${id}`);
    expect(guest.client.id).toBe(id);
    await expect.poll(() => guest.client.members.get(late.client.id)?.meta).toEqual({ name: 'late' });
    expect(host.client.members.get(id)?.away).toBe(false);
    guest.client.sendSignal(1, 'here again');
    await host.until(`signal_received ${id} here again`);
  });

  it('another connection takes the seat: it has everything, and the old one is out for good', async () => {
    await open();
    const { host, guest } = await pair();
    const { id, ticket } = guest.client;
    const reloaded = visit();
    await reloaded.client.resume(ticket!);
    expect([reloaded.client.id, [...reloaded.client.members.keys()]]).toEqual([id, [1]]);
    await guest.until('lobby_left seat_taken_over');
    reloaded.client.sendSignal(1, 'it is me');
    await host.until(`signal_received ${id} it is me`);
    expect(await reasonOf(visit().client.resume({ ...ticket!, token: 'forged' }))).toBe('seat_lost');
  });

  it('requests that were not sent when the connection was lost are sent when it is back', async () => {
    await open();
    const { host, guest } = await pair();
    cut(1);
    await host.until('lobby_lost');
    const request = host.client.setRoom({ meta: { n: 1 } });
    await request;
    await guest.until('room_changed');
    expect(guest.client.room?.meta).toEqual({ n: 1 });
  });
});

describe('our client at one server', () => {
  it('a server that ends: clients keep trying, and are told when the seat is gone', async () => {
    world = await memoryWorld();
    const url = world.url();
    const diary = new Diary(url);
    diaries.push(diary);
    await diary.client.create();
    await world.close();
    await diary.until('lobby_lost');
    world = await memoryWorld({ port: Number(new URL(url).port) });
    await diary.until('lobby_left seat_lost');
    expect(await diary.client.create()).toMatchObject({ host: 1 });
  });

  it('a lobby that is not there', async () => {
    world = await memoryWorld();
    const url = world.url();
    await world.close();
    const diary = new Diary(url);
    expect(await reasonOf(diary.client.join('ROOM'))).toBe('connect_failed');
    expect(await reasonOf(diary.client.list())).toBe('connect_failed');
    expect([diary.lines, diary.client.isQuiet]).toEqual([[], true]);
    expect(await reasonOf(new Diary('http://not a url').client.list())).toBe('connect_failed');
  });

  it('tokens: from a function, asked for each connection; without one nobody comes in', async () => {
    const tokens: (string | null)[] = [];
    world = await memoryWorld({
      authorize: ({ token }) => {
        tokens.push(token);
        return token?.startsWith('good') ? { id: token } : null;
      },
    });
    let asked = 0;
    const guest = visit({ auth: async () => `good ${++asked}` });
    await guest.client.create();
    cut(1);
    await guest.until('lobby_restored');
    expect([tokens, asked]).toEqual([['good 1', 'good 2'], 2]);
    expect(await reasonOf(visit({ auth: 'bad' }).client.create())).toBe('unauthorized');
    const failing = visit({ auth: () => Promise.reject(new Error('login server down')) });
    await expect(failing.client.create()).rejects.toThrow('login server down');
    expect(failing.client.isQuiet).toBe(true);
  });

  it('ICE servers come with the room, again before they expire, and when asked', async () => {
    const turn = { urls: ['turn:192.0.2.1:3478'], secret: 'secret', ttlMs: 1200 };
    world = await memoryWorld({ ice: { servers: [{ urls: ['stun:192.0.2.1'] }], turn } });
    const host = visit();
    await host.client.create();
    const names = [host.client.ice.servers[1]!.username];
    expect(host.client.ice.servers[0]).toEqual({ urls: ['stun:192.0.2.1'] });
    await host.until('ice_changed');
    names.push(host.client.ice.servers[1]!.username, (await host.client.requestIce()).servers[1]!.username);
    expect(new Set(names).size).toBe(3);
  });

  it('limits are known after asking', async () => {
    world = await memoryWorld({ limits: { roomMembers: 7 } });
    const { client } = visit();
    await client.list();
    expect(client.serverLimits).toMatchObject({ roomMembers: 7, frameBytes: 65_000 });
  });

  it('connect, close, connect in one turn, 1000 times: one connection, one seat (users 29)', async () => {
    world = await memoryWorld();
    const { client } = visit();
    const reasons: string[] = [];
    for (let i = 0; i < 1000; i += 1) {
      client.join('THERE', { create: {} }).catch(({ reason }) => reasons.push(reason));
      client.close();
    }
    await client.join('THERE', { create: {} });
    const connections = [...world.servers[0]!.lobby.connections.values()];
    expect(connections.map(({ seat }) => seat)).toEqual([{ room: 'THERE', id: 1 }]);
    expect([reasons.length, new Set(reasons)]).toEqual([1000, new Set(['closed'])]);
  });

  it('closed at any step of joining: nothing comes after it, and no seat stays', async () => {
    world = await memoryWorld();
    const host = visit();
    const { name } = await host.client.create();
    for (let step = 0; step < 12; step += 1) {
      const guest = visit({ autoPoll: false });
      const joined = guest.client.join(name).then(
        () => 'in',
        ({ reason }) => reason as string,
      );
      for (let i = 0; i < step; i += 1) {
        guest.client.poll();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const told = guest.lines.length;
      guest.client.close();
      guest.client.close();
      for (let i = 0; i < 5; i += 1) guest.client.poll();
      expect([await joined, guest.lines.length]).toEqual([told > 0 ? 'in' : 'closed', told]);
    }
    await expect.poll(() => world.servers[0]!.lobby.services.directory.room(name)?.seats.size).toBe(1);
  });
});
