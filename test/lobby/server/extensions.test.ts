import { afterEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { parseServerMessage } from '../../../src/lobby/protocol/parse.js';
import { enter, type LobbyWorld, readEntry, type Seated, worlds } from './support/lobby-world.js';
import type { RawClient, RawMessage } from './support/raw-client.js';

const {
  JOIN,
  ID,
  PEER_CONNECT,
  PEER_DISCONNECT,
  OFFER,
  SEAL,
  HELLO,
  LIST,
  WELCOME,
  ICE,
  METADATA,
  MEMBER,
  KICK,
  UNSEAL,
  HOST,
  RESUME,
  AWAY,
  BACK,
  PING,
  LEAVE,
  SIGNAL,
  ERROR,
  DONE,
} = MessageType;

const SW = { sw: 1 } as const;
const message = (type: number, members: object = {}): object => ({ type, id: 0, data: '', ...members });

let world: LobbyWorld;
const clients: RawClient[] = [];
afterEach(async () => {
  await world.close();
  // Whatever a test was about: everything the server ever wrote is a message of the protocol.
  for (const { frames } of clients.splice(0)) {
    for (const frame of frames) expect(parseServerMessage(frame).bad, frame).toBeUndefined();
  }
});

async function connect(): Promise<RawClient> {
  const client = await world.connect();
  clients.push(client);
  return client;
}

const seat = async (join: object = {}): Promise<Seated> => enter(world, { ...SW, ...join }, await connect());

const welcomeOf = ({ entry }: Seated): RawMessage => entry.find(({ type }) => type === WELCOME)!;
const roomOf = (welcome: RawMessage): Record<string, unknown> => welcome['room'] as Record<string, unknown>;

/** Who is in a room may be so before the processes of the others know of it. */
const knows = ({ client }: Seated, { id }: Seated): Promise<RawMessage> =>
  client.until((told) => told.type === PEER_CONNECT && told.id === id);

/** Sends a request and gives the answer with its `ref`. */
let nextRef = 1;
async function ask(client: RawClient, type: number, members: object = {}): Promise<RawMessage> {
  nextRef += 1;
  const ref = nextRef;
  client.send(message(type, { ...members, ref }));
  return client.until((answer) => answer['ref'] === ref);
}

async function reasonOf(client: RawClient, type: number, members: object = {}): Promise<unknown> {
  const answer = await ask(client, type, members);
  expect(answer).toMatchObject({ type: ERROR, id: type, fatal: false });
  return answer['reason'];
}

async function resume(from: Seated, token = welcomeOf(from)['token']): Promise<Seated> {
  const client = await connect();
  client.send(message(RESUME, { ...SW, id: from.id, data: from.room, token }));
  return readEntry(client);
}

describe.each(worlds)('clients that announced themselves, %s', (_name, makeWorld) => {
  it('create: ID, WELCOME with everything, JOIN', async () => {
    world = await makeWorld();
    const { entry, room } = await seat({
      ref: 5,
      create: { public: true, meta: { map: 'dunes', level: 3, hard: true } },
    });
    expect(entry.map(({ type }) => type)).toEqual([ID, WELCOME, JOIN]);
    expect(entry[1]).toEqual({
      type: WELCOME,
      id: 1,
      data: room,
      sw: 1,
      features: [],
      token: expect.stringMatching(/^[\w-]{32}$/),
      graceMs: 30_000,
      resumed: false,
      room: {
        name: room,
        mode: 'mesh',
        public: true,
        password: false,
        sealed: false,
        maxMembers: 64,
        migrates: true,
        meta: { map: 'dunes', level: 3, hard: true },
        host: 1,
        epoch: 0,
      },
      ice: { servers: [], ttlMs: 0 },
      ref: 5,
    });
  });

  it('short codes are found as they are typed; other names only as they are', async () => {
    world = await makeWorld();
    const host = await seat();
    expect(host.room).toMatch(/^[2-9BCDFGHJKMNPQRSTVWXZ]{6}$/);
    const typed = `${host.room.slice(0, 3)} - ${host.room.slice(3)}`.toLowerCase();
    expect((await seat({ data: typed })).room).toBe(host.room);
    const named = await seat({ create: { name: 'My_room' } });
    expect(named.room).toBe('My_room');
    expect(await reasonOf(await connect(), JOIN, { ...SW, data: 'my_room' })).toBe('room_not_found');
    expect((await seat({ create: { kind: 'random' } })).room).toMatch(/^[A-Za-z0-9]{16}$/);
  });

  it('a name can be had once; with a name to join it is made if it is not there', async () => {
    world = await makeWorld();
    const first = await seat({ data: 'arena', create: { meta: { by: 'first' } } });
    expect(first.id).toBe(1);
    const second = await seat({ data: 'arena', create: { meta: { by: 'second' } } });
    expect(second.id).not.toBe(1);
    expect(roomOf(welcomeOf(second))['meta']).toEqual({ by: 'first' });
    expect(await reasonOf(await connect(), JOIN, { ...SW, create: { name: 'arena' } })).toBe('name_taken');
    expect(await reasonOf(await connect(), JOIN, { ...SW, data: 'no/name', create: {} })).toBe('bad_name');
  });

  it('many who come to the same name at once end up in one room', async () => {
    world = await makeWorld();
    const all = await Promise.all(Array.from({ length: 20 }, () => seat({ data: 'rush', create: {} })));
    expect(all.filter(({ id }) => id === 1)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(20);
  });

  it('members say what the others see of them, and change it', async () => {
    world = await makeWorld();
    const host = await seat({ meta: { name: 'Ada' } });
    const guest = await seat({ data: host.room, meta: { name: 'Bo' } });
    expect(guest.entry[2]).toEqual({ type: PEER_CONNECT, id: 1, data: '', meta: { name: 'Ada' }, sw: 1, away: false });
    expect(await host.client.next()).toMatchObject({ type: PEER_CONNECT, id: guest.id, meta: { name: 'Bo' } });
    expect(await ask(guest.client, MEMBER, { meta: { name: 'Bo', ready: true } })).toMatchObject({
      type: DONE,
      id: MEMBER,
    });
    expect(await host.client.next()).toMatchObject({ type: MEMBER, id: guest.id, meta: { name: 'Bo', ready: true } });
    expect((await seat({ data: host.room })).entry.find(({ id }) => id === guest.id)).toMatchObject({
      meta: { ready: true },
    });
  });

  it('in a client/server room clients know of each other by MEMBER, and are not connected', async () => {
    world = await makeWorld();
    const host = await seat({ id: 1 });
    const [b, c] = [await seat({ data: host.room, meta: { name: 'B' } }), await seat({ data: host.room })];
    expect(c.entry.map(({ type, id }) => [type, id])).toEqual([
      [ID, c.id],
      [WELCOME, c.id],
      [PEER_CONNECT, 1],
      [MEMBER, b.id],
      [JOIN, 0],
    ]);
    expect(await b.client.next()).toMatchObject({ type: MEMBER, id: c.id });
    c.client.send(message(SIGNAL, { id: b.id, data: 'no' }));
    await c.client.close();
    expect(await b.client.next()).toMatchObject({ type: PEER_DISCONNECT, id: c.id, reason: 'left' });
  });

  it('the host changes the room, and nobody else does', async () => {
    world = await makeWorld();
    const host = await seat({ create: { public: true } });
    const guest = await seat({ data: host.room });
    await host.client.type(PEER_CONNECT);
    await ask(host.client, METADATA, { meta: { map: 'b' }, public: false, maxMembers: 2 });
    const told = await guest.client.type(METADATA);
    expect(told['room']).toMatchObject({ meta: { map: 'b' }, public: false, maxMembers: 2 });
    expect(await reasonOf(guest.client, METADATA, { meta: {} })).toBe('not_host');
    expect(await reasonOf(await connect(), JOIN, { ...SW, data: host.room })).toBe('room_full');
  });

  it('the host says where it can be reached too; another host has an address of its own, or none', async () => {
    world = await makeWorld();
    const host = await seat({ id: 1, create: { address: 'wss://a.example' } });
    const guest = await seat({ data: host.room });
    expect(roomOf(welcomeOf(guest))['address']).toBe('wss://a.example');
    await knows(host, guest);
    await ask(host.client, METADATA, { address: 'wss://b.example' });
    expect(roomOf(await guest.client.type(METADATA))['address']).toBe('wss://b.example');
    await ask(host.client, HOST, { id: guest.id });
    const late = await seat({ data: host.room });
    expect(roomOf(welcomeOf(late))).not.toHaveProperty('address');
    await ask(guest.client, METADATA, { address: 'wss://c.example' });
    expect(roomOf(await late.client.type(METADATA))['address']).toBe('wss://c.example');
    await ask(guest.client, METADATA, { address: '' });
    expect(roomOf(await late.client.type(METADATA))).not.toHaveProperty('address');
    expect(await reasonOf(guest.client, METADATA, { address: 'x'.repeat(513) })).toBe('bad_message');
  });

  it.each([
    [KICK, { id: 1 }],
    [SEAL, {}],
    [UNSEAL, {}],
    [HOST, { id: 1 }],
  ])('only the host sends type %i', async (type, members) => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room });
    expect(await reasonOf(guest.client, type, members)).toBe('not_host');
  });

  it('a password is asked for, and a seat that is resumed needs none', async () => {
    world = await makeWorld();
    const host = await seat({ create: { password: 'sesame' } });
    expect(roomOf(welcomeOf(host))['password']).toBe(true);
    expect(await reasonOf(await connect(), JOIN, { ...SW, data: host.room })).toBe('wrong_password');
    const client = await connect();
    expect(await reasonOf(client, JOIN, { ...SW, data: host.room, password: 'Sesame' })).toBe('wrong_password');
    // A refusal is no end: the same connection may try again.
    const guest = await enter(world, { ...SW, data: host.room, password: 'sesame' }, client);
    await guest.client.cut();
    expect((await resume(guest)).id).toBe(guest.id);
    expect(JSON.stringify([host.client.all, guest.client.all])).not.toContain('esame');
  });

  it('lists public rooms with filters', async () => {
    world = await makeWorld();
    await seat({ create: { name: 'a', public: true, meta: { map: 'dunes', level: 1 } } });
    await seat({ id: 1, create: { name: 'b', public: true, meta: { map: 'moon', level: 5 }, password: 'x' } });
    await seat({ create: { name: 'c', public: true, maxMembers: 1, meta: { map: 'moon' } } });
    const sealed = await seat({ create: { name: 'd', public: true, meta: { map: 'moon' } } });
    await seat({ create: { name: 'hidden', meta: { map: 'moon' } } });
    await ask(sealed.client, SEAL);
    const client = await connect();
    await ask(client, HELLO, SW);
    // The list may be a moment old, so it is asked for until it is right.
    const expectNames = (filter: object, names: string[]): Promise<void> =>
      expect
        .poll(async () => {
          const answer = await ask(client, LIST, filter);
          return [answer.id, (answer['rooms'] as { name: string }[]).map(({ name }) => name).sort()];
        })
        .toEqual([4, names]);
    await expectNames({}, ['a', 'b']);
    await expectNames({ open: false }, ['a', 'b', 'c', 'd']);
    await expectNames({ open: false, where: { map: 'moon' } }, ['b', 'c', 'd']);
    await expectNames({ open: false, where: { map: ['dunes', 'sea'] } }, ['a']);
    await expectNames({ where: { level: { min: 2 } } }, ['b']);
    await expectNames({ where: { level: { min: 1, max: 4 }, map: 'dunes' } }, ['a']);
    await expectNames({ mode: 'server' }, ['b']);
    await expectNames({ password: false }, ['a']);
    const answer = await ask(client, LIST, { mode: 'server' });
    expect(answer['rooms']).toEqual([
      {
        name: 'b',
        mode: 'server',
        members: 1,
        maxMembers: 64,
        sealed: false,
        password: true,
        meta: { map: 'moon', level: 5 },
        ageMs: expect.any(Number),
      },
    ]);
  });

  it('pages the list, newest first, without a gap or a repetition', async () => {
    world = await makeWorld();
    const names = Array.from({ length: 7 }, (_, i) => `room${i}`);
    for (const name of names) await seat({ create: { name, public: true } });
    const client = await connect();
    await ask(client, HELLO, SW);
    await expect.poll(async () => (await ask(client, LIST)).id).toBe(7);
    const found: string[] = [];
    let cursor: unknown;
    let pages = 0;
    do {
      const page = await ask(client, LIST, { limit: 3, ...(cursor !== undefined && { cursor }) });
      found.push(...(page['rooms'] as { name: string }[]).map(({ name }) => name));
      cursor = page['next'];
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(3);
    expect(found.sort()).toEqual(names);
  });

  it('seal keeps newcomers out but not those who come back; unseal opens again', async () => {
    world = await makeWorld({ limits: { sealDelayMs: 200 } });
    const host = await seat();
    const guest = await seat({ data: host.room });
    await ask(host.client, SEAL);
    await guest.client.type(SEAL);
    expect(await reasonOf(await connect(), JOIN, { ...SW, data: host.room })).toBe('room_sealed');
    await guest.client.cut();
    const back = await resume(guest);
    expect(roomOf(welcomeOf(back))['sealed']).toBe(true);
    await ask(host.client, UNSEAL);
    await back.client.type(UNSEAL);
    expect((await seat({ data: host.room })).room).toBe(host.room);
  });

  it("after a seal Godot's clients go silently, and the others stay", async () => {
    world = await makeWorld({ limits: { sealDelayMs: 200 } });
    const host = await seat();
    const godot = await enter(world, { data: host.room });
    const guest = await seat({ data: host.room });
    await ask(host.client, SEAL);
    expect(await godot.client.closed).toEqual({ code: 1000, reason: 'Seal complete' });
    guest.client.send(message(OFFER, { id: 1, data: 'still here' }));
    await host.client.type(OFFER);
    for (const { client } of [host, guest]) expect(client.all.some(({ type }) => type === PEER_DISCONNECT)).toBe(false);
  });

  it('if the host did not announce itself, the room is over for all after a seal', async () => {
    world = await makeWorld({ limits: { sealDelayMs: 200 } });
    const host = await enter(world, {});
    const guest = await seat({ data: host.room });
    host.client.send(message(SEAL));
    expect(await guest.client.type(LEAVE)).toMatchObject({ reason: 'seal_complete' });
    expect((await host.client.closed).code).toBe(1000);
    expect((await seat({})).id).toBe(1);
  });

  it('a kick is told with its reason; a ban keeps the address out', async () => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room });
    const other = await seat({ data: host.room });
    await knows(host, guest);
    expect(await reasonOf(host.client, KICK, { id: 77, data: 'who?' })).toBe('no_such_member');
    expect(await reasonOf(host.client, KICK, { id: 1, data: 'myself' })).toBe('no_such_member');
    expect(await ask(host.client, KICK, { id: guest.id, data: 'spam' })).toMatchObject({ type: DONE });
    expect(await guest.client.type(KICK)).toMatchObject({ data: 'spam', ban: false });
    expect(await other.client.type(PEER_DISCONNECT)).toMatchObject({ id: guest.id, reason: 'kicked' });
    expect(
      await reasonOf(guest.client, RESUME, { ...SW, id: guest.id, data: host.room, token: welcomeOf(guest)['token'] }),
    ).toBe('seat_lost');
    // The connection is as it was before the room.
    const again = await enter(world, { ...SW, data: host.room }, guest.client);
    await knows(host, again);
    await ask(host.client, KICK, { id: again.id, data: 'spam', ban: true });
    expect(await guest.client.type(KICK)).toMatchObject({ ban: true });
    expect(await reasonOf(guest.client, JOIN, { ...SW, data: host.room })).toBe('banned');
  });

  it("a client of Godot's is closed with the reason of its kick", async () => {
    world = await makeWorld();
    const host = await seat();
    const godot = await enter(world, { data: host.room });
    await knows(host, godot);
    await ask(host.client, KICK, { id: godot.id, data: '\u{1f600}'.repeat(50) });
    const { code, reason } = await godot.client.closed;
    expect(code).toBe(4000);
    expect(reason).toMatch(/^Kicked: (\u{1f600})+$/u);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });

  it('LEAVE frees the seat at once and keeps the connection', async () => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room });
    expect(await ask(guest.client, LEAVE)).toMatchObject({ type: DONE, id: LEAVE });
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: guest.id, reason: 'left' });
    expect((await enter(world, { ...SW, data: host.room }, guest.client)).room).toBe(host.room);
  });

  it('a lost connection keeps its seat: AWAY, RESUME with everything, BACK', async () => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room, meta: { name: 'G' } });
    await guest.client.cut();
    expect(await host.client.type(AWAY)).toMatchObject({ id: guest.id, graceMs: expect.any(Number) });
    const watcher = await seat({ data: host.room });
    expect(watcher.entry.find(({ id }) => id === guest.id)).toMatchObject({ type: PEER_CONNECT, away: true });
    const back = await resume(guest);
    expect(back.id).toBe(guest.id);
    expect(welcomeOf(back)).toMatchObject({ resumed: true, token: welcomeOf(guest)['token'] });
    expect(back.entry.map(({ type }) => type)).toEqual([ID, WELCOME, PEER_CONNECT, PEER_CONNECT, JOIN]);
    expect(await host.client.type(BACK)).toMatchObject({ id: guest.id });
    expect(await watcher.client.type(BACK)).toMatchObject({ id: guest.id });
    host.client.send(message(OFFER, { id: guest.id, data: 'welcome back' }));
    expect((await back.client.type(OFFER)).data).toBe('welcome back');
  });

  it('a seat that nobody comes back to is given up in time', async () => {
    world = await makeWorld({ limits: { graceMs: 200 } });
    const host = await seat();
    const guest = await seat({ data: host.room });
    await guest.client.cut();
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: guest.id, reason: 'lost' });
    const client = await connect();
    const late = { ...SW, id: guest.id, data: host.room, token: welcomeOf(guest)['token'] };
    expect(await reasonOf(client, RESUME, late)).toBe('seat_lost');
  });

  it('RESUME takes the seat from a connection that is still there, and from nobody with a wrong token', async () => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room });
    const thief = { ...SW, id: guest.id, data: host.room };
    for (const token of ['x', welcomeOf(host)['token'], `${String(welcomeOf(guest)['token'])}x`]) {
      expect(await reasonOf(await connect(), RESUME, { ...thief, token })).toBe('seat_lost');
    }
    const second = await resume(guest);
    expect(await guest.client.type(ERROR)).toMatchObject({ reason: 'seat_taken_over', fatal: true });
    expect((await guest.client.closed).code).toBe(4000);
    // Nobody is told. But a change of its own brings the process of the host up to date.
    await ask(host.client, MEMBER, { meta: {} });
    host.client.send(message(OFFER, { id: guest.id, data: 'for the second' }));
    expect((await second.client.type(OFFER)).data).toBe('for the second');
    expect(host.client.all.some(({ type }) => type === AWAY || type === PEER_DISCONNECT)).toBe(false);
  });

  it('a goodbye (1000, or no code) leaves; a page that goes away (1001) may come back', async () => {
    world = await makeWorld();
    const host = await seat();
    const [a, b, c] = [
      await seat({ data: host.room }),
      await seat({ data: host.room }),
      await seat({ data: host.room }),
    ];
    a.client.socket.close(1000);
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: a.id, reason: 'left' });
    b.client.socket.close();
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: b.id, reason: 'left' });
    c.client.socket.close(1001);
    expect(await host.client.type(AWAY)).toMatchObject({ id: c.id });
  });

  it('the host leaves: the one who is there for longest and may is the host, once for all', async () => {
    world = await makeWorld();
    const host = await seat({ id: 1 });
    const godot = await enter(world, { data: host.room });
    const shy = await seat({ data: host.room, canHost: false });
    const heir = await seat({ data: host.room });
    const last = await seat({ data: host.room });
    await ask(host.client, LEAVE);
    for (const { client } of [shy, heir, last]) {
      expect(await client.type(PEER_DISCONNECT)).toMatchObject({ id: 1, reason: 'left' });
      expect(await client.type(HOST)).toMatchObject({ id: heir.id, epoch: 1, reason: 'left' });
    }
    expect(await godot.client.closed).toEqual({ code: 4000, reason: 'Room host has disconnected' });
    // In a client/server room the new host and the others are to be connected now.
    expect(await last.client.type(PEER_CONNECT)).toMatchObject({ id: heir.id });
    expect([(await heir.client.type(PEER_CONNECT)).id, (await heir.client.type(PEER_CONNECT)).id]).toEqual([
      shy.id,
      last.id,
    ]);
    // A client of Godot's that comes now knows the new host as 1.
    const late = await enter(world, { data: host.room });
    expect(late.entry[1]).toEqual({ type: PEER_CONNECT, id: 1, data: '' });
    late.client.send(message(OFFER, { id: 1, data: 'hello host' }));
    expect(await heir.client.type(OFFER)).toMatchObject({ id: late.id, data: 'hello host' });
    heir.client.send(message(MessageType.ANSWER, { id: late.id, data: 'hello guest' }));
    expect(await late.client.next()).toEqual({ type: MessageType.ANSWER, id: 1, data: 'hello guest' });
  });

  it('a host that is lost keeps its role until its time is over', async () => {
    world = await makeWorld({ limits: { graceMs: 300 } });
    const host = await seat();
    const guest = await seat({ data: host.room });
    await host.client.cut();
    expect(await guest.client.type(AWAY)).toMatchObject({ id: 1 });
    expect(await guest.client.type(HOST)).toMatchObject({ id: guest.id, reason: 'lost' });
  });

  it('a room that does not migrate, or that nobody may host, is over with its host', async () => {
    world = await makeWorld();
    const host = await seat({ create: { migrates: false } });
    const guest = await seat({ data: host.room });
    await host.client.close();
    expect(await guest.client.type(LEAVE)).toMatchObject({ reason: 'host_left' });
    const other = await enter(world, { ...SW }, guest.client);
    const shy = await seat({ data: other.room, canHost: false });
    await ask(other.client, LEAVE);
    expect(await shy.client.type(LEAVE)).toMatchObject({ reason: 'host_left' });
    expect(await reasonOf(shy.client, JOIN, { ...SW, data: other.room })).toBe('room_not_found');
  });

  it('the host hands its role over', async () => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room });
    await knows(host, guest);
    expect(await ask(host.client, HOST, { id: guest.id })).toMatchObject({ type: DONE });
    expect(await guest.client.type(HOST)).toMatchObject({ id: guest.id, epoch: 1, reason: 'handed_over' });
    expect(await reasonOf(host.client, SEAL)).toBe('not_host');
    expect(await ask(guest.client, KICK, { id: 1, data: 'thanks' })).toMatchObject({ type: DONE });
    expect(await host.client.type(KICK)).toMatchObject({ data: 'thanks' });
  });

  it('attempts and signals go between those who announced themselves', async () => {
    world = await makeWorld();
    const host = await seat();
    const guest = await seat({ data: host.room });
    guest.client.send(message(OFFER, { id: 1, data: 'sdp', attempt: 7, extra: 'not carried' }));
    expect(await host.client.type(OFFER)).toEqual({ type: OFFER, id: guest.id, data: 'sdp', attempt: 7 });
    host.client.send(message(SIGNAL, { id: guest.id, data: '{"any":"thing"}' }));
    expect(await guest.client.type(SIGNAL)).toEqual({ type: SIGNAL, id: 1, data: '{"any":"thing"}' });
  });

  it('a ping comes back, in a room and outside', async () => {
    world = await makeWorld();
    const { client } = await seat();
    client.send(message(PING, { id: 12_345 }));
    expect(await client.next()).toEqual({ type: PING, id: 12_345, data: '' });
  });

  it('mistakes are answered, and many of them end the connection', async () => {
    world = await makeWorld({ limits: { invalidMessages: 5 } });
    const { client } = await seat();
    client.send(message(99, { ref: 4 }));
    expect(await client.next()).toMatchObject({ type: ERROR, id: 99, reason: 'unknown_type', fatal: false, ref: 4 });
    client.send(message(KICK, { id: 1, ban: 'yes', ref: 5 }));
    expect(await client.next()).toMatchObject({ type: ERROR, id: KICK, reason: 'bad_message', ref: 5 });
    for (let i = 0; i < 4; i += 1) client.socket.send('what?');
    expect(await client.until(({ reason }) => reason === 'too_many_errors')).toMatchObject({ fatal: true });
    expect((await client.closed).code).toBe(4000);
  });

  it.each([OFFER, SIGNAL, SEAL, METADATA, MEMBER, KICK, HOST, ICE, LEAVE])('type %i needs a room', async (type) => {
    world = await makeWorld();
    const client = await connect();
    await ask(client, HELLO, SW);
    client.send(message(type, { id: 5, meta: {} }));
    expect(await client.type(ERROR)).toMatchObject({ id: type, reason: 'not_in_room' });
  });

  it('HELLO tells the limits and speaks the lower version', async () => {
    world = await makeWorld({ limits: { messagesPerSecond: 33, pageRooms: 9 } });
    const client = await connect();
    expect(await ask(client, HELLO, { sw: 200, features: ['future'] })).toMatchObject({
      type: HELLO,
      sw: 1,
      features: [],
      limits: { frameBytes: 65_000, roomMetadata: 2048, memberMetadata: 1024, messagesPerSecond: 33, pageRooms: 9 },
    });
  });

  it('who has a seat can no longer announce itself', async () => {
    world = await makeWorld();
    const host = await seat();
    const [a, b] = [await enter(world, { data: host.room }), await enter(world, { data: host.room })];
    a.client.send(message(HELLO, SW));
    expect((await a.client.closed).reason).toBe('Already in a lobby');
    b.client.send(message(JOIN, { ...SW, data: host.room }));
    expect(await b.client.closed).toEqual({ code: 4000, reason: 'Already in a lobby' });
  });

  it.each(['x'.repeat(60_000), 'a/b', 'два', 'a b'])('a name that can be none is not looked for', async (data) => {
    world = await makeWorld();
    expect(await reasonOf(await connect(), JOIN, { ...SW, data })).toBe('room_not_found');
    const client = await connect();
    expect(await reasonOf(client, RESUME, { ...SW, data, id: 5, token: 'x' })).toBe('seat_lost');
  });

  it('ICE servers come with WELCOME, again with new credentials, and when asked for', async () => {
    const turn = { urls: ['turn:turn.example.org:3478'], secret: 'shared', ttlMs: 1000 };
    world = await makeWorld({ ice: { servers: [{ urls: ['stun:stun.example.org'] }], turn } });
    const seated = await seat();
    const first = welcomeOf(seated)['ice'] as { servers: { username: string }[]; ttlMs: number };
    expect(first).toMatchObject({ ttlMs: 1000, servers: [{ urls: ['stun:stun.example.org'] }, { urls: turn.urls }] });
    const second = (await seated.client.type(ICE))['ice'] as typeof first;
    expect(second.servers[1]!.username).not.toBe(first.servers[1]!.username);
    expect(await ask(seated.client, ICE)).toMatchObject({ type: ICE, ice: { ttlMs: 1000 } });
  });
});
