import { turnCredentials } from 'scenewire/lobby-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { enter, memoryWorld } from './support/lobby-world.js';
import type { RawMessage } from './support/raw-client.js';
import { TurnServer } from './support/turn-server.js';

const SECRET = 'shared with coturn';
let turn: TurnServer;
beforeAll(async () => {
  turn = await TurnServer.start(SECRET);
});
afterAll(() => turn.stop());

it('coturn takes the credentials that a lobby hands out, the first ones and those that follow', async () => {
  const urls = [`turn:127.0.0.1:${turn.port}`];
  const world = await memoryWorld({ ice: { turn: { urls, secret: SECRET, ttlMs: 4000 } } });
  const { client, entry } = await enter(world, { sw: 1 });
  const allocate = async (message: RawMessage): Promise<number> => {
    const { servers } = message['ice'] as { servers: { username: string; credential: string }[] };
    return turn.allocate(servers[0]!.username, servers[0]!.credential);
  };
  expect(await allocate(entry.find(({ type }) => type === MessageType.WELCOME)!)).toBe(0);
  expect(await allocate(await client.type(MessageType.ICE))).toBe(0);
  await world.close();
});

it('and none that are expired, changed, or made with another secret', async () => {
  const now = Date.now();
  const good = turnCredentials(SECRET, now + 60_000);
  expect(await turn.allocate(good.username, good.credential)).toBe(0);
  const expired = turnCredentials(SECRET, now - 60_000);
  expect(await turn.allocate(expired.username, expired.credential)).toBe(401);
  const longer = `${Number(good.username.split(':')[0]) + 3600}:${good.username.split(':')[1]}`;
  expect(await turn.allocate(longer, good.credential)).toBe(401);
  const other = turnCredentials('another secret', now + 60_000);
  expect(await turn.allocate(other.username, other.credential)).toBe(401);
});
