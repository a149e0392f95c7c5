import { afterEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { enter, type LobbyWorld, readEntry, worlds } from './support/lobby-world.js';
import type { RawClient, RawMessage } from './support/raw-client.js';

const { JOIN, ID, PEER_CONNECT, PEER_DISCONNECT, OFFER, ANSWER, CANDIDATE, SEAL } = MessageType;

const MESH = 0;
const SERVER = 1;

/** Godot sends and knows nothing but these three. */
const plain = (type: number, id = 0, data = ''): RawMessage => ({ type, id, data });

let world: LobbyWorld;
afterEach(() => world.close());

/** Two that arrive in the same process or not. */
async function pair(mode: number): Promise<{ host: RawClient; guest: RawClient; id: number; room: string }> {
  const host = await enter(world, { id: mode });
  const guest = await enter(world, { id: MESH, data: host.room });
  expect(await host.client.next()).toEqual(plain(PEER_CONNECT, guest.id));
  return { host: host.client, guest: guest.client, id: guest.id, room: host.room };
}

describe.each(worlds)('unmodified clients of Godot, %s', (_name, makeWorld) => {
  it.each([
    [MESH, 'true'],
    [SERVER, ''],
    [-1, ''],
  ])('create with id %i: ID, then JOIN with a name (L-2, L-3, L-10)', async (mode, data) => {
    world = await makeWorld();
    const { entry, room } = await enter(world, { id: mode });
    expect(entry).toEqual([plain(ID, 1, data), plain(JOIN, 0, room)]);
    expect(room).toMatch(/^[A-Za-z0-9]{16}$/);
  });

  it('join by name: ID, PEER_CONNECT for each, JOIN; the mode is that of the room (L-3)', async () => {
    world = await makeWorld();
    const first = await enter(world, { id: SERVER });
    const second = await enter(world, { id: MESH, data: first.room });
    expect(second.entry).toEqual([plain(ID, second.id, ''), plain(PEER_CONNECT, 1), plain(JOIN, 0, first.room)]);
  });

  it('three in a mesh hear of each other (L-3)', async () => {
    world = await makeWorld();
    const a = await enter(world, { id: MESH });
    const b = await enter(world, { data: a.room });
    const c = await enter(world, { data: a.room });
    expect(c.entry).toEqual([
      plain(ID, c.id, 'true'),
      plain(PEER_CONNECT, 1),
      plain(PEER_CONNECT, b.id),
      plain(JOIN, 0, a.room),
    ]);
    expect([await a.client.next(), await a.client.next()]).toEqual([
      plain(PEER_CONNECT, b.id),
      plain(PEER_CONNECT, c.id),
    ]);
    expect(await b.client.next()).toEqual(plain(PEER_CONNECT, c.id));
  });

  it('in a client/server room clients do not hear of each other, neither coming nor going (L-4)', async () => {
    world = await makeWorld();
    const host = await enter(world, { id: SERVER });
    const [b, c] = [await enter(world, { data: host.room }), await enter(world, { data: host.room })];
    expect(c.entry).toEqual([plain(ID, c.id, ''), plain(PEER_CONNECT, 1), plain(JOIN, 0, host.room)]);
    await c.client.close();
    expect(await host.client.until(({ type }) => type === PEER_DISCONNECT)).toEqual(plain(PEER_DISCONNECT, c.id));
    host.client.send(plain(OFFER, b.id, 'last'));
    expect(await b.client.next()).toEqual(plain(OFFER, 1, 'last'));
  });

  it('ids are unique, from 2 to 2147483647 (L-2)', async () => {
    world = await makeWorld();
    const host = await enter(world, {});
    const ids = new Set<number>();
    for (let i = 0; i < 40; i += 1) ids.add((await enter(world, { data: host.room })).id);
    expect(ids.size).toBe(40);
    for (const id of ids) expect(id >= 2 && id <= 2_147_483_647).toBe(true);
  });

  it.each([MESH, SERVER])(
    'offer, answer and candidate are relayed, with ids rewritten both ways (mode %i)',
    async (mode) => {
      world = await makeWorld();
      const { host, guest, id } = await pair(mode);
      guest.send(plain(OFFER, 1, 'v=0\r\no=offer "quoted" \\ \u{1f600}\r\n'));
      expect(await host.next()).toEqual(plain(OFFER, id, 'v=0\r\no=offer "quoted" \\ \u{1f600}\r\n'));
      host.send(plain(ANSWER, id, 'v=0 answer'));
      expect(await guest.next()).toEqual(plain(ANSWER, 1, 'v=0 answer'));
      const candidate = '\n0\n0\ncandidate:1 1 UDP 2114977791 192.0.2.2 57072 typ host';
      guest.send(plain(CANDIDATE, 1, candidate));
      expect(await host.next()).toEqual(plain(CANDIDATE, id, candidate));
    },
  );

  it('between clients of a client/server room nothing is relayed, and nobody is closed for trying (L-5)', async () => {
    world = await makeWorld();
    const host = await enter(world, { id: SERVER });
    const [b, c] = [await enter(world, { data: host.room }), await enter(world, { data: host.room })];
    b.client.send(plain(OFFER, c.id, 'no way'));
    b.client.send(plain(OFFER, 1, 'to the host'));
    expect(await host.client.type(OFFER)).toEqual(plain(OFFER, b.id, 'to the host'));
    host.client.send(plain(ANSWER, c.id, 'first that c gets'));
    expect(await c.client.next()).toEqual(plain(ANSWER, 1, 'first that c gets'));
  });

  it('a message to a member that left, to nobody, or to itself is dropped and costs nothing (L-5)', async () => {
    world = await makeWorld();
    const { host, guest, id } = await pair(MESH);
    const gone = await enter(world, { data: (await enter(world, {})).room });
    await guest.close();
    expect(await host.next()).toEqual(plain(PEER_DISCONNECT, id));
    for (const to of [id, gone.id, 1, 0, 5, -3]) host.send(plain(CANDIDATE, to, '\n0\n0\ncandidate:1'));
    expect(await host.settle()).toEqual([]);
    expect(host.isClosed).toBe(false);
  });

  it('a member that leaves is gone for the others (L-4)', async () => {
    world = await makeWorld();
    const { host, guest, id } = await pair(MESH);
    await guest.cut();
    expect(await host.next()).toEqual(plain(PEER_DISCONNECT, id));
  });

  it('without its host the room is over: 4000 "Room host has disconnected"', async () => {
    world = await makeWorld();
    const { host, guest, room } = await pair(MESH);
    await host.close();
    expect(await guest.closed).toEqual({ code: 4000, reason: 'Room host has disconnected' });
    const late = await world.connect();
    late.send(plain(JOIN, 0, room));
    expect(await late.closed).toEqual({ code: 4000, reason: 'Lobby does not exists' });
  });

  it('a name that nobody has: 4000 "Lobby does not exists"', async () => {
    world = await makeWorld();
    const client = await world.connect();
    client.send(plain(JOIN, 0, 'nowhere'));
    expect(await client.closed).toEqual({ code: 4000, reason: 'Lobby does not exists' });
  });

  it('the host seals: all are told, nobody joins any more, and all are closed with 1000 after the delay (L-6)', async () => {
    world = await makeWorld({ limits: { sealDelayMs: 2000 } });
    const { host, guest, room } = await pair(MESH);
    host.send(plain(SEAL));
    expect(await host.next()).toEqual(plain(SEAL));
    expect(await guest.next()).toEqual(plain(SEAL));
    const late = await world.connect();
    late.send(plain(JOIN, 0, room));
    expect(await late.closed).toEqual({ code: 4000, reason: 'Lobby is sealed' });
    expect(await host.closed).toEqual({ code: 1000, reason: 'Seal complete' });
    expect(await guest.closed).toEqual({ code: 1000, reason: 'Seal complete' });
    const later = await world.connect();
    later.send(plain(JOIN, 0, room));
    expect(await later.closed).toEqual({ code: 4000, reason: 'Lobby does not exists' });
  });

  it('between seal and end nobody is told who left, and what is relayed still arrives (L-6)', async () => {
    world = await makeWorld({ limits: { sealDelayMs: 2000 } });
    const { host, guest, id, room } = await pair(MESH);
    expect(room).not.toBe('');
    const third = await enter(world, { data: room });
    await guest.type(PEER_CONNECT);
    await host.type(PEER_CONNECT);
    host.send(plain(SEAL));
    await Promise.all([host, guest, third.client].map((client) => client.type(SEAL)));
    await third.client.close();
    guest.send(plain(OFFER, 1, 'after the seal'));
    expect(await host.next()).toEqual(plain(OFFER, id, 'after the seal'));
    await host.closed;
    expect(guest.all.some(({ type }) => type === PEER_DISCONNECT)).toBe(false);
    expect(host.all.some(({ type }) => type === PEER_DISCONNECT)).toBe(false);
  });

  it('a host that leaves after the seal does not take the others for failures: 1000 (L-6)', async () => {
    world = await makeWorld();
    const { host, guest } = await pair(MESH);
    host.send(plain(SEAL));
    await guest.type(SEAL);
    await host.close();
    expect(await guest.closed).toEqual({ code: 1000, reason: 'Seal complete' });
  });

  it('a seal by somebody else: 4000 "Only host can seal the lobby" (L-7)', async () => {
    world = await makeWorld();
    const { host, guest, id } = await pair(MESH);
    guest.send(plain(SEAL));
    expect(await guest.closed).toEqual({ code: 4000, reason: 'Only host can seal the lobby' });
    expect(await host.next()).toEqual(plain(PEER_DISCONNECT, id));
  });

  it.each(['', 'elsewhere'])('a second JOIN with %j: 4000 "Already in a lobby" (L-7)', async (data) => {
    world = await makeWorld();
    const { client } = await enter(world, {});
    client.send(plain(JOIN, 0, data));
    expect(await client.closed).toEqual({ code: 4000, reason: 'Already in a lobby' });
  });

  it.each([
    ['no JSON', '{"type":0,'],
    ['null', 'null'],
    ['a list', '[]'],
    ['nothing', '{}'],
    ['a type that is a text', '{"type":"0","id":0,"data":""}'],
    ['an id that is a text', '{"type":0,"id":"0","data":""}'],
    ['no id', '{"type":0,"data":""}'],
    ['a data that is no text', '{"type":0,"id":0,"data":[]}'],
    ['a negative type', '{"type":-1,"id":0,"data":""}'],
    ['a number that is none', '{"type":0,"id":1e999,"data":""}'],
  ])('%s: 4000 "Invalid message format"', async (_what, frame) => {
    world = await makeWorld();
    const client = await world.connect();
    client.socket.send(frame);
    expect(await client.closed).toEqual({ code: 4000, reason: 'Invalid message format' });
  });

  it.each([8, 15, 16.5, 17, 25, 32, 99])('type %d: 4000 "Invalid command"', async (type) => {
    world = await makeWorld();
    const { client } = await enter(world, {});
    client.send(plain(type));
    expect(await client.closed).toEqual({ code: 4000, reason: 'Invalid command' });
  });

  it.each([
    ['order and white space', '{ "data" : "" , "id" : 0 ,\n "type" : 0 }'],
    ['a missing data', '{"type":0,"id":0}'],
    ['null for data', '{"type":0,"id":0,"data":null}'],
    ['fractions', '{"type":0.5,"id":0.99,"data":""}'],
    ['members it does not know', '{"type":0,"id":0,"data":"","password":7,"create":"x","x":{"y":[1]}}'],
    ['an announcement that is none', '{"type":0,"id":0,"data":"","sw":"1","meta":3}'],
  ])('takes %s as Godot writes or ignores it (L-1)', async (_what, frame) => {
    world = await makeWorld();
    const client = await world.connect();
    client.socket.send(frame);
    const { entry, room } = await readEntry(client);
    expect(entry).toEqual([plain(ID, 1, 'true'), plain(JOIN, 0, room)]);
  });

  it('takes a binary frame like text, unless it is no UTF-8 (L-1)', async () => {
    world = await makeWorld();
    const [client, other] = [await world.connect(), await world.connect()];
    client.socket.send(Buffer.from('{"type":0,"id":1,"data":""}'), { binary: true });
    expect((await readEntry(client)).id).toBe(1);
    other.socket.send(Buffer.from([0x7b, 0xff, 0x7d]), { binary: true });
    expect((await other.closed).code).toBe(4000);
  });

  it('a message of 60,000 bytes arrives; one above 65,000 closes the sender with 1009 (L-9)', async () => {
    world = await makeWorld();
    const { host, guest, id } = await pair(MESH);
    const data = 'x'.repeat(60_000);
    guest.send(plain(OFFER, 1, data));
    expect(await host.next()).toEqual(plain(OFFER, id, data));
    guest.send(plain(OFFER, 1, 'x'.repeat(65_001)));
    expect((await guest.closed).code).toBe(1009);
  });

  it('nothing that is relayed is too large for a client of Godot: below 65,535 bytes (L-9)', async () => {
    world = await makeWorld();
    const { host, guest, id } = await pair(MESH);
    const [head, tail] = ['{"type":4,"id":1,"data":"', '"}'];
    guest.socket.send(head + '\u0416'.repeat((65_000 - head.length - tail.length) / 2) + tail);
    expect((await host.next()).id).toBe(id);
    expect(Buffer.byteLength(host.frames.at(-1)!)).toBeLessThan(65_535);
  });

  it('100 joins at once', async () => {
    world = await makeWorld({ limits: { roomMembers: 200, socketsPerAddress: 200 } });
    const host = await enter(world, {});
    const joined = await Promise.all(Array.from({ length: 100 }, () => enter(world, { data: host.room })));
    expect(new Set(joined.map(({ id }) => id)).size).toBe(100);
    for (let i = 0; i < 100; i += 1) expect((await host.client.next()).type).toBe(PEER_CONNECT);
  });

  it('is told nothing but types 0 to 7 with three members, whatever the others in the room do (L-11)', async () => {
    world = await makeWorld();
    const host = await enter(world, { sw: 1, create: { meta: { map: 'a' } }, meta: { name: 'H' } });
    const plainClient = await enter(world, { data: host.room });
    const other = await enter(world, { data: host.room, sw: 1, meta: { name: 'O' } });
    host.client.send({ type: MessageType.METADATA, id: 0, data: '', meta: { map: 'b' } });
    other.client.send({ type: MessageType.MEMBER, id: 0, data: '', meta: { name: 'P' }, ref: 1 });
    await other.client.type(MessageType.DONE);
    host.client.send({ type: MessageType.SIGNAL, id: plainClient.id, data: 'psst' });
    host.client.send({ type: OFFER, id: plainClient.id, data: 'sdp', attempt: 3 });
    expect(await plainClient.client.type(OFFER)).toEqual(plain(OFFER, 1, 'sdp'));
    await other.client.cut();
    await host.client.type(MessageType.AWAY);
    host.client.send({ type: MessageType.HOST, id: plainClient.id, data: '', ref: 2 });
    expect((await host.client.type(MessageType.ERROR))['reason']).toBe('no_such_member');
    host.client.send({ type: SEAL, id: 0, data: '' });
    await plainClient.client.type(SEAL);
    for (const message of plainClient.client.all) {
      expect(message.type).toBeLessThan(8);
      expect(Object.keys(message)).toEqual(['type', 'id', 'data']);
    }
  });
});
