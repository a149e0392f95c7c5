import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Err, type TLSOptions, type WebSocketMultiplayerPeer } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { makeCertificate } from './support/certificate.js';
import { clientHello } from './support/websocket-frames.js';
import { WebSocketRoom } from './support/websocket-room.js';

const errors = recordErrors();
const NAME = 'game.test';
const shown = makeCertificate(NAME);

let room: WebSocketRoom;
let web: Server | null;
beforeEach(() => {
  room = new WebSocketRoom();
  web = null;
});
afterEach(() => {
  room.close();
  web?.closeAllConnections();
  web?.close();
});

async function join(url: string, tls: TLSOptions | null = null): Promise<WebSocketMultiplayerPeer> {
  const client = room.make('client');
  expect(client.createClient(url, tls)).toBe(Err.OK);
  await room.until(() => client.getConnectionStatus() !== 1, 'the client');
  return client;
}

async function listen(server: Server): Promise<number> {
  web = server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('TLS', () => {
  function serve(): number {
    const server = room.make('server');
    expect(server.createServer(0, '*', { server: shown })).toBe(Err.OK);
    return server.getServerPort();
  }

  it('serves clients that trust the certificate under its name', async () => {
    const client = await join(`wss://127.0.0.1:${serve()}/x`, {
      trustedCaChain: shown.certificate,
      commonNameOverride: NAME,
    });
    expect(client.getConnectionStatus()).toBe(2);
    client.putPacket(Uint8Array.of(1));
    await room.heard(`server packet ${client.getUniqueId()} 01`);
  });

  it('serves clients that take any certificate', async () => {
    expect((await join(`wss://127.0.0.1:${serve()}`, { unsafe: true })).getConnectionStatus()).toBe(2);
  });

  it('is left by clients that do not trust it, and by those that expect another name', async () => {
    const url = `wss://127.0.0.1:${serve()}`;
    expect((await join(url)).getConnectionStatus()).toBe(0);
    expect((await join(url, { trustedCaChain: shown.certificate })).getConnectionStatus()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('drops clients that do not speak it, and goes on', async () => {
    const port = serve();
    const raw = await room.raw(port);
    raw.send(clientHello());
    await room.until(() => raw.closed, 'the end');
    expect(raw.bytes.includes('HTTP')).toBe(false);
    expect((await join(`wss://127.0.0.1:${port}`, { unsafe: true })).getConnectionStatus()).toBe(2);
  });

  it('drops a client that is silent in its handshake', async () => {
    const raw = await room.raw(serve());
    await room.quiet();
    room.clock.advance(3000);
    await room.until(() => raw.closed, 'the end');
  });

  it('refuses a key that is none', () => {
    const server = room.make('server');
    expect(server.createServer(0, '*', { server: { key: 'x', certificate: 'y' } })).toBe(Err.ERR_INVALID_PARAMETER);
    expect(server.getConnectionStatus()).toBe(0);
  });
});

describe('on an existing web server', () => {
  const page = (): Server => createServer((_request, response) => void response.end('a page'));

  it('shares its port, and the pages stay', async () => {
    const port = await listen(page());
    const server = room.make('server');
    expect(server.createServer(0, '*', { server: web as Server })).toBe(Err.OK);
    expect(server.getServerPort()).toBe(port);
    const client = await join(`ws://127.0.0.1:${port}/any?scenewire=1`);
    expect(server.getPeer(client.getUniqueId())?.getRequestedUrl()).toBe(`ws://127.0.0.1:${port}/any?scenewire=1`);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('a page');
    client.putPacket(Uint8Array.of(1));
    await room.heard(`server packet ${client.getUniqueId()} 01`);
  });

  it('leaves upgrades to other paths to others', async () => {
    const port = await listen(page());
    web?.on('upgrade', (request, socket) => {
      if (request.url?.startsWith('/other')) socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
    });
    const server = room.make('server');
    server.createServer(0, '*', { server: web as Server, path: '/game' });
    const raw = await room.raw(port);
    raw.send(clientHello('', '/other'));
    await room.until(() => raw.closed, 'the other answer');
    expect(raw.takeHead()).toContain('418');
    // And what nobody else takes, it does not take either.
    const lost = await room.raw(port);
    lost.send(clientHello('', '/games'));
    await room.quiet();
    expect([lost.bytes.length, lost.closed, server.getRefusedConnectionCount()]).toEqual([0, false, 0]);
    lost.socket.destroy();
    expect((await join(`ws://127.0.0.1:${port}/game?room=1`)).getConnectionStatus()).toBe(2);
  });

  it('R-117 lets clients wait while it refuses new ones; those that give up are forgotten', async () => {
    const port = await listen(page());
    const server = room.make('server');
    server.createServer(0, '*', { server: web as Server });
    server.refuseNewConnections = true;
    const [one, other] = [await room.raw(port), await room.raw(port)];
    for (const raw of [one, other]) raw.send(clientHello());
    await room.quiet();
    one.socket.destroy();
    await room.quiet();
    expect([other.bytes.length, other.closed]).toEqual([0, false]);
    server.refuseNewConnections = false;
    await room.until(() => room.log.length === 1);
    await room.quiet();
    expect(room.log).toHaveLength(1);
  });

  it('drops bad handshakes without an answer', async () => {
    const port = await listen(page());
    const server = room.make('server');
    server.createServer(0, '*', { server: web as Server });
    const raw = await room.raw(port);
    raw.send(clientHello('', '/', '12'));
    await room.until(() => raw.closed, 'the end');
    expect([raw.bytes.length, server.getRefusedConnectionCount()]).toEqual([0, 1]);
  });

  it('leaves it running when it closes, and can be attached again', async () => {
    const port = await listen(page());
    const server = room.make('server');
    server.createServer(0, '*', { server: web as Server });
    const client = await join(`ws://127.0.0.1:${port}`);
    server.close();
    await room.until(() => client.getConnectionStatus() === 0);
    expect([web?.listenerCount('upgrade'), web?.listening]).toEqual([0, true]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('a page');
    server.createServer(0, '*', { server: web as Server });
    expect((await join(`ws://127.0.0.1:${port}`)).getConnectionStatus()).toBe(2);
  });

  it('may speak TLS', async () => {
    const port = await listen(createSecureServer({ key: shown.key, cert: shown.certificate }));
    const server = room.make('server');
    server.createServer(0, '*', { server: web as Server });
    const client = await join(`wss://127.0.0.1:${port}/s`, { unsafe: true });
    expect(server.getPeer(client.getUniqueId())?.getRequestedUrl()).toBe(`wss://127.0.0.1:${port}/s`);
  });
});
