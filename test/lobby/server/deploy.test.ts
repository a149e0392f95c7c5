import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.js';
import { configure } from '../../../src/cli/lobby/lobby-configuration.js';
import { lobbyOptions, readValues, variableOf } from '../../../src/cli/lobby/lobby-options.js';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { DEFAULT_LOBBY_LIMITS } from '../../../src/lobby/server/lobby-limits.js';
import { composeFile, interpolate } from './support/compose-file.js';
import { LobbyProcess } from './support/lobby-process.js';
import { readEntry, type Seated } from './support/lobby-world.js';
import { RawClient } from './support/raw-client.js';
import { RedisServer } from './support/redis-server.js';
import { TurnServer } from './support/turn-server.js';

const read = (path: string): string => readFileSync(inRoot(path), 'utf8');

const VARIABLES = {
  TURN_HOST: 'turn.example.org',
  TURN_IP: '198.51.100.1',
  TURN_SECRET: 'made by openssl',
  ORIGINS: '',
};
const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(composeFile.environment).map(([name, text]) => [name, interpolate(text, VARIABLES)]),
  );

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('the compose file', () => {
  it('sets variables that there are, to values that make sense', () => {
    const known = Object.keys(lobbyOptions).map((name) => variableOf(name as keyof typeof lobbyOptions));
    const env = environment();
    expect(Object.keys(env).length).toBeGreaterThan(5);
    for (const name of Object.keys(env)) expect(known).toContain(name);
    const { server, drainMs } = configure(readValues([], env)!);
    expect(drainMs).toBe(10_000);
    expect(server).toMatchObject({
      trustProxy: ['private'],
      admin: { port: 9081, host: '0.0.0.0' },
      ice: { servers: [{ urls: ['stun:turn.example.org:3478'] }], turn: { secret: 'made by openssl' } },
    });
    const withOrigins = { ...env, SCENEWIRE_LOBBY_ORIGINS: 'https://a.example,https://b.example' };
    expect(configure(readValues([], withOrigins)!).server.origins).toEqual(['https://a.example', 'https://b.example']);
  });

  it('wants to be told what is in the example', () => {
    const wanted = [...composeFile.text.matchAll(/\$\{(\w+):[?-]/g)].map(([, name]) => name);
    const given = [...read('deploy/env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect([...new Set(wanted)].sort()).toEqual(given.sort());
  });

  it('gives the lobby more time to go down than it takes', () => {
    const [, grace = ''] = /stop_grace_period: (\d+)s/.exec(composeFile.text)!;
    // Beside the drain, the goodbyes.
    expect(Number(grace)).toBeGreaterThan(Number(environment()['SCENEWIRE_LOBBY_DRAIN']) + 4);
  });

  it('works as plain processes: two lobbies, Redis and coturn, each with what stands there', async () => {
    const redis = await RedisServer.startWith(composeFile.redisCommand.slice(1));
    closers.push(() => redis.stop());
    const turn = await TurnServer.startWith(composeFile.turnOptions.map((option) => interpolate(option, VARIABLES)));
    closers.push(() => turn.stop());
    const env = { ...environment(), SCENEWIRE_LOBBY_REDIS: redis.url, SCENEWIRE_LOBBY_ADMIN_HOST: '127.0.0.1' };
    // On one machine each needs an admin port of its own.
    const start = async (): Promise<LobbyProcess> => {
      const lobby = await LobbyProcess.start(['--admin-port', '0'], env);
      closers.push(() => lobby.kill());
      return lobby;
    };
    const [first, second] = await Promise.all([start(), start()]);
    const seat = async (lobby: LobbyProcess, data: string): Promise<Seated> => {
      const client = await RawClient.connect(lobby.url, { headers: { 'X-Forwarded-For': '192.0.2.1' } });
      closers.push(() => client.cut());
      client.send({ type: MessageType.JOIN, id: 0, data, sw: 1 });
      return readEntry(client);
    };
    const host = await seat(first, '');
    const guest = await seat(second, host.room);
    guest.client.send({ type: MessageType.OFFER, id: 1, data: 'by way of Redis' });
    expect((await host.client.type(MessageType.OFFER)).data).toBe('by way of Redis');
    const welcome = guest.entry.find(({ type }) => type === MessageType.WELCOME)!;
    const { servers } = welcome['ice'] as { servers: { urls: string[]; username: string; credential: string }[] };
    expect(servers.map(({ urls }) => urls)).toEqual([
      ['stun:turn.example.org:3478'],
      ['turn:turn.example.org:3478?transport=udp', 'turn:turn.example.org:3478?transport=tcp'],
    ]);
    const { username, credential } = servers[1]!;
    expect(await turn.allocate(username, credential, VARIABLES.TURN_HOST)).toBe(0);
    // The checks of the containers, with the ports of these processes.
    const check = (command: readonly string[], port: number): number | null => {
      const [, program = '', ...args] = command;
      expect(program).toBe('node');
      return spawnSync(
        process.execPath,
        args.map((arg) => arg.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`)),
      ).status;
    };
    const lobbyCheck = composeFile.healthChecks.find((command) => command.includes('node'))!;
    expect(check(lobbyCheck, first.adminPort)).toBe(0);
    expect(check(lobbyCheck, 1)).toBe(1);
  });
});

describe('the Dockerfile', () => {
  it('runs the program as it is', () => {
    const [, command] = /^CMD (\[.*\])$/m.exec(read('deploy/Dockerfile'))!;
    const [name, ...args] = JSON.parse(command!) as string[];
    expect(name).toBe('lobby');
    expect(configure(readValues(args, {})!).logForm).toBe('json');
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
    expect(read('deploy/Dockerfile')).toContain(`ENTRYPOINT ["/app/node_modules/.bin/${Object.keys(bin)[0]}"]`);
  });

  it('asks the program whether it is well', async () => {
    const [, list = '[]'] = /^HEALTHCHECK [\s\S]*?CMD (\[.*\])$/m.exec(read('deploy/Dockerfile'))!;
    const [program, ...args] = JSON.parse(list) as string[];
    expect(program).toBe('node');
    const lobby = await LobbyProcess.start();
    closers.push(() => lobby.kill());
    const check = (port: number): number | null =>
      spawnSync(process.execPath, args, { env: { ...process.env, SCENEWIRE_LOBBY_PORT: String(port) } }).status;
    expect([check(lobby.port), check(1)]).toEqual([0, 1]);
  });

  it('installs the optional packages that the package was tested with', () => {
    const { optionalDependencies = {}, devDependencies = {}, peerDependencies = {} } = JSON.parse(read('package.json'));
    const versions = { ...devDependencies, ...peerDependencies, ...optionalDependencies } as Record<string, string>;
    for (const name of ['ws', '@redis/client']) {
      const [, major] = new RegExp(`${name}@(\\d+)`).exec(read('deploy/Dockerfile'))!;
      expect(versions[name]).toMatch(new RegExp(`^\\D*${major}\\.`));
    }
  });

  it('sends no more to the builder than it needs', () => {
    const ignored = read('deploy/Dockerfile.dockerignore').trim().split('\n');
    for (const name of ['node_modules', 'dist', '.git', '.cache']) expect(ignored).toContain(name);
  });
});

it('the page about the server names every limit with its default, and every option', () => {
  const page = read('docs/lobby-server.md');
  for (const name of Object.keys(DEFAULT_LOBBY_LIMITS)) expect(page, name).toContain(`\`${name}\``);
});
