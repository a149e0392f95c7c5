import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { LobbyProcess } from './support/lobby-process.js';
import { readEntry, type Seated } from './support/lobby-world.js';
import { RawClient, type RawMessage } from './support/raw-client.js';
import { RedisServer } from './support/redis-server.js';

const { JOIN, WELCOME, PEER_CONNECT, PEER_DISCONNECT, OFFER, RESUME, AWAY, BACK, HOST, ERROR, METADATA, SEAL, DONE } =
  MessageType;

const SW = { sw: 1 } as const;
const message = (type: number, members: object = {}): object => ({ type, id: 0, data: '', ...members });
const tokenOf = ({ entry }: Seated): unknown => entry.find(({ type }) => type === WELCOME)!['token'];

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function redis(isPersistent = false): Promise<RedisServer> {
  const server = await RedisServer.start(isPersistent);
  closers.push(() => server.stop());
  return server;
}

async function lobby(args: readonly string[] = [], env: Record<string, string> = {}): Promise<LobbyProcess> {
  const process = await LobbyProcess.start(args, env);
  closers.push(() => process.kill());
  return process;
}

const pair = (server: RedisServer, ...args: string[]): Promise<[LobbyProcess, LobbyProcess]> =>
  Promise.all([lobby(['--redis', server.url, ...args]), lobby(['--redis', server.url, ...args])]);

async function connect(to: LobbyProcess): Promise<RawClient> {
  const client = await RawClient.connect(to.url);
  closers.push(() => client.cut());
  return client;
}

async function seat(to: LobbyProcess, join: object = {}): Promise<Seated> {
  const client = await connect(to);
  client.send(message(JOIN, join));
  return readEntry(client);
}

/** As a client of ours does it: again and again, until it is told. */
async function enter(client: RawClient, request: object): Promise<Seated> {
  for (;;) {
    client.send(request);
    const first = await client.next();
    if (first['reason'] === 'unavailable') await new Promise((again) => setTimeout(again, first['retryMs'] as number));
    else if (first.type === ERROR) throw new Error(`refused: ${String(first['reason'])}`);
    else return { ...(await readEntry(client)), id: first.id };
  }
}

const resume = async (to: LobbyProcess, from: Seated): Promise<Seated> =>
  enter(await connect(to), message(RESUME, { ...SW, id: from.id, data: from.room, token: tokenOf(from) }));

const joinInTime = (client: RawClient, room: string): Promise<Seated> =>
  enter(client, message(JOIN, { ...SW, data: room }));

const has = (client: RawClient, type: number): boolean => client.all.some((told) => told.type === type);

describe('one process with a file', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    '%s, and started again: everybody has the same seat in the same room',
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), 'scenewire-state-'));
      closers.push(async () => rmSync(folder, { recursive: true, force: true }));
      const args = ['--state', join(folder, 'rooms'), '--drain', '0', '--limits', 'graceMs=4000'];
      const first = await lobby(args);
      const create = { name: 'castle', public: true, meta: { map: 'dunes' }, password: 'sesame' };
      const host = await seat(first, { ...SW, create, meta: { name: 'Ada' } });
      const guest = await seat(first, { ...SW, data: 'castle', password: 'sesame' });
      const lost = await seat(first, { ...SW, data: 'castle', password: 'sesame' });
      const godot = await seat(first, { data: (await seat(first, {})).room });
      host.client.send(message(METADATA, { meta: { map: 'moon' }, ref: 1 }));
      await host.client.type(DONE);
      await first.kill(signal);
      await Promise.all([host, guest, lost, godot].map(({ client }) => client.closed));

      const second = await lobby(args);
      const [newHost, newGuest] = await Promise.all([resume(second, host), resume(second, guest)]);
      expect([newHost.id, newGuest.id]).toEqual([1, guest.id]);
      const welcome = newGuest.entry.find(({ type }) => type === WELCOME)!;
      expect(welcome).toMatchObject({
        resumed: true,
        room: { meta: { map: 'moon' }, public: true, password: true, host: 1 },
      });
      expect(newGuest.entry.find(({ id }) => id === 1)).toMatchObject({ meta: { name: 'Ada' } });
      newHost.client.send(message(OFFER, { id: guest.id, data: 'there again' }));
      expect((await newGuest.client.type(OFFER)).data).toBe('there again');
      const stranger = await connect(second);
      stranger.send(message(JOIN, { ...SW, data: 'castle', password: 'guess' }));
      expect(await stranger.next()).toMatchObject({ reason: 'wrong_password' });
      stranger.send(message(JOIN, { ...SW, create: { name: 'castle' } }));
      expect(await stranger.next()).toMatchObject({ reason: 'name_taken' });
      // Who does not come back is given up; Godot's clients could not, so their room is over.
      expect(await newHost.client.type(PEER_DISCONNECT)).toMatchObject({ id: lost.id, reason: 'lost' });
      await expect
        .poll(async () => (await fetch(`${second.page}/metrics`)).text())
        .toMatch(/^scenewire_lobby_rooms 1$/m);
    },
  );

  it('a file that is cut off or strange is read as far as it goes; one that can not be read ends it with 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenewire-state-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'rooms');
    const first = await lobby(['--state', path]);
    const host = await seat(first, SW);
    await first.kill();
    appendFileSync(path, 'nonsense\n["half",{"settings":{"na');
    const second = await lobby(['--state', path]);
    expect((await resume(second, host)).id).toBe(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { code, errors } = await LobbyProcess.run(['--port', '0', '--host', '127.0.0.1', '--state', folder]);
    expect([code, errors]).toEqual([1, expect.stringContaining('EISDIR')]);
  });
});

describe('several processes', () => {
  it('kill -9 of one: its clients come back to the other within 5 s, to the same seats, and nobody left', async () => {
    const [a, b] = await pair(await redis());
    const host = await seat(a, { ...SW, meta: { name: 'host' } });
    const moved = await seat(a, { ...SW, data: host.room, meta: { name: 'moved' } });
    const stayed = await seat(b, { ...SW, data: host.room });
    const start = performance.now();
    await a.kill();
    await Promise.all([host.client.closed, moved.client.closed]);
    const [newHost, newMoved] = await Promise.all([resume(b, host), resume(b, moved)]);
    expect(performance.now() - start).toBeLessThan(5000);
    expect([newHost.id, newMoved.id]).toEqual([1, moved.id]);
    expect(newMoved.entry.find(({ id }) => id === 1)).toMatchObject({ type: PEER_CONNECT, meta: { name: 'host' } });
    stayed.client.send(message(OFFER, { id: 1, data: 'still with us?' }));
    expect(await newHost.client.type(OFFER)).toMatchObject({ id: stayed.id });
    newHost.client.send(message(SEAL, { ref: 1 }));
    await newHost.client.type(DONE);
    await stayed.client.type(SEAL);
    expect(has(stayed.client, PEER_DISCONNECT)).toBe(false);
    expect(has(stayed.client, HOST)).toBe(false);
  });

  it('kill -9 of one: who does not come back is away, then gone; a client of Godot is gone at once', async () => {
    const [a, b] = await pair(await redis(), '--limits', 'graceMs=3000');
    const host = await seat(b, SW);
    const lost = await seat(a, { ...SW, data: host.room });
    const godot = await seat(a, { data: host.room });
    await a.kill();
    const told: RawMessage[] = [];
    while (told.length < 3) {
      const next = await host.client.next();
      if (next.type === AWAY || next.type === PEER_DISCONNECT) told.push(next);
    }
    expect(told).toContainEqual({ type: PEER_DISCONNECT, id: godot.id, data: '', reason: 'lost' });
    expect(told.findIndex(({ type }) => type === AWAY)).toBeLessThan(2);
    expect(told[2]).toEqual({ type: PEER_DISCONNECT, id: lost.id, data: '', reason: 'lost' });
  });

  it.each(['before', 'after'] as const)(
    'SIGTERM: clients are asked to go on at the other one, and do, %s they are missed; the process ends with 0',
    async (order) => {
      const [a, b] = await pair(await redis(), '--drain', '5');
      const host = await seat(b, SW);
      const moved = await seat(a, { ...SW, data: host.room });
      const witness = await seat(a, { ...SW, data: host.room });
      // Who does not read can't answer the farewell either, so its old connection is there for some seconds more.
      if (order === 'before') moved.client.socket.pause();
      const ended = a.kill('SIGTERM');
      expect(await witness.client.type(ERROR)).toMatchObject({ reason: 'shutting_down', fatal: true });
      if (order === 'after') {
        expect(await moved.client.type(ERROR)).toMatchObject({ reason: 'shutting_down', fatal: true });
        expect((await moved.client.closed).code).toBe(1012);
        await host.client.until(({ type, id }) => type === AWAY && id === moved.id);
      }
      const back = await resume(b, moved);
      expect(back.id).toBe(moved.id);
      moved.client.socket.resume();
      expect(await ended).toEqual({ code: 0, signal: null });
      // Whatever the one that ends had to say about the seat was said, and did not count.
      host.client.send(message(OFFER, { id: moved.id, data: 'there you are' }));
      expect((await back.client.type(OFFER)).data).toBe('there you are');
      await host.client.barrier();
      const told = host.client.all.filter(({ id }) => id === moved.id).map(({ type }) => type);
      expect(told.slice(1)).toEqual(told.includes(AWAY) ? [AWAY, BACK] : []);
      if (order === 'after') expect(told).toContain(BACK);
    },
  );

  it('a process that stood still for longer than its lease finds its clients where they were', async () => {
    const [a, b] = await pair(await redis());
    const host = await seat(b, SW);
    const frozen = await seat(a, { ...SW, data: host.room });
    a.signal('SIGSTOP');
    expect(await host.client.type(AWAY)).toMatchObject({ id: frozen.id });
    a.signal('SIGCONT');
    expect(await host.client.type(BACK)).toMatchObject({ id: frozen.id });
    host.client.send(message(OFFER, { id: frozen.id, data: 'there you are' }));
    expect((await frozen.client.type(OFFER)).data).toBe('there you are');
    expect(frozen.client.isClosed).toBe(false);
  });

  it.each([
    ['forgets everything', false],
    ['keeps what it confirmed', true],
  ])('Redis is killed, and %s: clear errors, then everything as it was', async (_what, isPersistent) => {
    const server = await redis(isPersistent);
    const [a, b] = await pair(server);
    const host = await seat(a, { ...SW, create: { name: 'castle', public: true } });
    const near = await seat(a, { ...SW, data: 'castle', meta: { name: 'near' } });
    const far = await seat(b, { ...SW, data: 'castle', meta: { name: 'far' } });
    const leaver = await seat(b, { ...SW, data: 'castle' });
    host.client.send(message(METADATA, { meta: { round: 2 }, ref: 1 }));
    await host.client.type(DONE);
    await far.client.until(({ room }) => (room as { meta?: { round?: number } })?.meta?.round === 2);

    await server.kill();
    await expect.poll(async () => (await fetch(`${a.page}/readyz`)).status).toBe(503);
    await expect.poll(async () => (await fetch(`${b.page}/readyz`)).status).toBe(503);
    const late = await connect(a);
    late.send(message(JOIN, { ...SW, data: 'castle', ref: 2 }));
    expect(await late.next()).toMatchObject({
      type: ERROR,
      reason: 'unavailable',
      retryMs: 1000,
      fatal: false,
      ref: 2,
    });
    const plain = await connect(a);
    plain.send(message(JOIN, { data: 'castle' }));
    expect(await plain.closed).toMatchObject({ code: 4000, reason: 'The lobby is not available at the moment' });
    // Who sits in the same process can still be reached; who doesn't can't, and the sender is told.
    host.client.send(message(OFFER, { id: near.id, data: 'near' }));
    expect((await near.client.type(OFFER)).data).toBe('near');
    host.client.send(message(OFFER, { id: far.id, data: 'far' }));
    expect(await host.client.type(ERROR)).toMatchObject({ id: OFFER, reason: 'unavailable' });
    await leaver.client.cut();

    await server.start();
    await host.client.until(({ type, id }) => type === AWAY && id === leaver.id);
    expect((await resume(a, leaver)).id).toBe(leaver.id);
    await expect.poll(async () => (await fetch(`${a.page}/readyz`)).status).toBe(200);
    host.client.send(message(OFFER, { id: far.id, data: 'far' }));
    expect((await far.client.type(OFFER)).data).toBe('far');
    const { entry } = await joinInTime(late, 'castle');
    expect(entry.find(({ type }) => type === WELCOME)).toMatchObject({
      room: { meta: { round: 2 }, host: 1, public: true },
    });
    const others = entry.filter(({ type }) => type === PEER_CONNECT).map(({ id }) => id);
    expect(others).toEqual([1, near.id, far.id, leaver.id]);
    for (const { client } of [host, near, far]) {
      expect(has(client, PEER_DISCONNECT)).toBe(false);
      expect(client.isClosed).toBe(false);
    }
  });

  it('Redis stands still: noticed within seconds, and over as soon as it goes on', async () => {
    const server = await redis();
    const [a, b] = await pair(server);
    const host = await seat(a, SW);
    const guest = await seat(b, { ...SW, data: host.room });
    server.signal('SIGSTOP');
    await expect.poll(async () => (await fetch(`${a.page}/readyz`)).status).toBe(503);
    const late = await connect(a);
    late.send(message(JOIN, { ...SW, data: host.room }));
    expect(await late.next()).toMatchObject({ reason: 'unavailable' });
    server.signal('SIGCONT');
    await expect.poll(async () => (await fetch(`${a.page}/readyz`)).status).toBe(200);
    await expect.poll(async () => (await fetch(`${b.page}/readyz`)).status).toBe(200);
    expect((await joinInTime(late, host.room)).room).toBe(host.room);
    await guest.client.until(({ type, id }) => type === PEER_CONNECT && id !== 1);
    expect(has(guest.client, PEER_DISCONNECT) || has(host.client, PEER_DISCONNECT)).toBe(false);
  });

  it('limits hold over all processes: connections, connections per address, rooms, guesses', async () => {
    const [a, b] = await pair(await redis(), '--limits', 'sockets=5,socketsPerAddress=4,rooms=2,failuresPerMinute=3');
    const first = await seat(a, SW);
    await seat(b, SW);
    const asker = await connect(b);
    asker.send(message(JOIN, SW));
    expect(await asker.next()).toMatchObject({ reason: 'too_many_rooms' });
    const last = await connect(a);
    const turnedAway = await connect(b);
    expect(await turnedAway.closed).toEqual({ code: 4000, reason: 'Too many connections from this address' });
    for (const client of [asker, last, asker]) {
      client.send(message(JOIN, { ...SW, data: 'guess' }));
      expect(await client.next()).toMatchObject({ reason: 'room_not_found' });
    }
    last.send(message(JOIN, { ...SW, data: first.room }));
    expect(await last.next()).toMatchObject({ reason: 'too_many_attempts' });
    // What a dead process held is given back.
    await a.kill();
    const isLetIn = async (): Promise<boolean> => {
      const client = await connect(b);
      await client.barrier();
      return !client.isClosed;
    };
    await expect.poll(isLetIn, { timeout: 30_000 }).toBe(true);
  });
});
