import { ConnectionStatus, Err, TransferMode, WebSocketMultiplayerPeer, WebSocketPeer } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { clientHello, serverHello } from './support/websocket-frames.js';
import { type RawEnd, turn, urlOf, WebSocketRoom } from './support/websocket-room.js';

const errors = recordErrors();

let room: WebSocketRoom;
beforeEach(() => {
  room = new WebSocketRoom();
});
afterEach(() => room.close());

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = ConnectionStatus;

/** A client of ours at a hand-driven server that has answered the upgrade. */
async function atRawServer(): Promise<{ client: WebSocketMultiplayerPeer; raw: RawEnd }> {
  const { port, end } = await room.rawServer();
  const client = room.make('client');
  client.createClient(`ws://127.0.0.1:${port}`);
  await room.until(() => end()?.bytes.includes('\r\n\r\n') === true, 'the request');
  const raw = end() as RawEnd;
  raw.send(serverHello(raw.takeHead() ?? ''));
  await room.until(() => client.getPeer(1)?.getReadyState() === WebSocketPeer.STATE_OPEN, 'the upgrade');
  return { client, raw };
}

describe('a fresh WebSocketMultiplayerPeer', () => {
  it('R-113 reads the defaults of Godot', () => {
    const peer = new WebSocketMultiplayerPeer();
    expect([peer.getConnectionStatus(), peer.getUniqueId(), peer.isServer()]).toEqual([0, 0, false]);
    expect([peer.inboundBufferSize, peer.getOutboundBufferSize(), peer.getMaxQueuedPackets()]).toEqual([
      65535, 65535, 4096,
    ]);
    expect([peer.handshakeHeaders, peer.getSupportedProtocols(), peer.getHandshakeTimeout()]).toEqual([[], [], 3]);
    expect([peer.transferMode, peer.transferChannel, peer.refuseNewConnections]).toEqual([2, 0, false]);
    expect([peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()]).toEqual([
      0,
      0,
      TransferMode.TRANSFER_MODE_RELIABLE,
    ]);
    expect([peer.getMaxPacketSize(), peer.isServerRelaySupported(), peer.getAvailablePacketCount()]).toEqual([
      65526,
      true,
      0,
    ]);
    expect([peer.getServerPort(), peer.getRefusedConnectionCount()]).toEqual([0, 0]);
    expect([peer.getPeer(1), peer.getPeerAddress(1), peer.getPeerPort(1)]).toEqual([null, '', 0]);
    expect(errors.map(({ err }) => err)).toEqual([33, 33, 33]);
    peer.poll();
    peer.close();
  });

  it('has every setting as a property and as a pair of methods', () => {
    const peer = new WebSocketMultiplayerPeer();
    peer.setHandshakeHeaders(['X-One: 1']);
    peer.setHandshakeTimeout(1.5);
    peer.setInboundBufferSize(100);
    peer.setOutboundBufferSize(200);
    peer.setMaxQueuedPackets(3);
    peer.setSupportedProtocols([' a', 'b ']);
    expect([peer.getHandshakeHeaders(), peer.handshakeTimeout, peer.getInboundBufferSize()]).toEqual([
      ['X-One: 1'],
      1.5,
      100,
    ]);
    expect([peer.outboundBufferSize, peer.maxQueuedPackets, peer.supportedProtocols]).toEqual([200, 3, ['a', 'b']]);
    expect([peer.getMaxPacketSize(), errors]).toEqual([191, []]);
  });

  it('refuses settings that make no sense, and keeps the old ones', () => {
    const peer = new WebSocketMultiplayerPeer();
    peer.handshakeHeaders = ['X: 1\r\nSet-Cookie: stolen'];
    peer.supportedProtocols = ['a b'];
    peer.supportedProtocols = ['a', 'a'];
    peer.inboundBufferSize = 0;
    peer.outboundBufferSize = 1.5;
    peer.maxQueuedPackets = -1;
    expect(errors.map(({ err }) => err)).toEqual(Array(6).fill(Err.ERR_INVALID_PARAMETER));
    expect([peer.handshakeHeaders, peer.supportedProtocols, peer.inboundBufferSize]).toEqual([[], [], 65535]);
    expect([peer.outboundBufferSize, peer.maxQueuedPackets]).toEqual([65535, 4096]);
  });
});

describe('creating', () => {
  it('R-109 a second time is ERR_ALREADY_IN_USE, for server and client', () => {
    const server = room.serve();
    expect([server.createServer(0), server.createClient('ws://127.0.0.1:1')]).toEqual([22, 22]);
    const client = room.make('client');
    expect(client.createClient(urlOf(server))).toBe(Err.OK);
    expect([client.createClient(urlOf(server)), client.createServer(0)]).toEqual([22, 22]);
    expect(errors).toHaveLength(4);
  });

  it('R-109 TLS options of the other side are ERR_INVALID_PARAMETER', () => {
    const peer = room.make('peer');
    expect(peer.createClient('wss://127.0.0.1', { server: { key: '', certificate: '' } })).toBe(31);
    expect(peer.createServer(0, '*', { unsafe: true })).toBe(31);
    expect([peer.getConnectionStatus(), errors.length]).toEqual([0, 2]);
  });

  it('a port that is taken is ERR_CANT_CREATE at once', () => {
    const port = room.serve().getServerPort();
    const other = room.make('other');
    expect([other.createServer(port), other.getConnectionStatus()]).toEqual([Err.ERR_CANT_CREATE, 0]);
  });

  it('with an address a taken port shows in a later poll, which disconnects', async () => {
    const first = room.make('first');
    expect(first.createServer(0, '127.0.0.1')).toBe(Err.OK);
    await room.until(() => first.getServerPort() !== 0);
    const second = room.make('second');
    expect([second.createServer(first.getServerPort(), '127.0.0.1'), second.getConnectionStatus()]).toEqual([0, 2]);
    await room.until(() => second.getConnectionStatus() === CONNECTION_DISCONNECTED);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_CANT_CREATE]);
  });

  it.each([
    [-1, '*'],
    [65536, '*'],
    [1.5, '*'],
    [0, 'somewhere'],
  ])('refuses port %s on %s', (port, address) => {
    expect(room.make('peer').createServer(port, address)).toBe(Err.ERR_INVALID_PARAMETER);
  });

  it('R-084 a server is CONNECTED with id 1 at once, a client is CONNECTING until it has its id', async () => {
    const server = room.serve();
    expect([server.getConnectionStatus(), server.getUniqueId(), server.isServer()]).toEqual([2, 1, true]);
    const client = room.make('client');
    client.createClient(urlOf(server));
    expect([client.getConnectionStatus(), client.getUniqueId()]).toEqual([CONNECTION_CONNECTING, 0]);
    await room.until(() => client.getConnectionStatus() === CONNECTION_CONNECTED);
    const id = client.getUniqueId();
    expect(id).toBeGreaterThan(1);
    expect(room.log).toEqual([`server peer_connected ${id}`, 'client peer_connected 1']);
  });
});

describe('the id', () => {
  it('R-110 is the first message of the server: four bytes, little-endian', async () => {
    const { client, raw } = await atRawServer();
    raw.sendFrame('binary', [0xef, 0xbe, 0xad, 0x0e], false);
    await room.heard('client peer_connected 1');
    expect(client.getUniqueId()).toBe(0x0eadbeef);
  });

  it.each([
    ['too long', [1, 2, 3, 4, 5]],
    ['too short', [2, 0, 0]],
    ['empty', []],
    ['1', [1, 0, 0, 0]],
    ['negative', [0xff, 0xff, 0xff, 0xff]],
  ])('R-110 a first message that is %s closes the client', async (_what, bytes) => {
    const { client, raw } = await atRawServer();
    raw.sendFrame('binary', bytes, false);
    expect(await room.frame(raw)).toMatchObject({ frame: 'close', payload_hex: '03e8' });
    raw.sendFrame('close', [0x03, 0xe8], false);
    await room.until(() => client.getConnectionStatus() === CONNECTION_DISCONNECTED);
    expect([room.log, errors.map(({ err }) => err)]).toEqual([[], [Err.ERR_INVALID_DATA]]);
  });

  it('R-111 has to be there within the handshake time-out, at a client', async () => {
    const { client, raw } = await atRawServer();
    room.clock.advance(2999);
    await room.quiet();
    expect([client.getConnectionStatus(), raw.closed]).toEqual([CONNECTION_CONNECTING, false]);
    room.clock.advance(1);
    await room.until(() => raw.closed, 'the end');
    expect([client.getConnectionStatus(), room.log]).toEqual([CONNECTION_DISCONNECTED, []]);
  });

  it('R-111 a silent TCP client is dropped after the handshake time-out, and counted', async () => {
    const server = room.serve();
    const raw = await room.raw(server.getServerPort());
    await room.quiet();
    room.clock.advance(2999);
    await room.quiet();
    expect(raw.closed).toBe(false);
    room.clock.advance(1);
    await room.until(() => raw.closed, 'the end');
    expect([server.getRefusedConnectionCount(), room.log]).toEqual([1, []]);
  });

  it('R-111 time-outs of 0 or less are refused', () => {
    const peer = new WebSocketMultiplayerPeer();
    for (const seconds of [0, -1, Number.NaN]) peer.handshakeTimeout = seconds;
    expect([peer.handshakeTimeout, errors.length]).toEqual([3, 3]);
  });
});

describe('sending', () => {
  it('R-112 a client sends to the server whatever the target', async () => {
    const { clients } = await room.fill(2);
    const [one] = clients;
    for (const target of [0, 1, 77, -1]) {
      one?.setTargetPeer(target);
      expect(one?.putPacket(Uint8Array.of(target & 255))).toBe(Err.OK);
    }
    await room.until(() => room.log.length === 4);
    const id = one?.getUniqueId();
    expect(room.log).toEqual(['00', '01', '4d', 'ff'].map((hex) => `server packet ${id} ${hex}`));
  });

  it('R-112 R-103 a server sends to all, to one, to all but one, and not to strangers', async () => {
    const { server, clients } = await room.fill(3);
    const ids = clients.map((client) => client.getUniqueId());
    const put = (target: number, byte: number): Err => {
      server.setTargetPeer(target);
      return server.putPacket(Uint8Array.of(byte));
    };
    expect([put(0, 1), put(ids[1]!, 2), put(-ids[1]!, 3), put(-99, 4), put(99, 5)]).toEqual([0, 0, 0, 0, 31]);
    await room.until(() => room.log.length === 9);
    await room.quiet();
    const of = (i: number): string[] =>
      room.log.filter((line) => line.startsWith(`client ${i} `)).map((l) => l.slice(-2));
    expect([of(1), of(2), of(3)]).toEqual([
      ['01', '03', '04'],
      ['01', '02', '04'],
      ['01', '03', '04'],
    ]);
  });

  it('R-113 packets are reliable and on channel 0, whatever was asked for', async () => {
    const { server, clients } = await room.fill(1);
    const [client] = clients as [WebSocketMultiplayerPeer];
    server.transferMode = TransferMode.TRANSFER_MODE_UNRELIABLE;
    server.transferChannel = 5;
    server.putPacket(Uint8Array.of(1));
    await room.heard('client 1 packet 1 01');
    expect([client.getPacketMode(), client.getPacketChannel()]).toEqual([2, 0]);
  });

  it('R-074 an empty packet is OK and sends nothing', async () => {
    const { server, clients } = await room.fill(1);
    expect([server.putPacket(new Uint8Array()), clients[0]?.putPacket(new Uint8Array())]).toEqual([0, 0]);
    await room.quiet();
    expect(room.log).toEqual([]);
  });

  it('R-119 a packet larger than the outbound buffer is ERR_OUT_OF_MEMORY and the connection stays', async () => {
    const { server, clients } = await room.fill(1);
    expect(clients[0]?.putPacket(new Uint8Array(65536))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(clients[0]?.putPacket(new Uint8Array(65535))).toBe(Err.OK);
    await room.until(() => room.log.length === 1);
    expect(server.getPeer(clients[0]?.getUniqueId() ?? 0)?.getReadyState()).toBe(WebSocketPeer.STATE_OPEN);
  });

  it('a buffer that was put may be reused at once', async () => {
    const { server } = await room.fill(1);
    const buffer = Uint8Array.of(1);
    for (let i = 1; i <= 3; i += 1) {
      buffer[0] = i;
      server.putPacket(buffer);
    }
    await room.until(() => room.log.length === 3);
    expect(room.log).toEqual(['01', '02', '03'].map((hex) => `client 1 packet 1 ${hex}`));
  });
});

describe('reading', () => {
  it('R-114 while not CONNECTED gives ERR_UNCONFIGURED, and nothing waiting gives ERR_UNAVAILABLE', async () => {
    const peer = new WebSocketMultiplayerPeer();
    expect([peer.getPacket(), peer.getPacketError(), peer.putPacket(Uint8Array.of(1))]).toEqual([
      new Uint8Array(),
      Err.ERR_UNCONFIGURED,
      Err.ERR_UNCONFIGURED,
    ]);
    const server = room.serve();
    expect([server.getPacket(), server.getPacketError()]).toEqual([new Uint8Array(), Err.ERR_UNAVAILABLE]);
  });

  it('C-24 gives nothing that no poll has published', async () => {
    const { server, clients } = await room.fill(1);
    const [client] = clients as [WebSocketMultiplayerPeer];
    client.putPacket(Uint8Array.of(7));
    const socket = server.getPeer(client.getUniqueId());
    for (let i = 0; i < 20; i += 1) await turn();
    expect([server.getAvailablePacketCount(), socket?.getAvailablePacketCount()]).toEqual([0, 0]);
    server.poll();
    expect([server.getAvailablePacketCount(), server.getPacketPeer()]).toEqual([1, client.getUniqueId()]);
  });

  it('what somebody sent right before leaving is read, then the leaving is told', async () => {
    const { server, clients } = await room.fill(1);
    const [client] = clients as [WebSocketMultiplayerPeer];
    const id = client.getUniqueId();
    client.putPacket(Uint8Array.of(1));
    client.disconnectPeer(1);
    await room.heard(`server peer_disconnected ${id}`);
    expect(room.log.slice(0, 2)).toEqual([`server packet ${id} 01`, `server peer_disconnected ${id}`]);
    room.log.length = 0;
    const next = room.make('next');
    next.createClient(urlOf(server));
    await room.heard('next peer_connected 1');
    server.putPacket(Uint8Array.of(2));
    server.disconnectPeer(next.getUniqueId());
    await room.heard('next peer_disconnected 1');
    expect(room.log.indexOf('next packet 1 02')).toBeLessThan(room.log.indexOf('next peer_disconnected 1'));
    expect(room.log).toContain('next packet 1 02');
  });

  it('unread packets make the sender wait instead of filling memory', async () => {
    const server = room.make('server', false);
    server.createServer(0);
    const { raw } = await room.rawPeer(server.getServerPort());
    const chunk = new Uint8Array(60_000).fill(5);
    for (let i = 0; i < 400; i += 1) raw.sendFrame('binary', chunk);
    await room.quiet();
    expect(raw.socket.writableLength).toBeGreaterThan(10_000_000);
    room.add('server', server);
    await room.until(() => room.log.length >= 400, 'all packets');
  });
});

describe('ending', () => {
  it('R-115 peer_disconnected is emitted while the peer is still found', async () => {
    const { server, clients } = await room.fill(1);
    const [client] = clients as [WebSocketMultiplayerPeer];
    const id = client.getUniqueId();
    const found: boolean[] = [];
    server.peer_disconnected.connect((gone) => found.push(server.getPeer(gone) !== null));
    client.peer_disconnected.connect((gone) => {
      found.push(client.getPeer(gone) !== null, client.getConnectionStatus() === CONNECTION_CONNECTED);
    });
    server.disconnectPeer(id);
    await room.until(() => found.length === 3);
    expect([found, server.getPeer(id), client.getConnectionStatus()]).toEqual([[true, true, true], null, 0]);
  });

  it('R-116 a forced disconnectPeer on a client clears everything, without a signal', async () => {
    const { server, clients } = await room.fill(1);
    const [client] = clients as [WebSocketMultiplayerPeer];
    const id = client.getUniqueId();
    client.disconnectPeer(1, true);
    expect([client.getConnectionStatus(), client.getUniqueId()]).toEqual([0, 0]);
    await room.heard(`server peer_disconnected ${id}`);
    expect(room.log).toEqual([`server peer_disconnected ${id}`]);
    expect(server.getConnectionStatus()).toBe(CONNECTION_CONNECTED);
  });

  it('R-095 a forced disconnectPeer on a server: gone at once without a signal; the other end gets a close frame', async () => {
    const server = room.serve();
    const { raw, id } = await room.rawPeer(server.getServerPort());
    room.log.length = 0;
    server.disconnectPeer(id, true);
    expect(server.getPeer(id)).toBe(null);
    expect(await room.frame(raw)).toMatchObject({ frame: 'close', payload_hex: '03e8' });
    await room.until(() => raw.closed, 'the end');
    expect(room.log).toEqual([]);
  });

  it('disconnectPeer of a stranger is only reported', async () => {
    const { server, clients } = await room.fill(1);
    server.disconnectPeer(99);
    clients[0]?.disconnectPeer(99);
    new WebSocketMultiplayerPeer().disconnectPeer(1);
    expect(errors.map(({ err }) => err)).toEqual([33, 33, 33]);
    await room.quiet();
    expect(room.log).toEqual([]);
  });

  it('R-097 close(): no signals here, no close frame, and it can be used again', async () => {
    const server = room.serve();
    const { raw, id } = await room.rawPeer(server.getServerPort());
    server.setTargetPeer(id);
    room.log.length = 0;
    server.close();
    await room.until(() => raw.closed, 'the end');
    expect([raw.bytes.length, room.log, server.getConnectionStatus(), server.getServerPort()]).toEqual([0, [], 0, 0]);
    expect(server.createServer(0)).toBe(Err.OK);
    await room.rawPeer(server.getServerPort());
  });

  it('a client whose server is not there becomes DISCONNECTED', async () => {
    const server = room.serve();
    const url = urlOf(server);
    server.close();
    const client = room.make('client');
    expect(client.createClient(url)).toBe(Err.OK);
    await room.until(() => client.getConnectionStatus() === CONNECTION_DISCONNECTED);
    expect([room.log, errors]).toEqual([[], []]);
  });

  it('a listener that closes everything inside a poll ends it', async () => {
    const { server, clients } = await room.fill(2);
    server.peer_disconnected.connect(() => server.close());
    for (const client of clients) client.close();
    await room.until(() => server.getConnectionStatus() === CONNECTION_DISCONNECTED);
    await room.quiet();
    expect(room.log).toHaveLength(1);
    const again = room.serve();
    again.peer_connected.connect(() => {
      throw new Error('a mistake of the game');
    });
    const { raw } = await room.rawPeer(again.getServerPort());
    raw.sendFrame('binary', [1]);
    await room.until(() => room.log.some((line) => line.endsWith(' 01')));
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_SCRIPT_FAILED]);
  });
});

describe('R-117 a server that refuses new connections', () => {
  it('accepts none, and serves those that waited once it may', async () => {
    const server = room.serve();
    server.refuseNewConnections = true;
    const raw = await room.raw(server.getServerPort());
    raw.send(clientHello());
    room.clock.advance(60_000);
    await room.quiet();
    expect([raw.bytes.length, raw.closed, room.log]).toEqual([0, false, []]);
    server.refuseNewConnections = false;
    await room.until(() => room.log.length === 1);
    expect(room.log[0]).toMatch(/^server peer_connected \d+$/);
  });

  it('drops one that is already in its handshake, and emits nothing', async () => {
    const server = room.serve();
    const raw = await room.raw(server.getServerPort());
    raw.send('GET / HTTP/1.1\r\n');
    await room.quiet();
    server.refuseNewConnections = true;
    raw.send(clientHello().slice('GET / HTTP/1.1\r\n'.length));
    await room.until(() => raw.closed, 'the end');
    expect(raw.takeHead()).toContain('101 Switching Protocols');
    expect([raw.bytes.length, room.log, server.getRefusedConnectionCount()]).toEqual([0, [], 1]);
  });
});

describe('what a server knows of its peers', () => {
  it('is the address, and the whole URL that was asked for', async () => {
    const server = room.serve();
    const { raw, id } = await room.rawPeer(server.getServerPort(), '/lobby?scenewire=1');
    expect([server.getPeerAddress(id), server.getPeerPort(id)]).toEqual(['127.0.0.1', raw.socket.localPort]);
    expect(server.getPeer(id)?.getRequestedUrl()).toBe('ws://127.0.0.1/lobby?scenewire=1');
    const client = room.make('client');
    client.createClient(urlOf(server, '/x'));
    await room.heard('client peer_connected 1');
    expect([client.getPeerAddress(1), client.getPeerPort(1)]).toEqual(['127.0.0.1', server.getServerPort()]);
  });
});
