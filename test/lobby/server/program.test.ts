import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type NetworkInterfaceInfo, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { logWriter } from '../../../src/cli/lobby/log-writer.js';
import { whereToConnect } from '../../../src/cli/lobby/where-to-connect.js';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { LobbyProcess } from './support/lobby-process.js';
import { RawClient, type RawMessage } from './support/raw-client.js';

const { JOIN, WELCOME, ERROR } = MessageType;
const SW = { sw: 1 } as const;

const folder = mkdtempSync(join(tmpdir(), 'scenewire-lobby-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<LobbyProcess> {
  const lobby = await LobbyProcess.start(args, env);
  closers.push(() => lobby.kill());
  return lobby;
}

async function connect(url: string): Promise<RawClient> {
  const client = await RawClient.connect(url);
  closers.push(() => client.cut());
  return client;
}

async function ask(lobby: LobbyProcess, message: object): Promise<RawMessage> {
  const client = await connect(lobby.url);
  client.send({ type: JOIN, id: 0, data: '', ...SW, ...message });
  return client.until(({ type }) => type === WELCOME || type === ERROR);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('scenewire lobby', () => {
  it('--help names every option, its variable and every limit, and ends with 0', async () => {
    const { code, output, errors } = await LobbyProcess.run(['--help']);
    expect(code).toBe(0);
    expect(errors).toBe('');
    for (const word of [
      '--port',
      '--redis',
      '--turn-urls',
      'SCENEWIRE_LOBBY_TURN_SECRET',
      'graceMs=30000',
      'Exit codes',
    ]) {
      expect(output).toContain(word);
    }
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(160);
  });

  it.each([
    [['--port', 'x'], 'port has to be a number'],
    [['--port', '70000'], 'port has to be a number'],
    [['--nonsense'], '--nonsense'],
    [['stray'], 'stray'],
    [['--limits', 'rooms=many'], 'The limit rooms has to be a number'],
    [['--limits', 'nonsense=1'], 'There is no limit nonsense'],
    [['--limits', 'frameBytes=99999'], 'frameBytes'],
    [['--redis', 'http://127.0.0.1'], 'redis has to be a URL'],
    [['--redis', 'redis://127.0.0.1', '--state', 'x'], 'redis and state exclude each other'],
    [['--turn-urls', 'turn:a'], 'turn-secret'],
    [['--tls-cert', '/nowhere'], "tls-cert can't be read"],
    [['--trust-proxy', 'proxy.example.org'], 'proxy.example.org'],
    [['--log', 'loud'], 'json, text, none'],
    [['--ice-servers', '[1]'], 'ice-servers'],
    // Others can see a command line.
    [['--turn-secret', 'x'], '--turn-secret'],
  ])('%j makes no sense: 2, and a sentence', async (args, text) => {
    const { code, errors, output } = await LobbyProcess.run(args);
    expect(code).toBe(2);
    expect(errors).toContain(text);
    expect(errors).toContain('scenewire lobby --help');
    expect(errors).not.toMatch(/^\s+at /m);
    expect(output).toBe('');
  });

  it('1 when the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { code, errors } = await LobbyProcess.run(['--host', '127.0.0.1', '--port', String(port)]);
    taken.close();
    expect(code).toBe(1);
    expect(errors).toContain('EADDRINUSE');
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  });

  it('1 when Redis is not there', async () => {
    const { code, errors } = await LobbyProcess.run([
      '--port',
      '0',
      '--host',
      '127.0.0.1',
      '--redis',
      'redis://127.0.0.1:1',
    ]);
    expect(code).toBe(1);
    expect(errors).toMatch(/^The lobby can't start: Redis can not be reached: .*ECONNREFUSED.*\n$/);
  });

  it('takes options from the environment, and those of the command line first', async () => {
    const lobby = await start(['--limits', 'roomMembers=7'], {
      SCENEWIRE_LOBBY_LIMITS: 'roomMembers=5',
      SCENEWIRE_LOBBY_PLAIN_NAMES: 'code',
      SCENEWIRE_LOBBY_NO_PAGES: '1',
      SCENEWIRE_LOBBY_REQUIRE_ORIGIN: '0',
    });
    expect((await ask(lobby, {}))['room']).toMatchObject({ maxMembers: 7 });
    expect((await fetch(`${lobby.page}/healthz`)).status).toBe(404);
    const plain = await connect(lobby.url);
    plain.send({ type: JOIN, id: 0, data: '' });
    expect((await plain.type(JOIN)).data).toMatch(/^\w{6}$/);
  });

  it('hands out ICE servers with credentials for the secret in a file', async () => {
    const secret = file('turn', 'north wind\n');
    const lobby = await start(
      ['--ice-servers', 'stun:a.example,stun:b.example', '--turn-urls', 'turn:c.example', '--turn-secret-file', secret],
      { SCENEWIRE_LOBBY_TURN_TTL: '600' },
    );
    const ice = (await ask(lobby, {}))['ice'] as {
      ttlMs: number;
      servers: { urls: string[]; username: string; credential: string }[];
    };
    expect(ice.ttlMs).toBe(600_000);
    expect(ice.servers[0]).toEqual({ urls: ['stun:a.example', 'stun:b.example'] });
    const { urls, username, credential } = ice.servers[1]!;
    expect(urls).toEqual(['turn:c.example']);
    expect(credential).toBe(createHmac('sha1', 'north wind').update(username).digest('base64'));
    const expiry = Number(username.split(':')[0]);
    expect(Math.abs(expiry - Date.now() / 1000 - 600)).toBeLessThan(30);
  });

  it('takes ICE servers as W3C writes them', async () => {
    const servers = [{ urls: 'stun:a.example' }, { urls: ['turn:b.example'], username: 'u', credential: 'c' }];
    const lobby = await start(['--ice-servers', JSON.stringify(servers)]);
    expect((await ask(lobby, {}))['ice']).toEqual({
      servers: [{ urls: ['stun:a.example'] }, { urls: ['turn:b.example'], username: 'u', credential: 'c' }],
      ttlMs: 0,
    });
  });

  it('lets in who has a token of the key that it was given', async () => {
    const key = 'thirty-two bytes are the least of it';
    const lobby = await start(['--jwt-audience', 'game'], { SCENEWIRE_LOBBY_JWT_KEY: key });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${part({ alg: 'HS256' })}.${part({ exp: Date.now() / 1000 + 60, aud: 'game' })}`;
    const auth = `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
    expect((await ask(lobby, { auth })).type).toBe(WELCOME);
    expect(await ask(lobby, { auth: `${auth}x` })).toMatchObject({ reason: 'unauthorized' });
    const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const other = await start(['--jwt-key-file', file('key.pem', pem)]);
    expect(await ask(other, { auth })).toMatchObject({ reason: 'unauthorized' });
  });

  it('writes its log as JSON or as text, and keeps its pages on a port of their own', async () => {
    const text = await start(['--admin-port', '0', '--log-level', 'debug']);
    await ask(text, { data: 'nowhere' });
    await expect.poll(() => text.lines.some((line) => JSON.parse(line).event === 'refused')).toBe(true);
    expect((await fetch(`${text.page}/metrics`)).status).toBe(404);
    const written: string[] = [];
    const write = logWriter('text', (line) => written.push(line));
    write({ time: '2026-11-20T08:50:31.000Z', level: 'info', event: 'joined', room: 'x', peer: 5 });
    expect(written).toEqual(['08:50:31 info  joined room=x peer=5\n']);
  });

  it('tells people at a terminal where players connect to', () => {
    const info = (address: string, family: 'IPv4' | 'IPv6', internal: boolean): NetworkInterfaceInfo =>
      ({ address, family, internal }) as NetworkInterfaceInfo;
    const interfaces = {
      lo: [info('127.0.0.1', 'IPv4', true), info('::1', 'IPv6', true)],
      eth0: [info('192.0.2.7', 'IPv4', false), info('fe80::1', 'IPv6', false)],
    };
    const at = { port: 9080, host: undefined, path: undefined, isSecure: false };
    expect(whereToConnect(at, interfaces)).toBe(
      'Players connect to\n  ws://localhost:9080  on this machine\n  ws://192.0.2.7:9080  in its network\n',
    );
    expect(whereToConnect({ ...at, host: '::1', path: '/lobby', isSecure: true }, interfaces)).toBe(
      'Players connect to wss://[::1]:9080/lobby\n',
    );
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: clients may stay for a while, then they are told, and it ends with 0',
    async (signal) => {
      const lobby = await start(['--drain', '1']);
      const announced = await connect(lobby.url);
      announced.send({ type: JOIN, id: 0, data: '', ...SW });
      const { data: room } = await announced.type(JOIN);
      const plain = await connect(lobby.url);
      plain.send({ type: JOIN, id: 0, data: room });
      await plain.type(JOIN);
      const askedAt = performance.now();
      const ended = lobby.kill(signal);
      await expect.poll(() => lobby.lines.some((line) => JSON.parse(line).event === 'draining')).toBe(true);
      expect(await announced.type(ERROR)).toMatchObject({ reason: 'shutting_down', fatal: true });
      expect(performance.now() - askedAt).toBeGreaterThan(900);
      expect(await plain.closed).toEqual({ code: 1012, reason: 'Server is shutting down' });
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(lobby.errors).toBe('');
    },
  );

  it('ends at once when nobody is there', async () => {
    const lobby = await start(['--drain', '60']);
    expect(await lobby.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
