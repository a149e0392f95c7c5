import { ConnectionStatus, Err, type WebSocketMultiplayerPeer } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { clientHello, encodeFrame } from './support/websocket-frames.js';
import { LinkRoom } from './support/websocket-network.js';
import { turn, urlOf, WebSocketRoom } from './support/websocket-room.js';

recordErrors();

let room: WebSocketRoom;
let server: WebSocketMultiplayerPeer;
let player: WebSocketMultiplayerPeer;
const uncaught: unknown[] = [];
const note = (error: unknown): unknown => uncaught.push(error);

beforeEach(async () => {
  uncaught.length = 0;
  process.on('uncaughtException', note);
  room = new WebSocketRoom();
  const full = await room.fill(1);
  server = full.server;
  player = full.clients[0] as WebSocketMultiplayerPeer;
});

/** Whatever happened, the one who plays goes on playing. */
afterEach(async () => {
  const id = player.getUniqueId();
  player.putPacket(Uint8Array.of(0xab));
  server.setTargetPeer(id);
  server.putPacket(Uint8Array.of(0xcd));
  await room.heard(`server packet ${id} ab`);
  await room.heard('client 1 packet 1 cd');
  room.close();
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

describe('a handshake that is wrong ends without an answer', () => {
  const hello = clientHello();
  const requests: readonly (readonly [string, string])[] = [
    ['not HTTP', '\0\x01\x02\x03 nonsense\r\n\r\n'],
    ['a page', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a page with Expect', 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'],
    ['a page with another expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n'],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['another method', hello.replace('GET', 'POST')],
    ['another version of HTTP', hello.replace('HTTP/1.1', 'HTTP/1.0')],
    ['another upgrade', hello.replace('Upgrade: websocket', 'Upgrade: h2c')],
    ['another version', clientHello('', '/', '8')],
    ['no key', hello.replace(/Sec-WebSocket-Key.*\r\n/, '')],
    ['a short key', hello.replace(/Key: .*\r\n/, 'Key: abc\r\n')],
    ['two keys', hello.replace(/(Sec-WebSocket-Key.*\r\n)/, '$1$1')],
    ['no connection header', hello.replace('Connection: Upgrade\r\n', '')],
    ['a protocol that nobody supports', clientHello('Sec-WebSocket-Protocol: a, b\r\n')],
    ['a protocol list that is none', clientHello('Sec-WebSocket-Protocol: ,,;;\r\n')],
    ['too many headers', clientHello(`X-Long: ${'x'.repeat(5000)}\r\n`)],
    ['an endless first line', `GET /${'x'.repeat(100_000)}`],
  ];
  it.each(requests)('%s', async (_what, request) => {
    const raw = await room.raw(server.getServerPort());
    raw.send(request);
    await room.until(() => raw.closed, 'the end');
    expect([raw.bytes.length, room.log, server.getRefusedConnectionCount()]).toEqual([0, [], 1]);
  });

  it('halves of it, and then nothing', async () => {
    const raw = await room.raw(server.getServerPort());
    raw.send(hello.slice(0, 40));
    await room.quiet();
    room.clock.advance(3000);
    await room.until(() => raw.closed, 'the end');
    expect(raw.bytes.length).toBe(0);
  });

  it('a client that is gone before it is answered', async () => {
    const raw = await room.raw(server.getServerPort());
    raw.send(hello);
    raw.socket.resetAndDestroy();
    await room.quiet();
    expect(room.log.filter((line) => line.includes('peer_connected'))).toHaveLength(
      room.log.filter((line) => line.includes('peer_disconnected')).length,
    );
  });
});

describe('frames that are wrong end the connection', () => {
  const big = Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
  const frames: readonly (readonly [string, Buffer, string])[] = [
    ['unmasked', encodeFrame('binary', Uint8Array.of(1), false), '03ea'],
    ['an unknown opcode', Buffer.from([0x83, 0x80, 1, 2, 3, 4]), '03ea'],
    ['reserved bits', Buffer.from([0xc2, 0x80, 1, 2, 3, 4]), '03ea'],
    ['a continuation of nothing', encodeFrame('continuation', Uint8Array.of(1), true), '03ea'],
    ['a fragmented ping', encodeFrame('ping', Uint8Array.of(1), true, false), '03ea'],
    ['a long ping', encodeFrame('ping', new Uint8Array(126), true), '03ea'],
    ['a close frame with a bad code', encodeFrame('close', Uint8Array.of(0, 1), true), '03ea'],
    ['a close frame of one byte', encodeFrame('close', Uint8Array.of(3), true), '03ea'],
    ['text that is not UTF-8', encodeFrame('text', Uint8Array.of(0xff, 0xfe), true), '03ef'],
    ['a message above the limit', encodeFrame('binary', new Uint8Array(65536), true), '03f1'],
    ['a message of 2^63 bytes', big, '03f1'],
  ];
  it.each(frames)('%s', async (_what, bytes, code) => {
    const reasons: string[] = [];
    server.peer_disconnected.connect((_id, reason) => reasons.push(reason));
    const { raw, id } = await room.rawPeer(server.getServerPort());
    raw.send(bytes);
    expect(await room.frame(raw)).toMatchObject({ frame: 'close', payload_hex: code });
    await room.heard(`server peer_disconnected ${id}`);
    await room.until(() => raw.closed, 'the end');
    expect(reasons).toEqual(['misbehaved']);
  });

  it('fragments that add up above the limit', async () => {
    const { raw, id } = await room.rawPeer(server.getServerPort());
    raw.sendFrame('binary', new Uint8Array(60_000), true, false);
    raw.sendFrame('continuation', new Uint8Array(60_000), true, false);
    expect(await room.frame(raw)).toMatchObject({ payload_hex: '03f1' });
    await room.heard(`server peer_disconnected ${id}`);
  });
});

describe('floods', () => {
  it('of empty messages are read at one per poll, and make only their sender wait', async () => {
    const { raw, id } = await room.rawPeer(server.getServerPort());
    raw.send(...Array.from({ length: 20_000 }, () => encodeFrame('binary', new Uint8Array(), true)));
    await room.quiet();
    raw.socket.destroy();
    await room.heard(`server peer_disconnected ${id}`);
  });

  it.each([
    ['packets', 20_000, 1, [8192, 8192, 3616]],
    ['bytes', 7, 1 << 20, [4, 3]],
  ])('of %s beyond the budget of a poll wait for the next one', (_what, count, size, expected) => {
    const flooded = new LinkRoom({ link: false }, { link: false });
    for (const peer of [flooded.server, flooded.client]) {
      Object.assign(peer, { inboundBufferSize: 16 << 20, outboundBufferSize: 16 << 20, maxQueuedPackets: 30_000 });
    }
    flooded.join();
    const packet = new Uint8Array(size).fill(7);
    for (let i = 0; i < count; i += 1) expect(flooded.client.putPacket(packet)).toBe(Err.OK);
    const taken: number[] = [];
    for (let i = 0; i < expected.length; i += 1) {
      flooded.frames(1);
      let packets = 0;
      for (; flooded.server.getAvailablePacketCount() > 0; packets += 1) flooded.server.getPacket();
      taken.push(packets);
    }
    expect([taken, flooded.log]).toEqual([expected, []]);
  });

  it('of packets before a goodbye are read at once: the last words are not lost', () => {
    const leaving = new LinkRoom({ link: false }, { link: false });
    for (const peer of [leaving.server, leaving.client]) peer.maxQueuedPackets = 30_000;
    leaving.join();
    for (let i = 0; i < 20_000; i += 1) leaving.client.putPacket(Uint8Array.of(7));
    leaving.client.disconnectPeer(1);
    leaving.frames(1);
    expect(leaving.server.getAvailablePacketCount()).toBe(20_000);
    expect(leaving.log).not.toContain('server disconnected left');
    leaving.frames(1);
    expect(leaving.log).toContain('server disconnected left');
  });

  it('of pings that nobody reads the answers to grow nothing', async () => {
    const { raw, id } = await room.rawPeer(server.getServerPort());
    raw.socket.pause();
    const ping = Buffer.concat(Array.from({ length: 500 }, () => encodeFrame('ping', new Uint8Array(125), true)));
    for (let i = 0; i < 100 && !room.log.includes(`server peer_disconnected ${id}`); i += 1) {
      raw.socket.write(ping);
      room.poll();
      await turn();
      const waiting = server.getPeer(id)?.getCurrentOutboundBufferedAmount() ?? 0;
      expect(waiting).toBeLessThan(1_000_000);
    }
    raw.socket.destroy();
    await room.heard(`server peer_disconnected ${id}`);
  });

  it('of pongs that nobody asked for do nothing', async () => {
    const { raw } = await room.rawPeer(server.getServerPort());
    raw.send(...Array.from({ length: 5000 }, () => encodeFrame('pong', new Uint8Array(10), true)));
    raw.sendFrame('binary', [7]);
    await room.until(() => room.log.some((line) => line.endsWith(' 07')));
  });

  it('of silent connections keep nobody out for longer than the handshake time-out', async () => {
    const raws = await Promise.all(Array.from({ length: 600 }, () => room.raw(server.getServerPort())));
    await room.quiet();
    const late = room.make('late');
    late.createClient(urlOf(server));
    room.msPerPoll = 10;
    await room.until(() => late.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED);
    room.msPerPoll = 0;
    await room.until(() => raws.slice(0, 512).every((raw) => raw.closed), 'the ends');
    late.createClient(urlOf(server));
    await room.heard('late peer_connected 1');
    expect(server.getRefusedConnectionCount()).toBeGreaterThanOrEqual(512);
  });

  it.each([
    ['with an address of its own', '127.0.0.1'],
    ['on all addresses', '*'],
  ])('of silent connections from one address keep nobody from another one out: %s', async (_what, address) => {
    const house = room.make('house');
    house.createServer(0, address);
    await room.until(() => house.getServerPort() > 0, 'the port');
    // More than are let into the handshake and may wait, together.
    const port = house.getServerPort();
    await Promise.all(Array.from({ length: 1100 }, () => room.raw(port, '127.0.0.9')));
    await room.quiet();
    const client = room.make('client');
    client.createClient(`ws://127.0.0.1:${port}`);
    await room.heard('client peer_connected 1');
    expect(house.getRefusedConnectionCount()).toBeGreaterThan(0);
  });

  it('of connections that a server does not take are bounded', async () => {
    server.refuseNewConnections = true;
    const raws = await Promise.all(Array.from({ length: 540 }, () => room.raw(server.getServerPort())));
    await room.until(() => raws.filter((raw) => raw.closed).length >= 29, 'the ends of those that are too many');
    server.refuseNewConnections = false;
    for (const raw of raws) raw.socket.destroy();
    room.msPerPoll = 10;
    await room.until(() => server.getRefusedConnectionCount() >= 540, 'all to be dropped');
    room.msPerPoll = 0;
  });

  it('a peer that reads nothing fills no memory: what does not fit is refused', async () => {
    const { raw, id } = await room.rawPeer(server.getServerPort());
    raw.socket.pause();
    server.setTargetPeer(id);
    const packet = new Uint8Array(60_000);
    let refused = 0;
    for (let i = 0; i < 500; i += 1) {
      if (server.putPacket(packet) === 6) refused += 1;
      if (i % 20 === 0) await turn();
    }
    expect(refused).toBeGreaterThan(100);
    expect(server.getPeer(id)?.getCurrentOutboundBufferedAmount()).toBeLessThanOrEqual(65535 + 1000);
  });
});

describe('a server that is hostile', () => {
  it.each([
    ['an error', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'],
    ['a redirect', 'HTTP/1.1 301 Moved\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'],
    ['nonsense', '\0\0\0\r\n\r\n'],
    [
      'a wrong accept',
      'HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
    ],
    ['endless headers', `HTTP/1.1 101 S\r\nX: ${'x'.repeat(100_000)}`],
  ])('answering with %s leaves the client DISCONNECTED', async (_what, answer) => {
    const { port, end } = await room.rawServer();
    const client = room.make('client');
    client.createClient(`ws://127.0.0.1:${port}`);
    await room.until(() => end()?.takeHead() !== null && end() !== null, 'the request');
    end()?.send(answer);
    await room.until(() => client.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED);
    expect(room.log).toEqual([]);
  });
});
