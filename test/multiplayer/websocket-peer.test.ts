import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Err, setLogSink, WebSocketMultiplayerPeer, WebSocketPeer, WebSocketState } from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserTransport } from '../../src/multiplayer/websocket/browser/browser-transport.js';
import { recordErrors } from '../core/support/errors.js';
import { FakeWebSockets } from './support/fake-websockets.js';
import { urlOf, WebSocketRoom } from './support/websocket-room.js';

const errors = recordErrors();
const { STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED } = WebSocketState;

let clock: ManualClock;
let network: FakeWebSockets;
let peer: WebSocketPeer;
beforeEach(() => {
  clock = new ManualClock();
  network = new FakeWebSockets();
  peer = new WebSocketPeer({ clock, transport: network });
});

function open(): void {
  expect(peer.connectToUrl('ws://test')).toBe(Err.OK);
  network.last.open();
  peer.poll();
}

describe('a fresh WebSocketPeer', () => {
  it('reads the defaults of Godot', () => {
    expect([peer.getReadyState(), peer.getCloseCode(), peer.getCloseReason()]).toEqual([STATE_CLOSED, -1, '']);
    expect([peer.inboundBufferSize, peer.outboundBufferSize, peer.maxQueuedPackets]).toEqual([65535, 65535, 4096]);
    expect([peer.heartbeatInterval, peer.handshakeHeaders, peer.supportedProtocols]).toEqual([0, [], []]);
    expect([peer.getConnectedHost(), peer.getConnectedPort(), peer.getRequestedUrl()]).toEqual(['', 0, '']);
    expect([peer.getSelectedProtocol(), peer.getCurrentOutboundBufferedAmount(), peer.wasStringPacket()]).toEqual([
      '',
      0,
      false,
    ]);
    expect([peer.getAvailablePacketCount(), peer.getPacket().length, peer.getPacketError()]).toEqual([0, 0, 2]);
    peer.poll();
    peer.close();
    peer.setNoDelay(true);
    expect(errors).toEqual([]);
  });

  it('has the constants of Godot', () => {
    expect({ ...WebSocketPeer }).toMatchObject({ ...WebSocketState, WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 });
    expect(WebSocketState).toEqual({ STATE_CONNECTING: 0, STATE_OPEN: 1, STATE_CLOSING: 2, STATE_CLOSED: 3 });
  });
});

describe('R-120 connectToUrl', () => {
  it.each(['', 'http://host', 'wsx://host', 'ws://', 'ws://a b'])('%j is ERR_INVALID_PARAMETER', (url) => {
    expect([peer.connectToUrl(url), peer.getReadyState(), errors.length]).toEqual([31, STATE_CLOSED, 1]);
  });

  it.each([
    ['host:80/path?q=1', 'ws://host/path?q=1'],
    ['localhost:8080', 'ws://localhost:8080/'],
    ['WSS://host', 'wss://host/'],
    ['ws://host/a#fragment', 'ws://host/a'],
  ])('%s connects to %s', (url, target) => {
    expect([peer.connectToUrl(url), peer.getReadyState()]).toEqual([Err.OK, STATE_CONNECTING]);
    expect([network.urls, peer.getRequestedUrl()]).toEqual([[target], target]);
  });

  it('while active is ERR_ALREADY_IN_USE, also for acceptStream; while closing it begins anew', () => {
    open();
    expect([peer.connectToUrl('ws://b'), peer.acceptStream({})]).toEqual([22, 22]);
    peer.close();
    const old = network.last;
    expect([peer.connectToUrl('ws://b'), peer.getReadyState()]).toEqual([Err.OK, STATE_CONNECTING]);
    old.sink.closed(1000, 'late');
    peer.poll();
    expect([peer.getReadyState(), peer.getCloseCode()]).toEqual([STATE_CONNECTING, -1]);
  });

  it('takes the settings of that moment along', () => {
    peer.supportedProtocols = ['a'];
    peer.handshakeHeaders = ['X: 1'];
    peer.inboundBufferSize = 10;
    open();
    expect(network.last.options).toEqual({ protocols: ['a'], headers: ['X: 1'], maxMessageBytes: 10 });
  });
});

describe('polling', () => {
  it('C-24 nothing changes outside of poll', () => {
    peer.connectToUrl('ws://test');
    network.last.open('chat');
    network.last.receive(3);
    expect([peer.getReadyState(), peer.getAvailablePacketCount()]).toEqual([STATE_CONNECTING, 0]);
    peer.poll();
    expect([peer.getReadyState(), peer.getAvailablePacketCount(), peer.getSelectedProtocol()]).toEqual([1, 1, 'chat']);
    network.last.receive(4);
    network.last.sink.closed(1001, 'going');
    expect([peer.getReadyState(), peer.getAvailablePacketCount(), peer.getCloseCode()]).toEqual([STATE_OPEN, 1, -1]);
    peer.poll();
    expect([peer.getReadyState(), peer.getCloseCode(), peer.getCloseReason()]).toEqual([STATE_CLOSED, 1001, 'going']);
  });

  it('C-26 what came before the other side closed stays readable until a local close', () => {
    open();
    for (const size of [1, 2, 3]) network.last.receive(size);
    network.last.sink.closed(1000, '');
    peer.poll();
    expect([peer.getPacket().length, peer.getPacket().length, peer.getAvailablePacketCount()]).toEqual([1, 2, 1]);
    peer.close();
    expect(peer.getAvailablePacketCount()).toBe(0);
  });

  it('text and binary are told apart', () => {
    open();
    network.last.sink.received(new TextEncoder().encode('hä'), true);
    network.last.receive(1);
    peer.poll();
    expect([new TextDecoder().decode(peer.getPacket()), peer.wasStringPacket()]).toEqual(['hä', true]);
    expect([[...peer.getPacket()], peer.wasStringPacket()]).toEqual([[1], false]);
  });
});

describe('R-118 closing', () => {
  it('close(-1) reads CLOSED at once, with close code -1', () => {
    open();
    peer.close(-1);
    expect([peer.getReadyState(), peer.getCloseCode(), network.last.calls]).toEqual([STATE_CLOSED, -1, ['drop']]);
  });

  it('otherwise it is CLOSING until it is polled to CLOSED, and what comes meanwhile is not read', () => {
    open();
    network.last.receive(1);
    peer.close(4001, 'bye');
    network.last.receive(1);
    peer.poll();
    expect([peer.getReadyState(), peer.getAvailablePacketCount()]).toEqual([STATE_CLOSING, 0]);
    expect(network.last.calls).toEqual(['close 4001 bye']);
    network.last.sink.closed(4001, 'bye');
    expect(peer.getReadyState()).toBe(STATE_CLOSING);
    peer.poll();
    expect([peer.getReadyState(), peer.getCloseCode(), peer.getCloseReason()]).toEqual([STATE_CLOSED, 4001, 'bye']);
  });

  it('while CONNECTING it is CLOSED at once', () => {
    peer.connectToUrl('ws://test');
    peer.close();
    expect([peer.getReadyState(), network.last.calls]).toEqual([STATE_CLOSED, ['drop']]);
  });

  it('an end that the other side does not answer is cut off', () => {
    open();
    peer.close();
    clock.advance(2999);
    peer.poll();
    expect(peer.getReadyState()).toBe(STATE_CLOSING);
    clock.advance(1);
    peer.poll();
    expect([peer.getReadyState(), peer.getCloseCode(), network.last.calls.at(-1)]).toEqual([STATE_CLOSED, -1, 'drop']);
  });

  it.each([
    [999, ''],
    [1005, ''],
    [1006, ''],
    [2000, ''],
    [5000, ''],
    [1000.5, ''],
    [1000, 'ä'.repeat(62)],
  ])('%s %j is refused and changes nothing', (code, reason) => {
    open();
    peer.close(code, reason);
    expect([peer.getReadyState(), network.last.calls, errors.length]).toEqual([STATE_OPEN, [], 1]);
  });
});

describe('R-119 sending', () => {
  it('while not OPEN gives FAILED', () => {
    const sends = (): Err[] => [peer.send(Uint8Array.of(1)), peer.sendText('a'), peer.putPacket(Uint8Array.of(1))];
    expect(sends()).toEqual([1, 1, 1]);
    peer.connectToUrl('ws://test');
    expect(sends()).toEqual([1, 1, 1]);
    network.last.open();
    peer.poll();
    expect(sends()).toEqual([0, 0, 0]);
    peer.close();
    expect(sends()).toEqual([1, 1, 1]);
  });

  it('above outboundBufferSize gives ERR_OUT_OF_MEMORY, together with what waits', () => {
    peer.outboundBufferSize = 10;
    open();
    expect([peer.send(new Uint8Array(10)), peer.send(new Uint8Array(11)), peer.sendText('ä'.repeat(6))]).toEqual([
      0, 6, 6,
    ]);
    network.last.bufferedAmount = 8;
    expect([peer.send(new Uint8Array(3)), peer.send(new Uint8Array(2))]).toEqual([6, 0]);
    expect(peer.getCurrentOutboundBufferedAmount()).toBe(8);
  });

  it('above maxQueuedPackets gives ERR_OUT_OF_MEMORY until they are through', () => {
    peer.maxQueuedPackets = 2;
    open();
    network.last.bufferedAmount = 1;
    const one = Uint8Array.of(1);
    expect([peer.send(one), peer.send(one), peer.send(one)]).toEqual([0, 0, 6]);
    network.last.bufferedAmount = 0;
    expect(peer.send(one)).toBe(Err.OK);
  });

  it('text goes as text, and text that is not UTF-8 is refused', () => {
    open();
    expect(peer.send(new TextEncoder().encode('\ufeffhä'), WebSocketPeer.WRITE_MODE_TEXT)).toBe(Err.OK);
    expect(peer.send(Uint8Array.of(0xff), WebSocketPeer.WRITE_MODE_TEXT)).toBe(Err.ERR_INVALID_DATA);
    expect(network.last.calls).toEqual(['sendText \ufeffhä']);
    expect(peer.send('text' as never)).toBe(Err.ERR_INVALID_PARAMETER);
  });
});

describe('what has arrived', () => {
  it('makes the other side wait at inboundBufferSize and at maxQueuedPackets, and lets it go on afterwards', () => {
    peer.inboundBufferSize = 10;
    peer.maxQueuedPackets = 3;
    open();
    network.last.receive(6);
    expect(network.last.calls).toEqual([]);
    network.last.receive(6);
    network.last.receive(6);
    expect(network.last.calls).toEqual(['pause']);
    peer.poll();
    peer.getPacket();
    expect(network.last.calls).toEqual(['pause']);
    peer.getPacket();
    expect(network.last.calls).toEqual(['pause', 'resume']);
    for (let i = 0; i < 3; i += 1) network.last.receive(1);
    expect(network.last.calls).toEqual(['pause', 'resume', 'pause']);
  });

  it('has a bound also where the other side cannot be made to wait, and then nothing is lost in silence', () => {
    open();
    network.last.canPause = false;
    for (let i = 0; i < 65_537; i += 1) network.last.receive(1);
    peer.poll();
    expect([peer.getReadyState(), peer.getCloseCode(), errors.length]).toEqual([STATE_CLOSED, -1, 1]);
    expect([peer.getAvailablePacketCount(), network.last.calls.at(-1)]).toEqual([65_536, 'drop']);
    expect([peer.hasMisbehaved, peer.hasFallenSilent]).toEqual([true, false]);
  });

  it('a message above inboundBufferSize closes with 1009', () => {
    peer.inboundBufferSize = 10;
    open();
    network.last.receive(9);
    network.last.receive(11);
    network.last.receive(1);
    peer.poll();
    expect([peer.getReadyState(), network.last.calls, peer.getAvailablePacketCount()]).toEqual([
      STATE_CLOSING,
      ['close 1009'],
      1,
    ]);
    expect(peer.hasMisbehaved).toBe(true);
  });

  it('is blamed on the other side once this side ends it for that, and never after a close() of its own', () => {
    open();
    network.last.sink.violated();
    network.last.isClosing = true;
    expect(peer.hasMisbehaved).toBe(false);
    peer.poll();
    expect([peer.getReadyState(), peer.hasMisbehaved]).toEqual([STATE_CLOSING, true]);
    network.last.sink.closed(1002, '');
    peer.poll();
    expect([peer.getReadyState(), peer.hasMisbehaved]).toEqual([STATE_CLOSED, true]);
    open();
    expect(peer.hasMisbehaved).toBe(false);
    peer.close();
    network.last.sink.violated();
    network.last.sink.closed(-1, '');
    peer.poll();
    expect([peer.getReadyState(), peer.hasMisbehaved]).toEqual([STATE_CLOSED, false]);
    // Here it came first, but was not acted on.
    open();
    network.last.sink.violated();
    peer.close();
    peer.poll();
    expect([peer.getReadyState(), peer.hasMisbehaved]).toEqual([STATE_CLOSING, false]);
  });
});

describe('the heartbeat', () => {
  it('pings, and ends a connection that does not answer', () => {
    peer.heartbeatInterval = 2;
    open();
    const pings = (): number => network.last.calls.filter((call) => call === 'ping').length;
    clock.advance(2000);
    peer.poll();
    expect(pings()).toBe(0);
    clock.advance(1);
    peer.poll();
    expect(pings()).toBe(1);
    network.last.sink.ponged();
    clock.advance(2001);
    peer.poll();
    expect([pings(), peer.getReadyState()]).toEqual([2, STATE_OPEN]);
    clock.advance(2001);
    peer.poll();
    expect([pings(), peer.getReadyState(), peer.getCloseCode()]).toEqual([2, STATE_CLOSED, -1]);
  });

  it('blames nobody who has to wait', () => {
    peer.heartbeatInterval = 1;
    peer.maxQueuedPackets = 1;
    open();
    network.last.receive(1);
    for (let i = 0; i < 5; i += 1) {
      clock.advance(1500);
      peer.poll();
    }
    expect(peer.getReadyState()).toBe(STATE_OPEN);
  });

  it('refuses intervals below 0', () => {
    peer.heartbeatInterval = -1;
    expect([peer.heartbeatInterval, errors.length]).toEqual([0, 1]);
  });
});

describe('R-121 in a browser', () => {
  it('there are no servers and no streams', () => {
    const page = new WebSocketPeer({ transport: browserTransport });
    expect(page.acceptStream({})).toBe(Err.ERR_UNAVAILABLE);
    expect(new WebSocketMultiplayerPeer({ transport: browserTransport }).createServer(0)).toBe(Err.ERR_UNAVAILABLE);
    expect(page.connectToUrl('wss://host', { unsafe: true })).toBe(Err.ERR_UNAVAILABLE);
  });

  it('headers, heartbeat, no-delay, host and port have no effect, with one warning each', () => {
    const said: string[] = [];
    setLogSink((_level, _name, text) => said.push(text.split(' ')[0] ?? ''));
    const page = new WebSocketPeer({ transport: browserTransport });
    for (let i = 0; i < 2; i += 1) {
      page.handshakeHeaders = ['X: 1'];
      page.heartbeatInterval = 5;
      page.setNoDelay(true);
      expect([page.getConnectedHost(), page.getConnectedPort()]).toEqual(['', 0]);
    }
    setLogSink(null);
    expect(said).toEqual([
      'handshakeHeaders',
      'heartbeatInterval',
      'setNoDelay',
      'getConnectedHost',
      'getConnectedPort',
    ]);
    expect(errors).toEqual([]);
  });
});

describe('on real sockets', () => {
  let room: WebSocketRoom;
  beforeEach(() => {
    room = new WebSocketRoom();
  });
  afterEach(() => room.close());

  /** Two peers at the ends of one TCP connection. */
  async function pair(setUp: (client: WebSocketPeer, server: WebSocketPeer) => void = () => {}) {
    const streams: Socket[] = [];
    const listener = createServer((stream) => streams.push(stream)).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const [client, server] = [room.makeSocket(), room.makeSocket()];
    setUp(client, server);
    expect(client.connectToUrl(`127.0.0.1:${(listener.address() as AddressInfo).port}/p?q`)).toBe(Err.OK);
    await room.until(() => streams.length === 1);
    listener.close();
    expect([server.acceptStream(streams[0]), server.getReadyState()]).toEqual([Err.OK, STATE_CONNECTING]);
    await room.until(() => client.getReadyState() !== 0 && server.getReadyState() !== 0, 'the handshake');
    return { client, server };
  }

  it('acceptStream serves a socket; text and binary go both ways, and so do codes and reasons', async () => {
    const { client, server } = await pair((one, other) => {
      one.supportedProtocols = ['x', 'y'];
      other.supportedProtocols = ['y'];
    });
    expect([client.getSelectedProtocol(), server.getSelectedProtocol()]).toEqual(['y', 'y']);
    expect(server.getRequestedUrl()).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/p\?q$/);
    client.sendText('hä');
    client.send(new Uint8Array());
    server.send(Uint8Array.of(1, 2), WebSocketPeer.WRITE_MODE_BINARY);
    await room.until(() => server.getAvailablePacketCount() === 2 && client.getAvailablePacketCount() === 1);
    expect([server.getPacket().length, server.wasStringPacket(), server.getPacket().length]).toEqual([3, true, 0]);
    expect([server.wasStringPacket(), [...client.getPacket()]]).toEqual([false, [1, 2]]);
    server.close(4321, 'später');
    await room.until(() => client.getReadyState() === 3 && server.getReadyState() === 3, 'the end');
    expect([client.getCloseCode(), client.getCloseReason()]).toEqual([4321, 'später']);
    expect([server.getCloseCode(), server.getCloseReason()]).toEqual([4321, 'später']);
  });

  it('a message that is too big ends it with 1009', async () => {
    const { client, server } = await pair((_one, other) => {
      other.inboundBufferSize = 100;
    });
    client.send(new Uint8Array(101));
    await room.until(() => client.getReadyState() === STATE_CLOSED && server.getReadyState() === STATE_CLOSED);
    expect([client.getCloseCode(), server.getAvailablePacketCount()]).toEqual([1009, 0]);
  });

  it('protocols that do not match leave both sides CLOSED', async () => {
    const { client, server } = await pair((one) => {
      one.supportedProtocols = ['x'];
    });
    expect([client.getReadyState(), server.getReadyState(), client.getCloseCode()]).toEqual([3, 3, -1]);
  });

  it('heartbeats are answered', async () => {
    const { client, server } = await pair();
    server.heartbeatInterval = 1;
    room.msPerPoll = 100;
    await room.quiet();
    await room.quiet();
    await room.quiet();
    expect([client.getReadyState(), server.getReadyState()]).toEqual([STATE_OPEN, STATE_OPEN]);
  });

  it('acceptStream takes sockets only, and a multiplayer server is no place for a URL of another kind', () => {
    expect(room.makeSocket().acceptStream({})).toBe(Err.ERR_INVALID_PARAMETER);
    expect(room.make('client').createClient(urlOf(room.serve()).replace('ws', 'ftp'))).toBe(31);
  });
});
