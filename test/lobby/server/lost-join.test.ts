import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/core/clock.js';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import type { Connection } from '../../../src/lobby/server/connection.js';
import { Lobby } from '../../../src/lobby/server/lobby.js';
import { LobbyLog } from '../../../src/lobby/server/lobby-log.js';
import { type Commit, StoreUnavailable } from '../../../src/lobby/server/store/lobby-store.js';
import { RandomMessages } from '../protocol/support/random-messages.js';
import { enter, type LobbyWorld, memoryWorld } from './support/lobby-world.js';
import { SimulatedHub, SimulatedStore } from './support/simulated-store.js';

const { JOIN, PEER_DISCONNECT, AWAY } = MessageType;
const SW = { sw: 1 } as const;

/** Loses its connection right after something was done, so that nobody hears that it was. */
class ForgetfulStore extends SimulatedStore {
  losesNext = false;

  override async commit(commit: Commit): Promise<boolean> {
    const isDone = await super.commit(commit);
    if (!this.losesNext) return isDone;
    this.losesNext = false;
    this.disconnect();
    throw new StoreUnavailable();
  }
}

async function settle(lobby: Lobby): Promise<void> {
  for (let i = 0; i < 60; i += 1) await turn();
  await lobby.services.directory.idle();
  for (let i = 0; i < 60; i += 1) await turn();
}

describe('a join whose answer is lost', () => {
  let world: LobbyWorld | null = null;
  afterEach(async () => {
    await world?.close();
    world = null;
  });

  it('in the store: the seat that nobody was told of is given back as soon as the store is there again', async () => {
    const clock = new ManualClock(1_000_000);
    const hub = new SimulatedHub(clock, new RandomMessages(1));
    const store = new ForgetfulStore('one', hub);
    const lobby = new Lobby({ store, log: new LobbyLog(() => {}) });
    await lobby.open();
    const told: string[][] = [];
    const visit = (): Connection => {
      const heard: string[] = [];
      told.push(heard);
      const connection: Connection = lobby.connect(
        { address: '192.0.2.1', origin: null, urlToken: null, isOurs: true },
        {
          bufferedAmount: 0,
          send: (text) => heard.push(text),
          close: () => {},
          terminate: () => {},
          pause: () => {},
          resume: () => {},
          ping: () => connection.ponged(),
        },
      );
      return connection;
    };
    const join = (connection: Connection, members: object): void => {
      connection.received(Buffer.from(JSON.stringify({ type: JOIN, id: 0, ...SW, ...members })));
    };
    join(visit(), { data: '', create: { name: 'red' } });
    await settle(lobby);
    const guest = visit();
    store.losesNext = true;
    join(guest, { data: 'red' });
    await settle(lobby);
    expect(told[1]!.at(-1)).toContain('"reason":"unavailable"');
    expect(hub.rooms.get('red')!.seats.size).toBe(2);
    store.reconnect();
    await settle(lobby);
    expect([...hub.rooms.get('red')!.seats.keys()]).toEqual([1]);
    join(guest, { data: 'red' });
    await settle(lobby);
    expect(hub.rooms.get('red')!.seats.size).toBe(2);
    expect(told[1]!.at(-1)).toContain('"type":0');
  });

  it('on its way to the client: the seat waits for seconds, and not for as long as one that was played on', async () => {
    const clock = new ManualClock();
    world = await memoryWorld({}, clock);
    const host = await enter(world, SW);
    const deaf = await world.connect({ autoPong: false });
    const [lost, played] = [
      await enter(world, { ...SW, data: host.room }, deaf),
      await enter(world, { ...SW, data: host.room }),
    ];
    await played.client.barrier();
    await lost.client.cut();
    expect(await host.client.type(AWAY)).toMatchObject({ id: lost.id, graceMs: 5000 });
    await played.client.cut();
    expect(await host.client.type(AWAY)).toMatchObject({ id: played.id, graceMs: 30_000 });
    clock.advance(5000);
    world.servers[0]!.lobby.tick();
    expect(await host.client.type(PEER_DISCONNECT)).toMatchObject({ id: lost.id, reason: 'lost' });
  });
});
