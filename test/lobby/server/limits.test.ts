import { DEFAULT_LOBBY_LIMITS, LobbyServer } from 'scenewire/lobby-server';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/core/clock.js';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { enter, type LobbyWorld, memoryWorld } from './support/lobby-world.js';
import { RawClient } from './support/raw-client.js';

const { JOIN, OFFER, HELLO, LIST, METADATA, MEMBER, ERROR, PEER_DISCONNECT } = MessageType;
const SW = { sw: 1 } as const;
const message = (type: number, members: object = {}): object => ({ type, id: 0, data: '', ...members });

let world: LobbyWorld;
const clock = new ManualClock();
afterEach(() => world.close());

/** Time passes, and the lobby does what is due. */
function pass(ms: number): void {
  clock.advance(ms);
  world.servers[0]!.lobby.tick();
}

const metrics = (): string => world.servers[0]!.lobby.services.metrics.text([]);

describe('limits', () => {
  it('are those of Godot’s Node server where it has one (L-8, L-9)', async () => {
    world = await memoryWorld();
    expect(DEFAULT_LOBBY_LIMITS).toMatchObject({
      sockets: 4096,
      rooms: 1024,
      joinTimeoutMs: 1000,
      pingIntervalMs: 10_000,
      sealDelayMs: 10_000,
    });
    expect(DEFAULT_LOBBY_LIMITS.frameBytes).toBeLessThan(65_535);
  });

  it.each([
    [{ rooms: 0 }],
    [{ rooms: Number.NaN }],
    [{ frameBytes: 65_001 }],
    [{ roomMembers: 5000 }],
    [{ nonsense: 3 }],
  ])('refuses %j', async (limits) => {
    world = await memoryWorld();
    expect(() => new LobbyServer({ limits: limits as object })).toThrow(RangeError);
  });

  it('JOIN has to come within a second: 4000 "Have not joined lobby yet" (L-8)', async () => {
    world = await memoryWorld({}, clock);
    const [late, punctual] = [await world.connect(), await world.connect()];
    pass(999);
    punctual.send(message(JOIN));
    await punctual.type(JOIN);
    await late.barrier();
    expect(late.isClosed).toBe(false);
    pass(1);
    expect(await late.closed).toEqual({ code: 4000, reason: 'Have not joined lobby yet' });
    await punctual.barrier();
    expect(punctual.isClosed).toBe(false);
  });

  it('a client whose URL says that it is one of ours has 15 s: a page that loads its models stands still (D20)', async () => {
    world = await memoryWorld({}, clock);
    const slow = await RawClient.connect(`${world.url()}/?scenewire=1`);
    pass(14_999);
    await slow.barrier();
    expect(slow.isClosed).toBe(false);
    slow.send(message(HELLO, SW));
    await slow.type(HELLO);
    const silent = await RawClient.connect(`${world.url()}/?scenewire=1`);
    pass(15_000);
    expect(await silent.closed).toEqual({ code: 4000, reason: 'Have not joined lobby yet' });
  });

  it('that time can be longer, for slow phones: a JOIN after 1.2 s (L-8)', async () => {
    world = await memoryWorld({ limits: { joinTimeoutMs: 2000 } }, clock);
    const client = await world.connect();
    pass(1200);
    await client.barrier();
    client.send(message(JOIN));
    expect((await client.type(JOIN)).data).not.toBe('');
  });

  it('who announced itself may look around, but not for ever', async () => {
    world = await memoryWorld({}, clock);
    const client = await world.connect();
    client.send(message(HELLO, SW));
    await client.type(HELLO);
    pass(299_999);
    client.send(message(LIST));
    await client.type(LIST);
    pass(300_000);
    expect(await client.type(ERROR)).toMatchObject({ reason: 'idle', fatal: true, id: -1 });
    expect(await client.closed).toEqual({ code: 4000, reason: 'Idle for too long' });
  });

  it('new TURN credentials come when three quarters of the time of the old ones are over', async () => {
    world = await memoryWorld({ ice: { turn: { urls: ['turn:a.example'], secret: 'x', ttlMs: 60_000 } } }, clock);
    const { client } = await enter(world, SW);
    pass(44_999);
    await client.barrier();
    expect(client.all.some(({ type }) => type === MessageType.ICE)).toBe(false);
    pass(1);
    expect(await client.type(MessageType.ICE)).toMatchObject({ ice: { ttlMs: 60_000 } });
  });

  it('pings every 10 s, and gives up after two that are not answered (L-8)', async () => {
    world = await memoryWorld({}, clock);
    const host = await enter(world, SW);
    const deaf = await enter(world, { data: host.room }, await world.connect({ autoPong: false }));
    const pings = (client: RawClient): Promise<void> => new Promise((resolve) => client.socket.on('ping', resolve));
    for (let i = 0; i < 2; i += 1) {
      const pinged = Promise.all([pings(deaf.client), pings(host.client)]);
      pass(10_000);
      await pinged;
      await host.client.barrier();
    }
    pass(10_000);
    expect((await deaf.client.closed).code).toBe(1006);
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: deaf.id, reason: 'lost' });
    expect(metrics()).toContain('refusals_total{reason="unresponsive"} 1');
    for (let i = 0; i < 5; i += 1) {
      const pinged = pings(host.client);
      pass(10_000);
      await pinged;
      await host.client.barrier();
    }
    expect(host.client.isClosed).toBe(false);
  });

  it('a seal ends after 10 s, not before (L-6)', async () => {
    world = await memoryWorld({}, clock);
    const { client } = await enter(world, {});
    client.send(message(MessageType.SEAL));
    await client.type(MessageType.SEAL);
    pass(9999);
    await client.barrier();
    expect(client.isClosed).toBe(false);
    pass(1);
    expect(await client.closed).toEqual({ code: 1000, reason: 'Seal complete' });
  });

  it('connections, in all and per address: a close frame says which (L-9)', async () => {
    world = await memoryWorld({ limits: { sockets: 3, socketsPerAddress: 2 }, trustProxy: 1 });
    const from = (address: string): Promise<RawClient> => world.connect({ headers: { 'X-Forwarded-For': address } });
    const [first] = [await from('192.0.2.1'), await from('192.0.2.1')];
    expect((await (await from('192.0.2.1')).closed).reason).toBe('Too many connections from this address');
    await from('192.0.2.2');
    expect((await (await from('192.0.2.3')).closed).reason).toBe('Too many peers connected');
    await first.close();
    await expect
      .poll(async () => {
        const client = await from('192.0.2.3');
        await client.barrier();
        return client.isClosed;
      })
      .toBe(false);
  });

  it('of IPv6, a /64 network counts as one address', async () => {
    world = await memoryWorld({ limits: { socketsPerAddress: 1 }, trustProxy: 1 });
    const from = (address: string): Promise<RawClient> => world.connect({ headers: { 'X-Forwarded-For': address } });
    await from('2001:db8:1:2::5');
    expect((await (await from('2001:db8:1:2:ffff::6')).closed).reason).toBe('Too many connections from this address');
    const other = await from('2001:db8:1:3::5');
    await other.barrier();
    expect(other.isClosed).toBe(false);
  });

  it('arrivals per minute: too many get an HTTP 429', async () => {
    world = await memoryWorld({ limits: { socketsPerMinute: 2 } }, clock);
    for (let i = 0; i < 2; i += 1) await (await world.connect()).close();
    await expect(world.connect()).rejects.toThrow('HTTP 429');
    pass(60_000);
    await world.connect();
  });

  it('rooms and members (L-9)', async () => {
    world = await memoryWorld({ limits: { rooms: 1, roomMembers: 2 } });
    const host = await enter(world, {});
    await enter(world, { data: host.room });
    const third = await world.connect();
    third.send(message(JOIN, { data: host.room }));
    expect((await third.closed).reason).toBe('Lobby is full');
    const another = await world.connect();
    another.send(message(JOIN));
    expect((await another.closed).reason).toBe('Too many lobbies open, disconnecting');
    await host.client.close();
    await expect
      .poll(async () => {
        const client = await world.connect();
        client.send(message(JOIN, SW));
        return (await client.next()).type;
      })
      .not.toBe(ERROR);
  });

  it('rooms per minute and address: making and leaving rooms does not fill the lobby', async () => {
    world = await memoryWorld({ limits: { roomsPerMinute: 3 } }, clock);
    const client = await world.connect();
    for (let i = 0; i < 3; i += 1) {
      await enter(world, SW, client);
      client.send(message(MessageType.LEAVE));
    }
    client.send(message(JOIN, SW));
    expect(await client.type(ERROR)).toMatchObject({ reason: 'too_many_attempts' });
    pass(60_000);
    await enter(world, SW, client);
  });

  it('guesses: after some, even the right one is not looked at until the minute is over', async () => {
    world = await memoryWorld({ limits: { failuresPerMinute: 5 } }, clock);
    const host = await enter(world, { ...SW, create: { password: 'right' } });
    const client = await world.connect();
    const guess = async (password: string): Promise<unknown> => {
      client.send(message(JOIN, { ...SW, data: host.room, password }));
      return (await client.next())['reason'];
    };
    for (let i = 0; i < 5; i += 1) expect(await guess('wrong')).toBe('wrong_password');
    expect(await guess('right')).toBe('too_many_attempts');
    pass(60_000);
    expect(await guess('right')).toBeUndefined();
  });

  it('messages: who sends too many is read more slowly, loses nothing, and is not closed', async () => {
    world = await memoryWorld({ limits: { messagesPerSecond: 500, messageBurst: 1000 } }, clock);
    const host = await enter(world, {});
    const guest = await enter(world, { data: host.room });
    const padding = 'x'.repeat(1000);
    for (let i = 0; i < 3000; i += 1) guest.client.send(message(OFFER, { id: 1, data: `${i} ${padding}` }));
    const arrived = (): number => host.client.all.filter(({ type }) => type === OFFER).length;
    await expect.poll(metrics).toContain('throttled_total 1');
    await host.client.barrier();
    expect(arrived()).toBeGreaterThan(0);
    expect(arrived()).toBeLessThanOrEqual(1001);
    await expect
      .poll(
        () => {
          pass(1000);
          return arrived();
        },
        { timeout: 30_000 },
      )
      .toBe(3000);
    const numbers = host.client.all.filter(({ type }) => type === OFFER).map(({ data }) => Number.parseInt(data, 10));
    expect(numbers).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect(guest.client.isClosed).toBe(false);
  });

  it('what waits for a client that does not read is bounded: it is cut, and the sender is not', async () => {
    world = await memoryWorld({ limits: { messagesPerSecond: 100_000, messageBurst: 100_000 } });
    const host = await enter(world, SW);
    const deaf = await enter(world, { data: host.room });
    deaf.client.socket.pause();
    const data = 'x'.repeat(50_000);
    for (let i = 0; i < 400; i += 1) host.client.send(message(OFFER, { id: deaf.id, data }));
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: deaf.id });
    expect(metrics()).toContain('refusals_total{reason="too_slow"} 1');
    expect(host.client.isClosed).toBe(false);
  });

  it('metadata below the limit of the protocol', async () => {
    world = await memoryWorld({ limits: { roomMetadata: 50, memberMetadata: 20 } });
    const host = await enter(world, SW);
    const long = { text: 'x'.repeat(50) };
    for (const [type, members] of [
      [METADATA, { meta: long }],
      [MEMBER, { meta: { text: 'x'.repeat(20) } }],
    ] as const) {
      host.client.send(message(type, members));
      expect(await host.client.next()).toMatchObject({ type: ERROR, id: type, reason: 'too_large' });
    }
    const client = await world.connect();
    client.send(message(JOIN, { ...SW, create: { meta: long } }));
    expect(await client.next()).toMatchObject({ reason: 'too_large' });
    client.send(message(JOIN, { ...SW, data: host.room, meta: { text: 'x'.repeat(20) } }));
    expect(await client.next()).toMatchObject({ reason: 'too_large' });
  });

  it('a page of the list ends before it would be too large for a frame', async () => {
    world = await memoryWorld({ limits: { socketsPerAddress: 100, pageRooms: 100 } });
    const meta = { a: 'ж'.repeat(900), b: 'x'.repeat(1000) };
    for (let i = 0; i < 40; i += 1) await enter(world, { ...SW, create: { public: true, meta } });
    const client = await world.connect();
    client.send(message(HELLO, SW));
    await client.type(HELLO);
    let found = 0;
    let cursor: unknown;
    do {
      client.send(message(LIST, cursor === undefined ? {} : { cursor }));
      const page = await client.type(LIST);
      found += (page['rooms'] as unknown[]).length;
      expect(Buffer.byteLength(client.frames.at(-1)!)).toBeLessThan(60_000);
      cursor = page['next'];
    } while (cursor !== undefined);
    expect(found).toBe(40);
  });
});
