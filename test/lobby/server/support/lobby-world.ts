import { LobbyServer, type LobbyServerOptions, MemoryStore, RedisStore } from 'scenewire/lobby-server';
import { afterAll } from 'vitest';
import type { ManualClock } from '../../../../src/core/clock.js';
import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import { RawClient, type RawMessage, type RawOptions } from './raw-client.js';
import { RedisServer } from './redis-server.js';

const HOST = '127.0.0.1';
const QUIET = { port: 0, host: HOST, log: () => {} } as const;

/** One lobby, of one process or several. */
export interface LobbyWorld {
  readonly servers: readonly LobbyServer[];
  /** Clients come to one server after the other, as behind a load balancer that knows nothing. */
  url(): string;
  connect(options?: RawOptions): Promise<RawClient>;
  close(): Promise<void>;
}

class World implements LobbyWorld {
  readonly servers: readonly LobbyServer[];
  readonly #urls: readonly string[];
  readonly #clients: RawClient[] = [];
  #turn = 0;

  constructor(servers: readonly LobbyServer[], ports: readonly number[]) {
    this.servers = servers;
    this.#urls = ports.map((port) => `ws://${HOST}:${port}`);
  }

  url(): string {
    this.#turn += 1;
    return this.#urls[this.#turn % this.#urls.length]!;
  }

  async connect(options?: RawOptions): Promise<RawClient> {
    const client = await RawClient.connect(this.url(), options);
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.cut()));
    await Promise.all(this.servers.map((server) => server.close()));
  }
}

const start = async (options: LobbyServerOptions): Promise<{ server: LobbyServer; port: number }> => {
  const server = new LobbyServer({ ...QUIET, ...options });
  return { server, port: (await server.listen())!.port };
};

/** One process with its rooms in memory. With a clock of the test's, time passes when that is moved. */
export async function memoryWorld(options: LobbyServerOptions = {}, clock?: ManualClock): Promise<LobbyWorld> {
  const { server, port } = await start({ store: new MemoryStore(clock), ...options });
  return new World([server], [port]);
}

/** One Redis for all tests of a file; each has a prefix of its own. */
let redis: Promise<RedisServer> | null = null;
let worldsMade = 0;

function sharedRedis(): Promise<RedisServer> {
  redis ??= RedisServer.start();
  return redis;
}

afterAll(async () => (await redis)?.stop());

/** Two servers that share a Redis: as far as they know, two processes. */
export async function redisWorld(options: LobbyServerOptions = {}): Promise<LobbyWorld> {
  const { url } = await sharedRedis();
  worldsMade += 1;
  const prefix = `world ${worldsMade}:`;
  const made = await Promise.all([0, 1].map(() => start({ ...options, store: new RedisStore({ url, prefix }) })));
  return new World(
    made.map(({ server }) => server),
    made.map(({ port }) => port),
  );
}

/** The suites run on both. */
export const worlds = [
  ['one process', memoryWorld],
  ['two processes with Redis', redisWorld],
] as const;

export interface Seated {
  readonly client: RawClient;
  readonly id: number;
  readonly room: string;
  /** Everything from ID to JOIN. */
  readonly entry: readonly RawMessage[];
}

/** Joins as Godot's demo client does, or with members of the extensions. */
export async function enter(world: LobbyWorld, join: object = {}, client?: RawClient): Promise<Seated> {
  const entering = client ?? (await world.connect());
  entering.send({ type: MessageType.JOIN, id: 0, data: '', ...join });
  return readEntry(entering);
}

export async function readEntry(client: RawClient): Promise<Seated> {
  const entry: RawMessage[] = [];
  for (;;) {
    const message = await client.next();
    entry.push(message);
    if (message.type === MessageType.ERROR) throw new Error(`refused: ${String(message['reason'])}`);
    if (message.type === MessageType.JOIN) {
      return { client, id: entry[0]!.id, room: message.data, entry };
    }
  }
}
