import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { get } from 'node:https';
import { type Authorize, jwtAuthorize, LobbyServer, type LogEntry } from 'scenewire/lobby-server';
import { afterEach, describe, expect, it } from 'vitest';
import { addressKey } from '../../../src/core/address-key.js';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { AllowedOrigins } from '../../../src/lobby/server/http/allowed-origins.js';
import { ClientAddress, type TrustProxy } from '../../../src/lobby/server/http/client-address.js';
import { certificate, certificateKey } from './support/certificate.js';
import { enter, type LobbyWorld, memoryWorld } from './support/lobby-world.js';
import { RawClient } from './support/raw-client.js';

const { JOIN, OFFER, HELLO, LIST, KICK, ERROR, DONE, WELCOME } = MessageType;
const SW = { sw: 1 } as const;
const message = (type: number, members: object = {}): object => ({ type, id: 0, data: '', ...members });

let world: LobbyWorld;
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function lobby(...options: Parameters<typeof memoryWorld>): Promise<void> {
  world = await memoryWorld(...options);
  closers.push(() => world.close());
}

describe('origins', () => {
  it.each([
    ['https://game.example.org', true],
    ['https://GAME.example.org', true],
    ['http://game.example.org', false],
    ['https://game.example.org:8443', false],
    ['https://game.example.org.evil.example', false],
    ['https://a.example.net', true],
    ['https://a.b.example.net', true],
    ['https://example.net', false],
    ['https://.example.net', false],
    ['https://evil.example/.example.net', false],
    ['https://evilexample.net', false],
    ['null', false],
  ])('%s: %s', (origin, allowed) => {
    const origins = new AllowedOrigins(['https://game.example.org/', 'https://*.example.net'], false);
    expect(origins.allows(origin)).toBe(allowed);
  });

  it('pages of others get an HTTP 403; programs without an origin come in unless one is required', async () => {
    await lobby({ origins: ['https://game.example.org'] });
    await expect(world.connect({ headers: { Origin: 'https://evil.example' } })).rejects.toThrow('HTTP 403');
    await enter(world, {}, await world.connect({ headers: { Origin: 'https://game.example.org' } }));
    await enter(world, {}, await world.connect());
    await lobby({ origins: ['https://game.example.org'], requireOrigin: true });
    await expect(world.connect()).rejects.toThrow('HTTP 403');
  });
});

describe('addresses behind proxies', () => {
  const addressOf = (trust: TrustProxy, remote: string, forwarded?: string): string => {
    const request = { socket: { remoteAddress: remote }, headers: { 'x-forwarded-for': forwarded } };
    return new ClientAddress(trust).of(request as unknown as IncomingMessage);
  };

  it.each<[TrustProxy, string, string | undefined, string]>([
    [false, '198.51.100.1', '192.0.2.1', '198.51.100.1'],
    [false, '::ffff:198.51.100.1', undefined, '198.51.100.1'],
    [1, '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    [1, '10.0.0.1', '203.0.113.9, 192.0.2.1', '192.0.2.1'],
    [2, '10.0.0.1', '203.0.113.9, 192.0.2.1', '203.0.113.9'],
    [2, '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    [1, '10.0.0.1', undefined, '10.0.0.1'],
    [1, '10.0.0.1', 'nonsense', '10.0.0.1'],
    [1, '10.0.0.1', 'nonsense, 192.0.2.1:4711', '192.0.2.1'],
    [1, '10.0.0.1', '[2001:db8::7]:4711', '2001:db8::7'],
    [['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, 192.0.2.1, 10.9.9.9', '192.0.2.1'],
    [['10.0.0.0/8'], '198.51.100.1', '192.0.2.1', '198.51.100.1'],
    [['loopback', '10.0.0.1'], '127.0.0.1', '192.0.2.1, 10.0.0.1', '192.0.2.1'],
    [['private'], '::ffff:172.16.5.5', '192.0.2.1', '192.0.2.1'],
    [['fd00::/8'], 'fd00::1', '192.0.2.1', '192.0.2.1'],
  ])('trusting %j: from %s with %s it is %s', (trust, remote, forwarded, address) => {
    expect(addressOf(trust, remote, forwarded)).toBe(address);
  });

  it('refuses a list with something else in it', () => {
    expect(() => new ClientAddress(['proxy.example.org'])).toThrow(TypeError);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0DB8:0001:0000:0:0:0:9', '2001:db8:1:0::/64'],
    ['local', 'local'],
  ])('counts %s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('tokens', () => {
  const now = 1_700_000_000;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const secret = 'a secret of at least thirty-two bytes';
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed = generateKeyPairSync('ed25519');
  const claims = { sub: 'ada', exp: now + 60 };

  const hs256 = (
    body: object,
    header: object = { alg: 'HS256', typ: 'JWT' },
    key: string | Buffer = secret,
  ): string => {
    const signed = `${part(header)}.${part(body)}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
  const signedBy = (alg: string, key: KeyObject, body: object): string => {
    const signed = `${part({ alg })}.${part(body)}`;
    const options = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
    return `${signed}.${sign(alg === 'ES256' ? 'sha256' : null, Buffer.from(signed), options).toString('base64url')}`;
  };
  const check = (authorize: Authorize, token: string | null): unknown =>
    authorize({ token, address: '192.0.2.1', origin: null });
  const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
  const clock = (): number => now * 1000;

  it.each<[string, Authorize, string]>([
    ['HS256, a text', jwtAuthorize({ key: secret }, clock), hs256(claims)],
    ['HS256, bytes', jwtAuthorize({ key: Buffer.from(secret) }, clock), hs256(claims)],
    [
      'HS256, a JWK',
      jwtAuthorize({ key: { kty: 'oct', k: Buffer.from(secret).toString('base64url') } }, clock),
      hs256(claims),
    ],
    ['ES256, PEM', jwtAuthorize({ key: pem(ec.publicKey) }, clock), signedBy('ES256', ec.privateKey, claims)],
    [
      'ES256, a JWK',
      jwtAuthorize({ key: ec.publicKey.export({ format: 'jwk' }) }, clock),
      signedBy('ES256', ec.privateKey, claims),
    ],
    ['EdDSA, PEM', jwtAuthorize({ key: pem(ed.publicKey) }, clock), signedBy('EdDSA', ed.privateKey, claims)],
  ])('%s: lets in whom the key vouches for', (_what, authorize, token) => {
    expect(check(authorize, token)).toEqual({ id: 'ada' });
    const [head = '', body = '', signature = ''] = token.split('.');
    expect(check(authorize, `${head}.${part({ ...claims, sub: 'eve' })}.${signature}`)).toBeNull();
    expect(check(authorize, `${head}.${body}.${signature.slice(0, -2)}`)).toBeNull();
    expect(check(authorize, `${part({ alg: 'none' })}.${body}.`)).toBeNull();
    expect(check(authorize, `${part({ alg: 'none' })}.${body}.${signature}`)).toBeNull();
    expect(check(authorize, null)).toBeNull();
  });

  it('a public key is no secret: the algorithm is the key’s, not the token’s', () => {
    const text = pem(ec.publicKey);
    expect(check(jwtAuthorize({ key: text }, clock), hs256(claims, { alg: 'HS256' }, text))).toBeNull();
  });

  it.each([
    ['expired', { exp: now - 31 }, false],
    ['expired within the leeway', { exp: now - 29 }, true],
    ['never expires', {}, false],
    ['not yet', { exp: now + 60, nbf: now + 31 }, false],
    ['a time that is a text', { exp: String(now + 60) }, false],
    ['another issuer', { exp: now + 60, iss: 'other', aud: 'game' }, false],
    ['another audience', { exp: now + 60, iss: 'us', aud: ['a', 'b'] }, false],
  ])('%s', (_what, body, isFine) => {
    const checks = 'iss' in body ? { issuer: 'us', audience: 'game' } : {};
    expect(check(jwtAuthorize({ key: secret, ...checks }, clock), hs256(body)) !== null).toBe(isFine);
  });

  it('one audience of several is enough; a critical header is not understood', () => {
    const authorize = jwtAuthorize({ key: secret, issuer: 'us', audience: 'game' }, clock);
    const body = { ...claims, iss: 'us', aud: ['shop', 'game'] };
    expect(check(authorize, hs256(body))).toEqual({ id: 'ada' });
    expect(check(authorize, hs256(body, { alg: 'HS256', crit: ['exp'] }))).toBeNull();
  });

  it.each([
    ['a short secret', 'short'],
    ['an RSA key', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
    ['another curve', pem(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey)],
  ])('refuses %s as a key', (_what, key) => {
    expect(() => jwtAuthorize({ key })).toThrow(TypeError);
  });

  it('without one nobody joins, lists or resumes; with one, bans mean the user and not the address', async () => {
    const authorize: Authorize = ({ token }) => (token?.startsWith('user ') ? { id: token.slice(5) } : null);
    await lobby({ authorize });
    const stranger = await world.connect();
    for (const [type, members] of [
      [JOIN, SW],
      [HELLO, SW],
      [LIST, {}],
      [JOIN, { ...SW, auth: 'nonsense' }],
      [MessageType.RESUME, { ...SW, id: 1, data: 'x', token: 'y' }],
    ] as const) {
      stranger.send(message(type, members));
      expect(await stranger.next()).toMatchObject({ type: ERROR, id: type, reason: 'unauthorized' });
    }
    const plain = await world.connect();
    plain.send(message(JOIN));
    expect(await plain.closed).toEqual({ code: 4000, reason: 'Not authorized' });

    const host = await enter(world, { ...SW, auth: 'user ada' });
    const eve = await enter(world, { ...SW, auth: 'user eve', data: host.room });
    await host.client.until(({ id }) => id === eve.id);
    host.client.send(message(KICK, { id: eve.id, ban: true, ref: 1 }));
    await host.client.type(DONE);
    await eve.client.type(KICK);
    const again = await world.connect();
    again.send(message(JOIN, { ...SW, auth: 'user eve', data: host.room }));
    expect(await again.next()).toMatchObject({ reason: 'banned' });
    await enter(world, { ...SW, auth: 'user bo', data: host.room });
  });

  it('a client of Godot brings its token in the URL', async () => {
    await lobby({ authorize: ({ token }) => (token === 'let me in' ? {} : null) });
    const client = await RawClient.connect(`${world.url()}/?token=let%20me%20in`);
    closers.push(() => client.cut());
    expect((await enter(world, {}, client)).id).toBe(1);
  });

  it('a check that throws keeps out, and is logged', async () => {
    const entries: LogEntry[] = [];
    await lobby({ authorize: () => Promise.reject(new Error('no database')), log: (entry) => entries.push(entry) });
    const client = await world.connect();
    client.send(message(JOIN, SW));
    expect(await client.next()).toMatchObject({ reason: 'unauthorized' });
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'authorize_failed', error: 'no database' }),
    );
  });
});

describe('a provider of ICE servers', () => {
  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('no service');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no service'))],
  ])('that %s keeps nobody out: there are no servers for a while', async (_what, ice) => {
    const entries: LogEntry[] = [];
    await lobby({ ice, log: (entry) => entries.push(entry) });
    const { entry } = await enter(world, SW);
    expect(entry.find(({ type }) => type === WELCOME)!['ice']).toEqual({ servers: [], ttlMs: 30_000 });
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'ice_failed', error: 'no service' }),
    );
  });
});

describe('the log', () => {
  async function play(logNames: boolean): Promise<string> {
    const entries: LogEntry[] = [];
    await lobby({ log: (entry) => entries.push(entry), logLevel: 'debug', logNames });
    const create = { name: 'hideout', password: 'sesame', meta: { topic: 'secret-topic' } };
    const host = await enter(world, { ...SW, create, meta: { name: 'Ada' } });
    const guest = await enter(world, { ...SW, data: 'hideout', password: 'sesame', auth: 'credential' });
    guest.client.send(message(OFFER, { id: 1, data: 'v=0 fingerprint' }));
    await host.client.type(OFFER);
    const wrong = await world.connect();
    wrong.send(message(JOIN, { ...SW, data: 'hideout', password: 'guess' }));
    await wrong.type(ERROR);
    const text = JSON.stringify(entries);
    const token = String(guest.entry.find(({ type }) => type === WELCOME)!['token']);
    for (const secret of ['sesame', 'guess', 'credential', token, 'fingerprint', 'secret-topic', 'Ada']) {
      expect(text).not.toContain(secret);
    }
    expect(entries.map(({ event }) => event)).toEqual(['listening', 'created', 'joined', 'refused']);
    return text;
  }

  it('holds no secret of a player, nor the names of rooms and addresses', async () => {
    const text = await play(false);
    expect(text).not.toContain('hideout');
    expect(text).not.toContain('127.0.0.1');
  });

  it('holds names of rooms and addresses when it is told to', async () => {
    const text = await play(true);
    expect(text).toContain('hideout');
    expect(text).toContain('127.0.0.1');
  });
});

describe('the HTTP side', () => {
  const pageOf = async (
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; text: string; type: string }> => {
    const response = await fetch(`${world.url().replace('ws', 'http')}${path}`, init);
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' };
  };

  it('tells health, readiness, metrics and a status page, and changes nothing', async () => {
    await lobby();
    const seated = await enter(world, { ...SW, create: { name: 'hideout' } });
    expect(await pageOf('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(JSON.parse((await pageOf('/readyz')).text)).toEqual({ ready: true, draining: false, store: true });
    const metrics = await pageOf('/metrics');
    expect(metrics.type).toContain('text/plain; version=0.0.4');
    expect(metrics.text).toMatch(/^scenewire_lobby_sockets 1$/m);
    expect(metrics.text).toMatch(/^scenewire_lobby_rooms 1$/m);
    for (const line of metrics.text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) scenewire_lobby_\w+ .+|scenewire_lobby_\w+(\{\w+="[\w.-]+"(,\w+="[\w.-]+")*\})? -?[\d.e+-]+)$/,
      );
    }
    const status = await pageOf('/');
    expect(status.type).toContain('text/html');
    for (const { text } of [metrics, status]) expect(text).not.toMatch(/hideout|127\.0\.0\.1/);
    expect((await pageOf('/metrics', { method: 'POST' })).status).toBe(405);
    expect((await pageOf('/elsewhere')).status).toBe(404);
    expect((await pageOf('/constructor')).status).toBe(404);
    await seated.client.barrier();
    expect(seated.client.isClosed).toBe(false);
  });

  it('is not ready while it drains, and lets nobody in', async () => {
    await lobby();
    const seated = await enter(world, SW);
    const closing = world.servers[0]!.close(10_000);
    await expect.poll(async () => (await pageOf('/readyz')).status).toBe(503);
    expect((await pageOf('/healthz')).status).toBe(200);
    await expect(world.connect()).rejects.toThrow('HTTP 503');
    expect(seated.client.isClosed).toBe(false);
    await seated.client.close();
    await closing;
  });

  it('pages can have a port of their own, or none', async () => {
    await lobby({ pages: false, admin: { port: 0, host: '127.0.0.1' } });
    expect((await pageOf('/metrics')).status).toBe(404);
    const port = world.servers[0]!.adminPort!;
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
  });

  it('shares the port of an existing web server, whose other requests go on as before', async () => {
    const upgrades: string[] = [];
    const web: Server = createServer((request, response) => {
      if (!server.handleRequest(request, response)) response.end('the game');
    });
    web.on('upgrade', (request, socket) => {
      if (request.url !== '/other') return;
      upgrades.push('other');
      socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n');
    });
    const server = new LobbyServer({ server: web, path: '/lobby', log: () => {} });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as { port: number };
    await server.listen();
    closers.push(
      () => new Promise((resolve) => web.close(resolve)),
      () => web.closeAllConnections(),
      () => server.close(),
    );
    const client = await RawClient.connect(`ws://127.0.0.1:${port}/lobby`);
    client.send(message(JOIN));
    await client.type(JOIN);
    await expect(RawClient.connect(`ws://127.0.0.1:${port}/other`)).rejects.toThrow('HTTP 418');
    expect(upgrades).toEqual(['other']);
    const textOf = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    expect(await textOf('/lobby')).toContain('<h1>Lobby</h1>');
    expect(await textOf('/lobby/')).toContain('<h1>Lobby</h1>');
    expect(await textOf('/lobby/healthz')).toBe('ok\n');
    for (const path of ['/', '/healthz', '/lobbyhealthz', '/lobby/other']) expect(await textOf(path)).toBe('the game');
    expect(await (await fetch(`http://127.0.0.1:${port}/play`)).text()).toBe('the game');
    await server.close();
    expect(await (await fetch(`http://127.0.0.1:${port}/play`)).text()).toBe('the game');
    expect(web.listening).toBe(true);
  });

  it('serves wss with a certificate, pages included', async () => {
    await lobby({ tls: { cert: certificate, key: certificateKey } });
    const url = world.url().replace('ws:', 'wss:');
    const client = await RawClient.connect(url, { ca: certificate });
    closers.push(() => client.cut());
    expect((await enter(world, {}, client)).id).toBe(1);
    await expect(RawClient.connect(url)).rejects.toThrow('self-signed');
    const status = await new Promise((resolve, reject) => {
      get(`${url.replace('wss', 'https')}/healthz`, { ca: certificate }, ({ statusCode }) => resolve(statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(200);
  });

  it('only its path is served, when it has one', async () => {
    await lobby({ path: '/lobby' });
    await expect(world.connect()).rejects.toThrow();
    const client = await RawClient.connect(`${world.url()}/lobby?x=1`);
    closers.push(() => client.cut());
    await enter(world, {}, client);
  });
});
